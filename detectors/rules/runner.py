"""One rule bound to one camera: its state, scope and hours, and the story of what it tells."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import Any, NamedTuple

from contracts.cameras import Camera, Line, Rule, Zone
from contracts.detections import Box
from contracts.errors import ConfigurationError
from detectors.calendar import expected_persons, is_awake
from detectors.ground import Ground
from detectors.observations import Storyteller
from detectors.rules import (
    crowd_density_high,
    crowd_dispersal,
    crowd_gathering,
    crowd_growing,
    illegal_parking,
    line_crossing,
    pedestrian_on_road,
    person_down,
    presence,
    stopped_vehicle,
    traffic_congestion,
    water_edge_presence,
    wrong_way,
    zone_intrusion,
)  # fmt: skip
from detectors.rules.defaults import NEEDS_TRACKS, PRESENCE
from detectors.rules.events import BUILT_IN, event_type_of
from detectors.rules.happening import Intent, Phase, Sight
from detectors.rules.scope import Scope, scope_of
from detectors.rules.vehicles import PERSON, RIDDEN, VEHICLES

COUNTING_INTERVAL_S = 2.0
"""also what a keyframe camera gives"""

Step = Callable[..., tuple[Any, Intent | None]]


Outlines = tuple[Zone | None, Line | None]


class PictureRule(NamedTuple):
    """A rule that looks at pictures: where it starts, how it goes on, and what it keeps when it goes to sleep."""

    start: object
    step: Step
    rest: Callable[[Any], object]
    labels: frozenset[str]
    places: Callable[[Any, datetime, Scope], tuple[Box, ...]]
    """where a second look would help it, with the place turned by a quarter"""


def _of(module: ModuleType, labels: frozenset[str] | set[str]) -> PictureRule:
    return PictureRule(
        module.START, module.step, getattr(module, "rest", lambda _: module.START), frozenset(labels),
        getattr(module, "places", lambda *_: ()),
    )  # fmt: skip


PICTURE_RULES: Mapping[str, PictureRule] = {
    "crowd_gathering": _of(crowd_gathering, {PERSON}),
    "crowd_density_high": _of(crowd_density_high, {PERSON}),
    "crowd_growing": _of(crowd_growing, {PERSON}),
    "crowd_dispersal": _of(crowd_dispersal, {PERSON} | RIDDEN),
    "zone_intrusion": _of(zone_intrusion, {PERSON} | VEHICLES),
    "line_crossing": _of(line_crossing, {PERSON} | VEHICLES),
    "water_edge_presence": _of(water_edge_presence, {PERSON}),
    "person_down": _of(person_down, {PERSON}),
    "illegal_parking": _of(illegal_parking, VEHICLES),
    "stopped_vehicle": _of(stopped_vehicle, VEHICLES),
    "wrong_way": _of(wrong_way, VEHICLES),
    "pedestrian_on_road": _of(pedestrian_on_road, {PERSON} | RIDDEN),
    "traffic_congestion": _of(traffic_congestion, VEHICLES),
    PRESENCE: _of(presence, frozenset()),
}


class RuleRunner:
    """Steps one rule of one camera and remembers its state."""

    def __init__(
        self, camera: Camera, rule: Rule, *, ground: Ground | None, model: str, exercise: bool,
        events: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Bind. `events`: class of a model → event type, beside the built-in ones, for the rule `presence`.

        Raises:
            ConfigurationError: no such rule, threshold, zone or line, or the rule lacks what it cannot do without.
        """
        where = f"camera {camera.camera_id}, rule {rule.rule}"
        if rule.rule not in PICTURE_RULES:
            raise ConfigurationError(f"no rule {rule.rule!r}", where=where, hint=f"known: {', '.join(PICTURE_RULES)}")
        self._camera, self._rule = camera, rule
        self._scope = scope_of(camera, rule, ground, where=where)
        self._picture_rule = PICTURE_RULES[rule.rule]
        self._state = self._picture_rule.start
        self._last: Intent | None = None
        self._seen_at: datetime | None = None
        self.outlines: Outlines = self._scope.zone, self._scope.line
        """what a snapshot shows of it"""
        event_type = rule.rule
        if rule.rule == PRESENCE:
            event_type = event_type_of(rule.labels, events or {}, where=where)
            self._scope = replace(self._scope, labels=self._scope.labels | {event_type})
        self.story = Storyteller(camera, rule, ground=ground, model=model, exercise=exercise, event_type=event_type)

    @property
    def going_on(self) -> bool:
        """Whether it has told of something that has not ended."""
        return self._last is not None

    def step(self, sight: Sight, now: datetime) -> Intent | None:
        """Fold one picture in; outside its hours the rule sleeps, and what went on has ended."""
        if not is_awake(self._rule, now):
            return self._sleep(now)
        scope = replace(self._scope, expected=expected_persons(self._camera, self._rule.zone, now))
        self._state, intent = self._picture_rule.step(self._state, sight, now, scope)
        self._seen_at = now
        if intent is not None:
            self._last = None if intent.phase is Phase.ENDED else intent
        return intent

    def places(self) -> tuple[Box, ...]:
        """Where somebody may lie, for a second look."""
        return self._picture_rule.places(self._state, self._seen_at, self._scope) if self._seen_at else ()

    def _sleep(self, now: datetime) -> Intent | None:
        self._state = self._picture_rule.rest(self._state)
        last, self._last = self._last, None
        return last and Intent(Phase.ENDED, last.started_at, max(now, last.started_at), last.count)


def needs_tracks(camera: Camera) -> bool:
    """Whether some rule of the camera says nothing without tracks."""
    return any(rule.rule in NEEDS_TRACKS for rule in camera.rules)


def interval_s(camera: Camera, tracked_fps: float) -> float:
    """How often the camera's rules want a picture, seconds; counting and standing still need few."""
    return 1.0 / tracked_fps if needs_tracks(camera) else COUNTING_INTERVAL_S


def labels_of(camera: Camera, events: Mapping[str, str] | None = None) -> frozenset[str]:
    """The classes that the camera's rules look at; no other need be looked for in its pictures."""
    wanted: set[str] = set()
    for rule in camera.rules:
        if rule.rule in PICTURE_RULES:
            wanted |= PICTURE_RULES[rule.rule].labels | set(rule.labels)
            wanted |= {(events or {}).get(label, BUILT_IN.get(label, label)) for label in rule.labels}
    return frozenset(wanted)
