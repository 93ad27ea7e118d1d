"""A rule's intent becomes an observation: who saw it, where on the ground, how sure, in the words of the contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracts.cameras import Camera, Rule
from contracts.geo import Place
from contracts.kinds import EVENT_TYPES, Certainty, EventType, Kind
from contracts.signals import Evidence, Observation
from detectors.ground import Ground, camera_place, place_of
from detectors.rules.happening import Intent, Phase

MAX_EVIDENCE = 4
"""the first picture and the newest ones"""
LIKELY = 0.7
"""mean confidence of the boxes from which a claim is more likely than not"""


@dataclass(slots=True)
class Story:
    """What was told of one happening so far: its name, number and pictures."""

    started_at: datetime
    place: Place
    update: int = -1
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = field(default=())
    measures: Mapping[str, float] = field(default_factory=dict)


class Storyteller:
    """Numbers the updates of one rule on one camera and keeps what belongs to all of them."""

    def __init__(
        self, camera: Camera, rule: Rule, *, ground: Ground | None, model: str, exercise: bool, event_type: str = ""
    ) -> None:
        """`event_type` where it is not the rule's own name."""
        self._camera, self._rule, self._ground, self._model = camera, rule, ground, model
        self._event_type: EventType = EVENT_TYPES[event_type or rule.rule]
        self._exercise = exercise or camera.exercise
        self._story: Story | None = None
        self.words: tuple[str, ...] = ()
        """what the next observations say beside their type; a device fault names its defects"""

    @property
    def rule_text(self) -> str:
        """`rule@zone`, `rule@zone/line/left`, or the rule alone; `presence.what@…` says what."""
        what = self._event_type.name
        name = self._rule.rule if self._rule.rule == what else f"{self._rule.rule}.{what}"
        direction = "" if self._rule.direction == "both" else self._rule.direction
        where = "/".join(part for part in (self._rule.zone, self._rule.line, direction) if part)
        return f"{name}@{where}" if where else name

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
        event_type = self._event_type
        return Observation(
            signal_id=self.signal_id(story.started_at),
            source_ref=self._ref(story.started_at),
            update=story.update,
            event_type=event_type.name,
            kind=event_type.kind,
            severity=event_type.severity,
            certainty=self._certainty(story),
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
            words=self.words,
            evidence=story.evidence,
            measures=dict(story.measures),
        )

    def _certainty(self, story: Story) -> Certainty:
        if self._is_device:
            return Certainty.OBSERVED
        return Certainty.LIKELY if story.confidence >= LIKELY else Certainty.POSSIBLE

    def _continued(self, intent: Intent) -> Story:
        story = self._story
        if story is None or intent.phase is Phase.BEGAN:
            story = Story(intent.started_at, self._place(intent))
        story.update += 1
        if intent.boxes:
            story.place, story.confidence = self._place(intent), intent.confidence
            story.measures = intent.measures
        return story

    def _place(self, intent: Intent) -> Place:
        if self._is_device:
            return camera_place(self._camera)
        return place_of(self._camera, self._ground, [box.foot for box in intent.boxes])

    @property
    def _is_device(self) -> bool:
        return self._event_type.kind is Kind.DEVICE

    def _ref(self, started_at: datetime) -> str:
        return f"{self._camera.camera_id}:{self.rule_text}:{int(started_at.timestamp())}"
