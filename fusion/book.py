"""What fusion knows about one district and keeps: signals, incidents, acts, and what a snapshot holds of them."""

from dataclasses import dataclass, field
from typing import Any

from contracts.incidents import RelationName
from fusion.activity import Activity
from fusion.heard import Heard, Seat
from fusion.policy import Params
from fusion.tally import Tally

FORMAT = 3
"""of a snapshot; one of another format is refused, and the journal replayed instead"""


@dataclass(slots=True)
class Fault:
    """The annotation «附近 N 路摄像机离线» on an incident."""

    signal_id: str
    cameras: int
    at: float
    poor: int = 0
    """those of them that give a picture, but one in which little can be seen"""


@dataclass(slots=True)
class Link:
    """A dispute or petition beside an incident, suggested or linked by a person."""

    signal_id: str
    reason: str
    linked: bool = False


@dataclass(slots=True)
class Tie:
    """Another incident of the same situation (`fusion.related`)."""

    incident_id: str
    relation: RelationName
    distance: float
    lag: float
    zh: str
    en: str


@dataclass(slots=True)
class Happening:
    """One incident, in memory. What the world sees of it is `fusion.portrait`'s `Incident`."""

    incident_id: str
    revision: int = 0
    seats: dict[str, Seat] = field(default_factory=dict)
    """signal_id → membership, in order of joining"""
    tally: Tally = field(default_factory=Tally)
    heard_at: float = 0.0
    """arrival of the last news"""
    cooling: bool = False
    closed_by: str = ""
    """person, silence or merge"""
    closed_at: float = 0.0
    verdict: str = ""
    """confirmed or rejected, by a person"""
    kind_set: str | None = None
    severity_set: int | None = None
    place_set: list[float] | None = None
    """(lat, lon) that a person gave"""
    merged_into: str | None = None
    ceded_to: str = ""
    """the district of `merged_into`, when that is another one"""
    was: list[str] = field(default_factory=list)
    """the signals of an emptied incident, for its last portrait"""
    redirects: list[str] = field(default_factory=list)
    never_with: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    """those that it follows up"""
    ties: list[Tie] = field(default_factory=list)
    tied_as: str = ""
    """the kind that it had when its ties were looked for"""
    links: list[Link] = field(default_factory=list)
    fault: Fault | None = None
    judged: int = 0
    """revision at which a person last changed it"""
    resounded: int = 0
    """revision at which a level-1 signal last joined"""
    due: float | None = None
    """when silence changes its state"""

    @property
    def live(self) -> bool:
        """Whether it still takes signals of itself."""
        return not self.closed_by

    def reopen(self) -> None:
        """What silence closed takes signals again; what a person closed or merged stays as it is."""
        if self.closed_by == "silence":
            self.closed_by, self.closed_at = "", 0.0


@dataclass(slots=True)
class Undone:
    """How one signal sat before an action moved it."""

    signal_id: str
    came_from: str
    went_to: str
    seat: Seat


@dataclass(slots=True)
class Before:
    """A field of an incident as it was before an action."""

    incident_id: str
    field: str
    value: Any


@dataclass(slots=True)
class Act:
    """An action that was done, with what undoes it."""

    action_id: str
    action: str
    incident_id: str
    at: float
    undone: bool = False
    moved: list[Undone] = field(default_factory=list)
    before: list[Before] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    """signals that came from another district"""
    came_from: str = ""
    """the incident that they came from"""
    from_district: str = ""
    redirects: list[str] = field(default_factory=list)
    """ids that lead here since"""
    parted: list[list[str]] = field(default_factory=list)
    """pairs of incidents that it set apart"""
    kept_out: list[list[str]] = field(default_factory=list)
    """(signal, incident) pairs that it set apart"""


@dataclass(slots=True)
class Bucket:
    """How fast one rule of one camera speaks."""

    left: float
    """signals that it may still send at once"""
    since: float
    newest: str
    """the last signal that was weighed: those that come too fast are counted on it"""


@dataclass(slots=True)
class Book:
    """Everything that lasts."""

    district: str
    params: Params
    format: int = FORMAT
    position: int = 0
    """of the last journal record taken in"""
    origin: tuple[float, float] | None = None
    """(lat, lon) of the first signal: the zero of the metres"""
    signals: dict[str, Heard] = field(default_factory=dict)
    incidents: dict[str, Happening] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    real_words: bool = False
    """whether the words are those of real signals; drills are not counted then"""
    rarity: dict[str, int] = field(default_factory=dict)
    """word → signals that used it"""
    heard: int = 0
    newest: dict[str, float] = field(default_factory=dict)
    """source → when the newest thing that it told of happened"""
    buckets: dict[str, Bucket] = field(default_factory=dict)
    """by camera and rule"""
    activity: Activity = field(default_factory=Activity)
    drill_activity: Activity = field(default_factory=Activity)
    """the same of drills: what is played is compared with what is usually played"""
