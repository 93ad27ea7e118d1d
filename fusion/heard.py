"""A signal as fusion remembers it: place, time, kind and words, and no member that could hold a person.

Positions are metres east and north of the district's origin; times are seconds since 1970 (UTC).
"""

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from contracts.geo import EARTH_RADIUS_M
from contracts.incidents import Terms
from contracts.signals import Observation, PoliceAlert, Signal, WorkItem
from fusion.compatibility import is_vague
from fusion.whereabouts import covariance_of

MOST_WORDS = 32
AHEAD_S = 60.0
"""how far a source's clock may run ahead of ours"""
LONG_AGO_S = 90 * 86400.0
"""what happened longer ago than this did not: a clock that starts at 1970"""

_NUMBER = re.compile(r"[0-9０-９]{5,}|[0-9０-９][0-9０-９ -]{6,}[0-9０-９xX]")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Za-z][·.]?[A-Za-z0-9]{5,6}"
)


@dataclass(slots=True)
class Heard:
    """One signal at its newest update."""

    signal_id: str
    source: str
    source_ref: str
    update: int
    event_type: str
    kind: str
    vague: bool
    """a catch-all category: the kind is a guess"""
    severity: int
    at: float
    """when it happened"""
    until: float
    """last known to go on"""
    ended: bool
    stated: bool
    """the source said itself when it happened"""
    x: float
    y: float
    lat: float
    lon: float
    sigma: float
    cov: list[float]
    """(east², east·north, north²) of the place's own error, m²"""
    words: list[str]
    place_text: str
    grid_code: str | None
    landmark: bool
    exercise: bool
    camera: str = ""
    rule: str = ""
    count: int | None = None
    number: str = ""
    """the 110 desk's call number, or a work item's"""
    main_call: str = ""
    relation: str = ""
    title: str = ""
    """a work item's class, for the suggestion"""
    due: float | None = None
    """of a work item: when it is no longer worth suggesting"""
    incident: str | None = None
    never: list[str] = field(default_factory=list)
    """incidents that a person said it does not belong to"""
    odd: list[str] = field(default_factory=list)
    """what was mended in it, by name: a time in the future, an accuracy of nothing, an outline that crosses itself"""

    @property
    def covariance(self) -> tuple[float, float, float]:
        """Of the place's own error."""
        return self.cov[0], self.cov[1], self.cov[2]

    @property
    def identity(self) -> str:
        """As `contracts.signals.identity_of` its newest update."""
        return f"{self.source}|{self.source_ref}|{self.update}"

    @property
    def claims(self) -> str:
        """Its kind, with «?» when that is a guess."""
        return self.kind + "?" if self.vague else self.kind


@dataclass(slots=True)
class Seat:
    """A signal's membership in an incident, with the reason."""

    revision: int
    """of the incident, at which it joined or last changed hands"""
    by_person: bool = False
    provisional: bool = False
    keeps_row: bool = False
    outlier: bool = False
    """grossly off: it does not move the place"""
    forced: bool = False
    """the police system itself said that it belongs here"""
    ambiguous: bool = False
    """it may as well sit elsewhere: weighed again when something happens near it"""
    runner_up: str = ""
    """the incident that it nearly joined instead; empty: one of its own"""
    repeats: int = 0
    """further signals of the same rule of the same camera that came too fast to be weighed one by one"""
    p: float = 1.0
    terms: Terms = field(default_factory=dict)
    distance: float | None = None
    sigma: float | None = None
    lag: float | None = None
    zh: str = ""
    en: str = ""


def seconds(moment: datetime) -> float:
    """Seconds since 1970, exact to the microsecond."""
    return moment.timestamp()


def moment(at: float) -> datetime:
    """The aware UTC time of `seconds`."""
    return datetime.fromtimestamp(at, UTC)


def project(lat: float, lon: float, origin: tuple[float, float]) -> tuple[float, float]:
    """Metres east and north of `origin` (lat, lon); equirectangular, exact enough within one district."""
    x = math.radians(lon - origin[1]) * EARTH_RADIUS_M * math.cos(math.radians(origin[0]))
    return x, math.radians(lat - origin[0]) * EARTH_RADIUS_M


def unproject(x: float, y: float, origin: tuple[float, float]) -> tuple[float, float]:
    """(lat, lon) of metres east and north of `origin`; the inverse of `project`."""
    lon = origin[1] + math.degrees(x / _east_m(origin[0]))
    return origin[0] + math.degrees(y / EARTH_RADIUS_M), lon


@lru_cache(maxsize=1000)
def _east_m(lat: float) -> float:
    """Metres per radian of longitude."""
    return EARTH_RADIUS_M * math.cos(math.radians(lat))


def hear(signal: Signal, origin: tuple[float, float]) -> Heard:
    """What fusion takes from a signal; everything else, above all free text, is left behind here.

    What cannot be true is mended and named in `odd`, never refused: the engine goes on.
    """
    x, y = project(signal.place.lat, signal.place.lon, origin)
    odd: list[str] = []
    at = _happened(signal, odd)
    covariance = covariance_of(signal.place, odd)
    heard = Heard(
        signal_id=signal.signal_id,
        source=signal.source,
        source_ref=signal.source_ref,
        update=signal.update,
        event_type=signal.event_type,
        kind=signal.kind.value,
        vague=is_vague(signal.event_type, signal.kind.value),
        severity=int(signal.severity),
        at=at,
        until=at if signal.ended_at is None else max(at, seconds(signal.ended_at)),
        ended=signal.ended_at is not None,
        # A camera knows when it saw something, but that is not when it began.
        stated=signal.time_stated and signal.source != "camera",
        x=x,
        y=y,
        lat=signal.place.lat,
        lon=signal.place.lon,
        sigma=math.sqrt((covariance[0] + covariance[2]) / 2),
        cov=list(covariance),
        words=sorted({word for word in signal.words if not names_someone(word)})[:MOST_WORDS],
        place_text=signal.place_text,
        grid_code=signal.grid_code,
        landmark=signal.landmark_no is not None,
        exercise=signal.exercise,
        odd=odd,
    )
    _take_own_fields(heard, signal)
    return heard


def names_someone(word: str) -> bool:
    """Whether a word may lead to a person, as a plate or a number does: it never enters a score."""
    return _NUMBER.search(word) is not None or _PLATE.search(word) is not None


def _happened(signal: Signal, odd: list[str]) -> float:
    """When it happened by the source's clock, unless that cannot be: then when it came."""
    at, came = seconds(signal.observed_at), seconds(signal.received_at)
    if at > came + AHEAD_S:
        odd.append("time_in_future")
        return came
    if at < came - LONG_AGO_S and not isinstance(signal, WorkItem):
        odd.append("time_long_past")
        return came
    return at


def _take_own_fields(heard: Heard, signal: Signal) -> None:
    match signal:
        case Observation():
            heard.camera, heard.rule, heard.count = signal.camera_id, signal.rule, signal.count
            if signal.update > 0 and not heard.ended:
                heard.until = max(heard.at, seconds(signal.received_at))
        case PoliceAlert():
            heard.number, heard.main_call = signal.call_no, signal.main_call_no or ""
            heard.relation = signal.relation or ""
        case WorkItem():
            heard.number, heard.title = signal.item_no, signal.class_name
        case _:
            pass
