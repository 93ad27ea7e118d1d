"""Somebody stands in a zone where nobody should (区域入侵), and how long: from `loiter_s` on it is loitering (徘徊)."""

from datetime import datetime

from detectors.rules.happening import Intent, Sight
from detectors.rules.scope import Scope
from detectors.rules.staying import START as START
from detectors.rules.staying import Staying, stay
from detectors.rules.vehicles import PERSON, VEHICLES
from detectors.zones import tracks_in


def step(state: Staying, sight: Sight, now: datetime, scope: Scope) -> tuple[Staying, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None:
        return state, None
    labels = {PERSON} | (VEHICLES if scope["vehicles"] else frozenset())
    inside = [track for track in tracks_in(scope.zone, sight.tracks) if track.label in labels]
    return stay(state, inside, now, scope)
