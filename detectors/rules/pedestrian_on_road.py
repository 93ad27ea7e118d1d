"""Somebody on foot on a carriageway (行人闯入机动车道); who rides a bicycle or motorcycle is no pedestrian."""

from collections.abc import Sequence
from datetime import datetime

from contracts.detections import Box, Detection, Track
from detectors.rules.happening import Intent, Sight
from detectors.rules.scope import Scope
from detectors.rules.staying import START as START
from detectors.rules.staying import Staying, stay
from detectors.rules.vehicles import PERSON, RIDDEN
from detectors.zones import tracks_in

ON_IT = 0.2
"""share of a rider's box that lies over the box of what is ridden"""


def step(state: Staying, sight: Sight, now: datetime, scope: Scope) -> tuple[Staying, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None:
        return state, None
    persons = [track for track in tracks_in(scope.zone, sight.tracks) if track.label == PERSON]
    on_foot = [track for track in persons if not rides(track, sight.detections)]
    return stay(state, on_foot, now, scope)


def rides(track: Track, hits: Sequence[Detection]) -> bool:
    """Whether a person sits on one of the bicycles and motorcycles of this picture."""
    return any(_share(track.box, hit.box) >= ON_IT for hit in hits if hit.label in RIDDEN)


def _share(person: Box, vehicle: Box) -> float:
    width = min(person.x1, vehicle.x1) - max(person.x0, vehicle.x0)
    height = min(person.y1, vehicle.y1) - max(person.y0, vehicle.y0)
    return max(0.0, width) * max(0.0, height) / person.area if person.area else 0.0
