"""The picture quality of one camera from picture to report: looked at once a second, told by two rules."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import cv2
import numpy as np
import numpy.typing as npt

from contracts.cameras import Camera, Defect, PictureDefect, Rule, Zone
from contracts.frames import Frame
from detectors.observations import Storyteller
from detectors.quality import diagnosis
from detectors.quality.measures import TILES
from detectors.quality.words import DEFECT_ZH
from detectors.rules import camera_tampered, video_quality_abnormal
from detectors.rules.defaults import CAMERA_TAMPERED, VIDEO_QUALITY_ABNORMAL, thresholds_of
from detectors.rules.device_quality import START, step
from detectors.rules.happening import Intent

EVERY = timedelta(seconds=0.95)
_FINE = 8
"""cells of a tile's side, to see how much of it a mask takes"""

RULES: Mapping[str, tuple[Defect, ...]] = {
    VIDEO_QUALITY_ABNORMAL: video_quality_abnormal.DEFECTS,
    CAMERA_TAMPERED: camera_tampered.DEFECTS,
}


class Inspector:
    """Call it with every picture; it looks at one a second."""

    def __init__(self, camera: Camera, *, exercise: bool) -> None:
        """Bind.

        Raises:
            ConfigurationError: a threshold that does not exist.
        """
        self._seen = seen_tiles(camera.masks)
        self._state, self._verdict = diagnosis.START, diagnosis.Verdict()
        self._looked_at: datetime | None = None
        self._rules = [_Bound(camera, name, exercise) for name in RULES]

    @property
    def learned(self) -> diagnosis.State:
        """What is known of the camera, to be kept; immutable, so that any thread may take it."""
        return self._state

    def remember(self, state: diagnosis.State) -> None:
        """Go on from what was kept."""
        self._state = state

    @property
    def defects(self) -> tuple[PictureDefect, ...]:
        """What is wrong with the picture now."""
        return self._verdict.defects

    def look(self, frame: Frame) -> tuple[tuple[Storyteller, Intent], ...]:
        """What there is to tell after this picture."""
        at = frame.captured_at
        if self._looked_at is not None and at - self._looked_at < EVERY:
            return ()
        self._looked_at = at
        image = None if frame.is_corrupt else frame.image
        self._state, self._verdict = diagnosis.step(self._state, image, at, seen=self._seen)
        told = ((rule, rule.step(self._verdict, at)) for rule in self._rules)
        return tuple((rule.story, intent) for rule, intent in told if intent is not None)


class _Bound:
    """One of the two rules on this camera."""

    def __init__(self, camera: Camera, name: str, exercise: bool) -> None:
        rule = next((rule for rule in camera.rules if rule.rule == name), Rule(rule=name))
        self._thresholds = thresholds_of(rule, where=f"camera {camera.camera_id}, rule {name}")
        self._defects, self._state = frozenset(RULES[name]), START
        self.story = Storyteller(camera, Rule(rule=name), ground=None, model="", exercise=exercise)

    def step(self, verdict: diagnosis.Verdict, at: datetime) -> Intent | None:
        wrong = verdict.names & self._defects
        self._state, intent = step(self._state, wrong, at, thresholds=self._thresholds)
        if wrong:
            self.story.words = tuple(DEFECT_ZH[defect] for defect in Defect if defect in wrong)
        return intent


def seen_tiles(masks: tuple[Zone, ...]) -> npt.NDArray[np.bool_] | None:
    """Which tiles (9, 16) of the picture no privacy mask blanks by half; None: all."""
    if not masks:
        return None
    width, height = TILES[0] * _FINE, TILES[1] * _FINE
    blank = np.zeros((height, width), np.uint8)
    for mask in masks:
        corners = np.array([[x * width, y * height] for x, y in mask.points]).round().astype(np.int32)
        cv2.fillPoly(blank, [corners], 255)
    return np.asarray(cv2.resize(blank, TILES, interpolation=cv2.INTER_AREA) < 128, np.bool_)
