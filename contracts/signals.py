"""What the hub is told: machine observations and human reports, in one shape.

A signal is a claim that something happened somewhere, at some time. It is not yet an incident: `fusion`
decides which signals speak of the same thing. No field here names a person, and none may be added.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from contracts.cameras import Bureau
from contracts.contract import Contract
from contracts.geo import Place
from contracts.kinds import Certainty, Kind, Severity

SourceName = Literal["camera", "police_110", "grid", "dispute", "petition"]


class Evidence(Contract):
    """A reference to a picture or clip in the evidence store; the bytes never cross Kafka."""

    kind: Literal["snapshot", "clip"]
    ref: str
    sha256: str
    at: AwareDatetime
    """the moment the picture shows"""


class Claim(Contract):
    """What every signal says."""

    signal_id: str
    """the same for all updates of one happening"""
    source_ref: str
    """the source's own number"""
    update: int = Field(default=0, ge=0)
    """the same number with changed content is the next update; (CloudEvents source, source_ref, update) is unique"""
    event_type: str
    """an identifier of `contracts.kinds.EVENT_TYPES`"""
    kind: Kind
    severity: Severity
    severity_raw: str = ""
    certainty: Certainty = Certainty.UNKNOWN
    observed_at: AwareDatetime
    """when it happened, by the source's clock"""
    time_stated: bool = False
    """the source said itself when it happened; else `observed_at` is when it was reported"""
    ended_at: AwareDatetime | None = None
    received_at: AwareDatetime
    """when it crossed our edge"""
    place: Place
    district: str
    """the shard: a group of townships at least 5 km across"""
    grid_code: str | None = None
    landmark_no: str | None = None
    place_text: str = ""
    """the place in words, as the source names it: an address, a camera's name, a grid's; no personal data"""
    words: tuple[str, ...] = ()
    """tokens about the happening, extracted at the edge; no personal data"""
    exercise: bool = False


class Observation(Claim):
    """A detector rule fired on one camera (视频)."""

    source: Literal["camera"] = "camera"
    bureau: Bureau
    camera_id: str
    count: int | None = None
    confidence: float = Field(ge=0, le=1)
    rule: str
    """rule@zone"""
    model: str = ""
    evidence: tuple[Evidence, ...] = ()
    measures: dict[str, float] = Field(default_factory=dict)
    """what the rule measured beside the count, by a name of `contracts.measures`: density, speed, how long; an early
    warning's rate and its time to the threshold with an interval"""


class PoliceAlert(Claim):
    """A call taken by the 110 desk (警情). «Alert» means this and nothing else."""

    source: Literal["police_110"] = "police_110"
    call_no: str
    initial_category: str = ""
    category_name: str = ""
    content: str = ""
    """what was said, with phone and identity numbers masked"""
    address: str = ""
    unit_code: str = ""
    main_call_no: str | None = None
    relation: Literal["duplicate_report", "urge", "officer_feedback", "repeat_nuisance"] | None = None
    confidential: bool = False


class GridReport(Claim):
    """A grid worker, resident or the 12345 hotline reported it (网格上报)."""

    source: Literal["grid"] = "grid"
    report_no: str
    origin: str = "grid_worker"
    class_code: str = ""
    class_name: str = ""
    description: str = ""
    photos: int = 0


class WorkItem(Claim):
    """What disputes and petitions have in common: a place and a clock, never an alarm."""

    item_no: str
    class_code: str = ""
    class_name: str = ""
    accepted_at: AwareDatetime
    due_at: AwareDatetime | None = None
    state: str = ""
    lead_unit: str = ""


class Dispute(WorkItem):
    """矛盾纠纷: may be suggested as a link, never joins."""

    source: Literal["dispute"] = "dispute"
    parties_count: int | None = None


class Petition(WorkItem):
    """阳光信访: only a person links it. 检举控告 is refused at the edge and never becomes one of these."""

    source: Literal["petition"] = "petition"


Signal = Annotated[Observation | PoliceAlert | GridReport | Dispute | Petition, Field(discriminator="source")]
SIGNAL: TypeAdapter[Signal] = TypeAdapter(Signal)

Report = PoliceAlert | GridReport | Dispute | Petition
"""a signal that a person sent"""


def identity_of(signal: Signal) -> str:
    """What makes a signal unique: the same identity twice changes nothing."""
    return f"{signal.source}|{signal.source_ref}|{signal.update}"
