"""A signal as fusion remembers it: place, time, kind and words, and no member that could hold a person.

Positions are metres east and north of the district's origin; times are seconds since 1970 (UTC).
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.geo import EARTH_RADIUS_M
from contracts.incidents import Terms
from contracts.signals import Observation, PoliceAlert, Signal, WorkItem
from fusion.compatibility import is_vague

WIDEST_M = 50_000.0
"""a place less certain than this says nothing"""
MOST_WORDS = 32


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
    lon = origin[1] + math.degrees(x / (EARTH_RADIUS_M * math.cos(math.radians(origin[0]))))
    return origin[0] + math.degrees(y / EARTH_RADIUS_M), lon


def hear(signal: Signal, origin: tuple[float, float]) -> Heard:
    """What fusion takes from a signal; everything else, above all free text, is left behind here."""
    x, y = project(signal.place.lat, signal.place.lon, origin)
    at = seconds(signal.observed_at)
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
        stated=signal.time_stated,
        x=x,
        y=y,
        lat=signal.place.lat,
        lon=signal.place.lon,
        sigma=min(signal.place.sigma_m, WIDEST_M),
        words=sorted(set(signal.words))[:MOST_WORDS],
        place_text=signal.place_text,
        grid_code=signal.grid_code,
        landmark=signal.landmark_no is not None,
        exercise=signal.exercise,
    )
    _take_own_fields(heard, signal)
    return heard


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
