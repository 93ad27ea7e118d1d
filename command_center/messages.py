"""What the console's browser is told and what it says over HTTP: rows of the wall, the detail, cameras, actions."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from contracts.cameras import Bureau, CameraHealth, PictureDefect
from contracts.contract import Contract, StrictContract
from contracts.incidents import Annotation, Decision, IncidentPlace, IncidentState, Member, SuggestedLink
from contracts.kinds import Kind, Severity

HandlingState = Literal["waiting", "dispatched", "filed", "closed"]
"""waiting 待派警/待核实 · dispatched 已派警/已派遣 · filed 已立案 · closed 已结案"""


class Handling(Contract):
    """What people do about an incident; the console's own field beside fusion's lifecycle."""

    state: HandlingState = "waiting"
    acknowledged_by: str | None = None
    acknowledged_at: AwareDatetime | None = None
    acknowledged_revision: int = 0
    """a later revision that resounds is not covered by this acknowledgement"""
    claimed_by: str | None = None
    claimed_name: str = ""
    claimed_unit: str = ""
    claimed_until: AwareDatetime | None = None
    unit: str = ""
    """who was sent"""
    order_no: str = ""
    dispatched_at: AwareDatetime | None = None
    undo_action_id: str | None = None
    """the newest step that can still be undone, until `undo_until`, by `undo_by`"""
    undo_action: str = ""
    undo_by: str = ""
    undo_until: AwareDatetime | None = None


class RowSignal(Contract):
    """A member as the list needs it."""

    signal_id: str
    source: str
    provisional: bool = False


class NestedRow(Contract):
    """A provisional call or grave signal that keeps its own line under its incident until a person decides."""

    signal_id: str
    source: str
    event_type: str
    severity: Severity
    observed_at: AwareDatetime
    p: float
    text: str = ""


class Row(Contract):
    """One line of the wall, and one item of GET /api/incidents."""

    incident_id: str
    label: str
    revision: int
    kind: Kind
    event_types: tuple[str, ...]
    severity: Severity
    state: IncidentState
    place: IncidentPlace
    place_text: str
    district: str
    grid_code: str | None
    observed_at: AwareDatetime
    last_signal_at: AwareDatetime
    decided_at: AwareDatetime
    sources: dict[str, int]
    signals: tuple[RowSignal, ...]
    nested: tuple[NestedRow, ...] = ()
    provisional: int = 0
    """members that wait for a person"""
    count: int | None = None
    merged_into: str | None = None
    sound: bool = False
    """may sound before a person confirms (taxonomy), or confirmed"""
    resounds: bool = False
    resounded_revision: int = 0
    """the newest revision that must sound again: not covered by an acknowledgement of an older one"""
    suppressed: tuple[str, ...] = ()
    """suppressions that together hide this row and its sound; empty: it shows"""
    exercise: bool = False
    handling: Handling = Handling()


class SignalView(Contract):
    """A signal as this user may see it: personal fields masked or absent by role."""

    signal_id: str
    source: str
    event_type: str
    severity: Severity
    observed_at: AwareDatetime
    received_at: AwareDatetime
    text: str
    """what was said, or what the rule saw"""
    caller: str = ""
    """«张** 138****0000», or empty for roles that see nothing"""
    can_reveal: bool = False
    camera_id: str | None = None
    bureau: Bureau | None = None
    place: dict[str, Any]
    evidence: tuple[dict[str, Any], ...] = ()
    fields: dict[str, Any] = Field(default_factory=dict)


class HistoryEntry(Contract):
    """One step a person took."""

    action_id: str
    action: str
    by: str
    unit: str = ""
    at: AwareDatetime
    reason: str = ""
    undone: bool = False
    refused: str = ""
    """why fusion would not do it"""


class Question(Contract):
    """A decision that nobody had to confirm, and that a person is asked about (抽查): was the machine right?"""

    decision_id: str
    signal_id: str
    chosen: Literal["join", "new"]
    incident_id: str
    """the incident that it joined, or the best one that it left aside"""
    p: float


class IncidentDetail(Row):
    """GET /api/incidents/{incident_id}. Here `signals` are the full members, with why they joined."""

    signals: tuple[Member, ...]  # type: ignore[assignment]
    views: tuple[SignalView, ...] = ()
    decisions: tuple[Decision, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    suggested_links: tuple[SuggestedLink, ...] = ()
    related: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    never_with: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    questions: tuple[Question, ...] = ()
    """empty for roles that do not correct"""
    allowed: tuple[str, ...] = ()
    """actions this user may take now"""
    params_version: str = ""


class CameraRow(Contract):
    """One camera for the list, the map and the four nearest. Never a URL, never a credential."""

    camera_id: str
    name: str
    bureau: Bureau
    lat: float
    lon: float
    bearing_deg: float
    view_angle_deg: float
    view_range_m: float
    district: str
    grid_code: str | None
    landmark_no: str | None
    health: CameraHealth
    since: AwareDatetime | None
    fault: str | None
    why_zh: str
    why_en: str
    mode: str
    codec: str
    width: int
    height: int
    fps: float | None
    gop_s: float | None
    counters: dict[str, int]
    last_picture_at: AwareDatetime | None
    has_picture: bool
    exercise: bool
    defects: tuple[PictureDefect, ...] = ()
    """what is wrong with the picture; empty while it is fine, not judged, or there is none"""


class NearCamera(Contract):
    """One of the cameras nearest to an incident that could see it."""

    camera: CameraRow
    distance_m: float
    facing: Literal["front", "side", "away"]
    """正对 · 侧对 · 背对"""
    usable: bool
    """it gives a picture in which something can be seen"""
    why_zh: str = ""
    """why it is not usable, one plain sentence"""
    why_en: str = ""
    since: AwareDatetime | None = None
    """since when it is or is not"""


class ActionRequest(StrictContract):
    """POST /api/incidents/{incident_id}/actions. `action_id` is made by the client: sent twice, done once."""

    action_id: str = Field(min_length=8, max_length=64)
    action: str
    expected_revision: int = Field(ge=0)
    reason: str = Field(default="", max_length=500)
    arguments: dict[str, str | int | float | bool | list[str]] = Field(default_factory=dict)


class ActionAnswer(Contract):
    """done: the console did it; accepted: stored, fusion will answer by a new revision or a refusal."""

    action_id: str
    status: Literal["done", "accepted"]
    row: Row | None = None


class Me(Contract):
    """GET /api/session."""

    login: str
    display_name: str
    unit: str
    role: str
    rights: tuple[str, ...]
    idle_minutes: int
    city_name: str
    exercise: bool
