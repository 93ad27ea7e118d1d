"""Somebody at the edge of dangerous water (重点水域有人): no tracks needed, for nothing may be missed there."""

from datetime import datetime

from detectors.rules.happening import Intent, Sight
from detectors.rules.persistence import START as START
from detectors.rules.persistence import Persistence, persist
from detectors.rules.scope import Scope
from detectors.rules.vehicles import persons_of
from detectors.zones import standing_in


def step(state: Persistence, sight: Sight, now: datetime, scope: Scope) -> tuple[Persistence, Intent | None]:
    """Fold one picture in; works on keyframes as well as on tracks."""
    return persist(state, sight, persons_of(standing_in(scope.zone, sight.detections)), now, scope)
