"""Everything that is done with one analysed picture of one camera: track, judge, tell, keep the proof."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.cameras import Camera
from contracts.detections import Box, Detection
from contracts.errors import ConfigurationError
from contracts.frames import Frame
from contracts.signals import Evidence, Observation
from detectors import evidence
from detectors.ground import ground_of
from detectors.observations import Storyteller
from detectors.quality.inspector import Inspector
from detectors.rules.defaults import ALWAYS_ON
from detectors.rules.happening import Intent, Phase, Sight
from detectors.rules.runner import Outlines, RuleRunner
from detectors.tracking import Tracker

LAST_PICTURE_EVERY = timedelta(seconds=1.9)


@dataclass(frozen=True, slots=True)
class Picture:
    """Bytes on their way to the evidence store."""

    ref: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """An observation with the picture that it newly speaks of, if there is one."""

    observation: Observation
    snapshot: Picture | None = None


class CameraWatch:
    """One camera's tracker and rules. No clock, no thread, no disk: a function of the pictures it was given."""

    def __init__(
        self, camera: Camera, *, model: str, min_confidence: float, exercise: bool = False,
        events: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Bind the camera's rules. `events`: class of a model → event type, for the rule `presence`.

        Raises:
            ConfigurationError: a rule, threshold, zone or line that does not exist, or two rules of one name and place.
        """
        self.camera = camera
        self.min_confidence = min_confidence
        self._tracker = Tracker(camera.camera_id)
        ground = ground_of(camera)
        self._rules = [
            RuleRunner(camera, rule, ground=ground, model=model, exercise=exercise, events=events)
            for rule in camera.rules
            if rule.rule not in ALWAYS_ON
        ]
        self.inspector = Inspector(camera, exercise=exercise)
        """what it knows of the picture's quality"""
        names = [rule.story.rule_text for rule in self._rules]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ConfigurationError(f"the rule {twice} twice", where=f"camera {camera.camera_id}", hint="remove one")
        self._looked: tuple[tuple[Detection, ...], bool] | None = None
        self._last_picture_at: datetime | None = None

    @property
    def has_rules(self) -> bool:
        """Whether anything is to be looked for; without rules only the last picture is kept."""
        return bool(self._rules)

    @property
    def happening(self) -> bool:
        """Whether some rule has told of something that has not ended."""
        return any(rule.going_on for rule in self._rules)

    def look(
        self, frame: Frame, detections: Sequence[Detection], *, tracked: bool, now: datetime
    ) -> tuple[Report, ...]:
        """What the rules tell of this picture. `detections` may hold doubtful ones: those only prolong tracks."""
        self._looked = tuple(detections), tracked
        return self._judged(frame, detections, tracked=tracked, still=False, now=now)

    def still(self, frame: Frame, *, now: datetime) -> tuple[Report, ...]:
        """Nothing moved since the last look: what was seen still stands, so who stands or lies still is not lost."""
        if self._looked is None:
            return ()
        detections, tracked = self._looked
        return self._judged(frame, detections, tracked=tracked, still=True, now=now)

    def places(self) -> tuple[Box, ...]:
        """Where somebody may lie, for a second look."""
        return tuple(box for rule in self._rules for box in rule.places())

    def _judged(
        self, frame: Frame, detections: Sequence[Detection], *, tracked: bool, still: bool, now: datetime
    ) -> tuple[Report, ...]:
        height, width = frame.image.shape[:2]
        tracks = self._tracker.update(detections, frame.captured_at, aspect=width / height) if tracked else None
        sure = tuple(hit for hit in detections if hit.confidence >= self.min_confidence)
        sight = Sight(sure, tracks, width / height, still)
        told = [(rule, rule.step(sight, frame.captured_at)) for rule in self._rules]
        return tuple(
            self._told(rule.story, intent, frame, now, rule.outlines) for rule, intent in told if intent is not None
        )

    def inspect(self, frame: Frame, *, now: datetime) -> tuple[Report, ...]:
        """What the picture's quality tells; of every picture one a second is looked at, damaged ones too."""
        return tuple(
            self._told(story, intent, frame, now, (None, None)) for story, intent in self.inspector.look(frame)
        )

    def last_picture(self, frame: Frame) -> Picture | None:
        """The picture for the wall, about every two seconds."""
        due = self._last_picture_at is None or frame.captured_at - self._last_picture_at >= LAST_PICTURE_EVERY
        if not due:
            return None
        self._last_picture_at = frame.captured_at
        return Picture(evidence.last_ref(self.camera.camera_id), evidence.last_picture(frame.image))

    def _told(self, story: Storyteller, intent: Intent, frame: Frame, now: datetime, outlines: Outlines) -> Report:
        if intent.phase is Phase.ENDED:  # it ended some time before this picture, which shows nothing of it
            return Report(story.tell(intent, now=now))
        signal_id = story.signal_id(intent.started_at)
        ref = evidence.snapshot_ref(signal_id, story.next_update(intent), frame.captured_at)
        picture = Picture(ref, evidence.snapshot(frame.image, intent.boxes, *outlines))
        digest = hashlib.sha256(picture.data).hexdigest()
        proof = Evidence(kind="snapshot", ref=ref, sha256=digest, at=frame.captured_at)
        return Report(story.tell(intent, now=now, evidence=proof), picture)
