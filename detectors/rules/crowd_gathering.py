"""Many persons in one place (人员聚集): by counting, so it works on keyframes as well as on tracks."""

from datetime import datetime

from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope
from detectors.rules.vehicles import persons_of
from detectors.zones import standing_in

START = NOTHING


def step(state: Happening, sight: Sight, now: datetime, scope: Scope) -> tuple[Happening, Intent | None]:
    """Fold one picture in."""
    persons = persons_of(standing_in(scope.zone, sight.detections))
    count = len(persons)
    level = Level(count, on=count >= scope.persons("persons_on"), off=count < scope.persons("persons_off"))
    state, intent = fold(state, level, now, scope.limits())
    return state, about(intent, persons)
