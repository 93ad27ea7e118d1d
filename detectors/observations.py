"""A rule's intent becomes an observation: who saw it, where on the ground, how sure, in the words of the contracts."""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.cameras import Camera, Rule
from contracts.geo import Place
from contracts.kinds import EVENT_TYPES, Certainty
from contracts.signals import Evidence, Observation
from detectors.ground import Ground, camera_place, place_of
from detectors.rules.defaults import CAMERA_OFFLINE
from detectors.rules.happening import Intent, Phase

MAX_EVIDENCE = 4
"""the first picture and the newest ones"""


@dataclass(slots=True)
class Story:
    """What was told of one happening so far: its name, number and pictures."""

    started_at: datetime
    place: Place
    update: int = -1
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = field(default=())


class Storyteller:
    """Numbers the updates of one rule on one camera and keeps what belongs to all of them."""

    def __init__(self, camera: Camera, rule: Rule, *, ground: Ground | None, model: str, exercise: bool) -> None:
        self._camera, self._rule, self._ground, self._model = camera, rule, ground, model
        self._exercise = exercise or camera.exercise
        self._story: Story | None = None

    @property
    def rule_text(self) -> str:
        """`rule@zone`, or the rule alone."""
        return f"{self._rule.rule}@{self._rule.zone}" if self._rule.zone else self._rule.rule

    def signal_id(self, started_at: datetime) -> str:
        """`cam:<camera>:<rule>:<epoch of the start>`: one for all updates of a happening."""
        return f"cam:{self._ref(started_at)}"

    def next_update(self, intent: Intent) -> int:
        """The number that the observation of this intent will have."""
        return 0 if self._story is None or intent.phase is Phase.BEGAN else self._story.update + 1

    def tell(self, intent: Intent, *, now: datetime, evidence: Evidence | None = None) -> Observation:
        """The observation; `evidence` is the picture of this very moment, if there is one."""
        story = self._continued(intent)
        if evidence is not None:
            story.evidence = (*story.evidence[:1], *story.evidence[1:][-(MAX_EVIDENCE - 2) :], evidence)
        self._story = None if intent.phase is Phase.ENDED else story
        event_type = EVENT_TYPES[self._rule.rule]
        return Observation(
            signal_id=self.signal_id(story.started_at),
            source_ref=self._ref(story.started_at),
            update=story.update,
            event_type=event_type.name,
            kind=event_type.kind,
            severity=event_type.severity,
            certainty=Certainty.OBSERVED if self._is_device else Certainty.POSSIBLE,
            observed_at=story.started_at,
            time_stated=True,
            ended_at=intent.ended_at,
            received_at=now,
            place=story.place,
            district=self._camera.district,
            grid_code=self._camera.grid_code,
            landmark_no=self._camera.landmark_no,
            place_text=self._camera.name,
            exercise=self._exercise,
            bureau=self._camera.bureau,
            camera_id=self._camera.camera_id,
            count=None if self._is_device else intent.count,
            confidence=round(story.confidence, 3),
            rule=self.rule_text,
            model="" if self._is_device else self._model,
            evidence=story.evidence,
        )

    def _continued(self, intent: Intent) -> Story:
        story = self._story
        if story is None or intent.phase is Phase.BEGAN:
            story = Story(intent.started_at, self._place(intent))
        story.update += 1
        if intent.boxes:
            story.place, story.confidence = self._place(intent), intent.confidence
        return story

    def _place(self, intent: Intent) -> Place:
        if self._is_device:
            return camera_place(self._camera)
        return place_of(self._camera, self._ground, [box.foot for box in intent.boxes])

    @property
    def _is_device(self) -> bool:
        return self._rule.rule == CAMERA_OFFLINE

    def _ref(self, started_at: datetime) -> str:
        return f"{self._camera.camera_id}:{self.rule_text}:{int(started_at.timestamp())}"
