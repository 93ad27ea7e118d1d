"""A vehicle that stands still in a no-parking zone (机动车违停)."""

from datetime import datetime

from detectors.rules.happening import Intent, Sight
from detectors.rules.scope import Scope
from detectors.rules.standing import START as START
from detectors.rules.standing import Standing, stand
from detectors.rules.standing import rest as rest
from detectors.rules.vehicles import VEHICLES
from detectors.zones import standing_in


def step(state: Standing, sight: Sight, now: datetime, scope: Scope) -> tuple[Standing, Intent | None]:
    """Fold one picture in; works on keyframes as well as on tracks."""
    vehicles = [hit for hit in standing_in(scope.zone, sight.detections) if hit.label in VEHICLES]
    return stand(state, vehicles, now, scope)
