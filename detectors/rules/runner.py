"""One rule bound to one camera: its state, zone and thresholds, and the story of what it tells."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import ModuleType
from typing import Any, NamedTuple

from contracts.cameras import Camera, Rule, Zone
from contracts.errors import ConfigurationError
from detectors.ground import Ground
from detectors.observations import Storyteller
from detectors.rules import crowd_gathering, illegal_parking, zone_intrusion
from detectors.rules.defaults import NEEDS_TRACKS, thresholds_of
from detectors.rules.happening import Intent, Sight
from detectors.zones import zone_of

COUNTING_INTERVAL_S = 2.0
"""also what a keyframe camera gives"""

Step = Callable[..., tuple[Any, Intent | None]]


class PictureRule(NamedTuple):
    """A rule that looks at pictures: where it starts and how it goes on."""

    start: object
    step: Step


def _of(module: ModuleType) -> PictureRule:
    return PictureRule(module.START, module.step)


PICTURE_RULES: Mapping[str, PictureRule] = {
    "crowd_gathering": _of(crowd_gathering),
    "zone_intrusion": _of(zone_intrusion),
    "illegal_parking": _of(illegal_parking),
}


class RuleRunner:
    """Steps one rule of one camera and remembers its state."""

    def __init__(self, camera: Camera, rule: Rule, *, ground: Ground | None, model: str, exercise: bool) -> None:
        """Bind.

        Raises:
            ConfigurationError: no such rule or threshold.
        """
        where = f"camera {camera.camera_id}, rule {rule.rule}"
        if rule.rule not in PICTURE_RULES:
            raise ConfigurationError(f"no rule {rule.rule!r}", where=where, hint=f"known: {', '.join(PICTURE_RULES)}")
        self._thresholds = thresholds_of(rule, where=where)
        self._rule = PICTURE_RULES[rule.rule]
        self._state = self._rule.start
        self.zone: Zone | None = zone_of(camera, rule)
        self.story = Storyteller(camera, rule, ground=ground, model=model, exercise=exercise)

    def step(self, sight: Sight, now: datetime) -> Intent | None:
        """Fold one picture in."""
        self._state, intent = self._rule.step(self._state, sight, now, zone=self.zone, thresholds=self._thresholds)
        return intent


def needs_tracks(camera: Camera) -> bool:
    """Whether some rule of the camera says nothing without tracks."""
    return any(rule.rule in NEEDS_TRACKS for rule in camera.rules)


def interval_s(camera: Camera, tracked_fps: float) -> float:
    """How often the camera's rules want a picture, seconds; counting and standing still need few."""
    return 1.0 / tracked_fps if needs_tracks(camera) else COUNTING_INTERVAL_S
