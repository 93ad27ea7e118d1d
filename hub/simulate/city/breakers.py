"""What a model of fusion does not assume, each switched on by a share or a size above zero."""

from typing import Annotated

from pydantic import Field

from contracts.contract import StrictContract
from contracts.signals import SourceName

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class CorrelatedCallers(StrictContract):
    """Callers of one happening are put on the map by the same mast and call because others do."""

    share: Share = 0.0
    """of happenings that anybody calls about"""
    extra: float = Field(default=2.0, ge=0)
    """more calls, on average"""
    correlation: Share = 0.8
    """of the position errors of one happening's calls"""
    within_s: Positive = 180.0
    """after the first call"""


class Geocoding(StrictContract):
    """An address was looked up: the call stands on the middle of a road or on a known place, with too much trust."""

    share: Share = 0.0
    """of calls"""
    to_place: Share = 0.4
    """of those: the nearest known place; the others go to the middle of their street's section"""
    section_m: Positive = 600.0
    sigma_m: Positive = 30.0
    """what is told"""


class WrongDatum(StrictContract):
    """GCJ-02 taken for WGS-84."""

    calls: Share = 0.0
    grid: Share = 0.0


class Moving(StrictContract):
    """Happenings that go along the street while they last."""

    share: Share = 0.0
    """of crowds, fights, accidents and fires that spread; what is parked or sold stays"""
    speed_m_s: Positive = 0.8
    """mean of an exponential"""
    most_m: Positive = 900.0


class Outage(StrictContract):
    """Nothing comes through for a while, then everything at once."""

    minutes: float = Field(default=0.0, ge=0)
    from_hour: float = Field(default=14.0, ge=0, le=24)
    """after the start of each day"""
    sources: tuple[SourceName, ...] = ("camera", "police_110", "grid", "dispute")


class Duplicates(StrictContract):
    """The same said again."""

    exact: Share = 0.0
    """the very same record"""
    changed: Share = 0.0
    """the same number with more said: the next update"""
    retyped: Share = 0.0
    """calls and grid reports entered a second time under another number"""
    after_s: Positive = 240.0
    """mean of an exponential"""


class ClockSkew(StrictContract):
    """Cameras whose clock is wrong."""

    share: Share = 0.0
    sigma_s: Positive = 300.0
    zone: Share = 0.0
    """of cameras: eight hours off, local time sent as UTC or the other way round"""


class DayAndNight(StrictContract):
    """Rates that follow the hour, and cameras that see less and imagine more in the dark."""

    strength: Share = 0.0
    """0 flat, 1 the county's own curve"""
    night_detection: Share = 0.6
    """factor on detection between 20:00 and 06:00"""
    night_false: float = Field(default=2.0, ge=0)
    """factor on false alarms in those hours"""


class Drift(StrictContract):
    """A vendor trains its model anew and its categories change their meaning."""

    share: Share = 0.0
    """of cameras: those of this vendor"""
    from_hour: float = Field(default=12.0, ge=0)
    """of the first day; it does not go back"""
    right: Share = 0.55
    """how often the kind is right after it; all wrong ones go to one kind"""
    false_factor: float = Field(default=2.0, ge=0)


class Landmarks(StrictContract):
    """Callers and grid workers read the number off a lamp post."""

    share: Share = 0.0
    every_m: Positive = 50.0
    sigma_m: Positive = 15.0
    misread: Share = 0.03
    """another post's number is heard"""


class Breakers(StrictContract):
    """All of them, off."""

    correlated: CorrelatedCallers = CorrelatedCallers()
    geocoding: Geocoding = Geocoding()
    datum: WrongDatum = WrongDatum()
    moving: Moving = Moving()
    outage: Outage = Outage()
    duplicates: Duplicates = Duplicates()
    skew: ClockSkew = ClockSkew()
    day_night: DayAndNight = DayAndNight()
    drift: Drift = Drift()
    landmarks: Landmarks = Landmarks()
