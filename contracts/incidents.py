"""What the hub believes: incidents, and a record of each decision that made them."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.contract import Contract
from contracts.kinds import Kind, Severity

Chosen = Literal["join", "provisional", "new", "annotate", "duplicate", "update", "item"]
"""annotate: a device fault beside an incident; duplicate: changed nothing; update: a new version of a known
signal; item: a dispute or petition, kept as a work item that people may link"""

RelationName = Literal["near_repeat", "effect_of", "cause_of", "follow_up"]
"""near_repeat: the same kind again close by; effect_of, cause_of: seen from this incident; follow_up: it goes on where
a person had closed another"""

Terms = dict[str, float]
"""term name → nats: space, time, kind, words, prior, and bias (what calibration added or took); they sum to the
candidate's score"""


class IncidentState(StrEnum):
    """Fusion's lifecycle. Handling (claimed, dispatched, …) is the console's own field."""

    TENTATIVE = "tentative"
    """one machine source only"""
    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    COOLING = "cooling"
    """silent, still takes late signals"""
    CLOSED = "closed"
    MERGED = "merged"
    """its signals live on in another incident: see `merged_into`"""


OVER = (IncidentState.CLOSED, IncidentState.REJECTED, IncidentState.MERGED)
"""states in which an incident takes in nothing more"""
OVER_IN_SQL = f"({', '.join(repr(state.value) for state in OVER)})"
"""the same as the right side of SQL's IN"""


class IncidentPlace(Contract):
    """Where the incident is believed to be, WGS-84, with a 2-sigma radius in metres."""

    lat: float
    lon: float
    radius_m: float


class Member(Contract):
    """A signal inside an incident and why it is there."""

    signal_id: str
    source: str
    event_type: str
    observed_at: AwareDatetime
    joined_by: Literal["machine", "person"] = "machine"
    provisional: bool = False
    """待确认: dashed on the screen until a person accepts or refuses"""
    keeps_row: bool = False
    """a provisional 110 call or grave signal keeps a row of its own, nested, until a person decides"""
    p: float = 1.0
    terms: Terms = Field(default_factory=dict)
    distance_m: float | None = None
    """from the incident's place at the moment of the decision"""
    sigma_m: float | None = None
    """one sigma of that distance"""
    lag_s: float | None = None
    """after the incident's first signal; negative when it happened before"""
    sentence_zh: str = ""
    """«相距 38 米(±120) · 晚报 6 分钟(该来源中位 5) · 同类 · 共同词: 红色轿车»"""
    sentence_en: str = ""


class Annotation(Contract):
    """Something that qualifies an incident without being part of it: a dead camera nearby."""

    signal_id: str
    kind: Literal["device_fault"] = "device_fault"
    text_zh: str
    text_en: str
    at: AwareDatetime


class SuggestedLink(Contract):
    """A work item that a person may link, or has linked."""

    signal_id: str
    item_no: str
    source: Literal["dispute", "petition"]
    reason: str
    linked: bool = False


class Relation(Contract):
    """Another incident of the same situation, and how this one stands to it. Never evidence for a merge."""

    incident_id: str
    relation: RelationName
    distance_m: float
    lag_s: float
    """how much later this one began; negative when it began before"""
    zh: str
    en: str
    """why, in words"""


class Incident(Contract):
    """One happening as the hub believes it, at one revision. Key of the compacted topic `incidents`."""

    incident_id: str
    """base32 of a hash of the first signal's identity: the same at every replay"""
    label: str
    """INC-7Q2M4K, for people"""
    revision: int
    kind: Kind
    event_types: tuple[str, ...]
    severity: Severity
    state: IncidentState
    place: IncidentPlace
    place_text: str = ""
    """the best words for the place that any signal gave"""
    district: str
    grid_code: str | None = None
    observed_at: AwareDatetime
    """when it began, as far as is known"""
    last_signal_at: AwareDatetime
    decided_at: AwareDatetime
    sources: dict[str, int]
    signals: tuple[Member, ...]
    annotations: tuple[Annotation, ...] = ()
    suggested_links: tuple[SuggestedLink, ...] = ()
    related: tuple[str, ...] = ()
    """the incidents of `relations`"""
    relations: tuple[Relation, ...] = ()
    """noted on the newer of two; the older one is found from there"""
    redirects: tuple[str, ...] = ()
    """ids that were merged into this one and lead here"""
    merged_into: str | None = None
    never_with: tuple[str, ...] = ()
    """incidents that a person said are not this one"""
    count: int | None = None
    """people or vehicles, by the newest observation that counted"""
    resounds: bool = False
    """this revision took in a level-1 signal and must sound again, even if acknowledged"""
    resounded_revision: int = 0
    """the newest revision that resounds: readers that see only the latest revision miss none"""
    exercise: bool = False
    p_real: float = 1.0
    """probability that anything happened: no camera's false alarm, no call about nothing"""
    params_version: str = ""


class Details(Contract):
    """What the terms of a candidate were made of."""

    outlier: bool = False
    """its place was taken for grossly wrong"""
    barrier: str = ""
    """the river, railway or elevated road between the two, when there is one"""
    claim: str = ""
    """the kind that the signal claims, with «?» when its category is a catch-all"""
    kinds: dict[str, float] = Field(default_factory=dict)
    """what it is when it joins: kind → probability, likeliest first; «false_alarm» beside the kinds"""
    shared: tuple[tuple[str, float], ...] = ()
    """words that both used, with the nats of each, most telling first"""
    only_here: tuple[str, ...] = ()
    """words of the signal that the incident's signals did not use"""
    source_median_s: float = 0.0
    """usual lag of this source for such a kind"""
    new_rate_km2_h: float = 0.0
    """new happenings of the signal's kind expected here and now, per km² and hour"""
    activity: float = 1.0
    """how many times the usual happened in the last hours"""
    coverage: float = 0.0
    """cameras that see the place, mean"""


class Candidate(Contract):
    """An incident that was weighed for a signal."""

    incident_id: str
    score: float
    """nats, the sum of the terms"""
    p: float
    terms: Terms
    distance_m: float
    sigma_m: float
    lag_s: float
    details: Details = Details()


class Decision(Contract):
    """Why one signal went where it went. Append-only."""

    decision_id: str
    signal_id: str
    identity: str
    district: str
    incident_id: str | None
    revision: int
    chosen: Chosen
    p: float
    margin: float
    """nats between the chosen and the next best"""
    terms: Terms
    candidates: tuple[Candidate, ...] = ()
    gate: dict[str, int] = Field(default_factory=dict)
    """cells looked at, candidates found, metres that the signal reaches before an incident's own uncertainty"""
    constraints: tuple[str, ...] = ()
    """what forbade or forced it, in words: never_merge:…, closed_by_person:…, call_beside_call, source_silent:…"""
    moved_from: str | None = None
    """the incident that it left for this one, by the machine or by a person"""
    params_version: str
    decided_at: AwareDatetime
