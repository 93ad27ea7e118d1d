"""What a parser is told besides the bytes, and what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from contracts.geo import Datum, GeoPoint, PositionQuality
from contracts.intake import CallerDetails, Feed
from contracts.rejected import FieldError
from contracts.signals import Report


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that the county's own map knows."""

    point: GeoPoint
    sigma_m: float
    """one standard deviation per axis, metres"""
    quality: PositionQuality
    name: str = ""
    polygon: tuple[tuple[float, float], ...] | None = None
    """(lat, lon) corners of a grid"""


class Gazetteer(Protocol):
    """The county's map as the parsers need it. Pure look-ups."""

    def landmark(self, number: str) -> Spot | None:
        """A lamp post or video pole by the number painted on it."""
        ...

    def grid(self, code: str) -> Spot | None:
        """A unit grid by its 15-digit code: centre, outline, radius as sigma."""
        ...

    def place(self, text: str) -> Spot | None:
        """The best match of a known place, crossing or road in an address."""
        ...

    def names_in(self, text: str) -> tuple[str, ...]:
        """Known place and road names in `text`, in order; a closed vocabulary, so never a person's name."""
        ...

    def around(self, point: GeoPoint) -> tuple[str | None, str]:
        """(grid code or None, district) that hold the point."""
        ...

    def centre(self) -> Spot:
        """Where a report stands that has no place at all: the middle of the county, with a sigma of kilometres."""
        ...


@dataclass(frozen=True, slots=True)
class FeedContext:
    """Everything that the bytes do not say."""

    now: datetime
    source: str
    """the API key's source or the raw topic; a CloudEvents `source` in the body wins over it"""
    gazetteer: Gazetteer
    datum: Mapping[str, Datum] = field(default_factory=dict)
    """source or feed → datum of positions in records that have no member for it"""
    bounds: tuple[float, float, float, float] | None = None
    """south, west, north, east of the county, WGS-84 degrees"""
    future_tolerance: timedelta = timedelta(minutes=2)
    level_inverted: frozenset[str] = frozenset()
    """sources or feeds whose level 4 is the gravest"""
    exercise: bool = False

    def of(self, feed: Feed, origin: str) -> "SourceContext":
        """What holds for one source of one feed: its own entry first, then its feed's."""
        named = (origin, self.source, feed.value)
        datum = next((self.datum[name] for name in named if name in self.datum), None)
        return SourceContext(origin, datum, any(name in self.level_inverted for name in named))


@dataclass(frozen=True, slots=True)
class SourceContext:
    """The settings of the source that sent one document."""

    origin: str
    datum: Datum | None
    level_inverted: bool


@dataclass(frozen=True, slots=True)
class Parsed:
    """A report, and beside it what must be kept apart."""

    report: Report
    """as update 0; the intake sets the number and with it nothing else"""
    origin: str
    canonical: bytes
    """everything that was read, personal fields included, in one form whatever keys the source used"""
    reported_at: datetime
    """by the source's clock, for the lag"""
    caller: CallerDetails | None = None
    warnings: tuple[FieldError, ...] = ()
    dropped: tuple[str, ...] = ()
    """members that are personal and never imported, by their paths; the drop is audited without the values"""


@dataclass(frozen=True, slots=True)
class Unread:
    """The reasons why a body is not a report."""

    errors: tuple[FieldError, ...]
    origin: str
    source_ref: str = ""
    keep: bytes | None = None
    """what of the body may be kept (encrypted) to be sent again; None: nothing"""


@dataclass(frozen=True, slots=True)
class Informant:
    """A petition of class 检举控告: 信访工作条例 art. 30 forbids that any of it goes further."""

    origin: str
    number: str
    """to count the same letter once; never stored"""


Outcome = Parsed | Unread | Informant
