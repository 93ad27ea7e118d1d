"""Every number of the simulated city. The defaults are the base scenario of `fusion.md`; presets change a few each."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.contract import StrictContract
from contracts.kinds import Kind
from contracts.signals import SourceName
from hub.simulate.city.breakers import Breakers

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[float, Field(ge=0)]


class Ground(StrictContract):
    """Where it all happens: a square of streets around a point."""

    lat: float = Field(default=34.3275, ge=-85, le=85)
    lon: float = Field(default=117.9885, ge=-180, le=180)
    """the middle, WGS-84 degrees; by default that of 演示县, so that a drill lies on the demo's map"""
    size_m: Positive = 6000.0
    block_m: Positive = 150.0
    """from street to street"""
    street_sigma_m: Positive = 8.0
    """how far off the middle of the street things happen"""
    hot_spots: int = Field(default=40, ge=0, le=60)
    hot_share: Share = 0.5
    """of incidents and of cameras"""
    hot_sigma_m: Positive = 80.0
    district: str = "990199-sim"
    columns: int = Field(default=1, ge=1, le=8)
    rows: int = Field(default=1, ge=1, le=8)
    """districts side by side; with more than one, each is `district` and its number"""


class KindRates(StrictContract):
    """One kind of happening: how often, how long, and who tells of it."""

    per_day: Count
    calls: Count
    """110 calls per happening"""
    grid: Count
    """grid reports per happening"""
    detection: Share
    """chance that a camera that has it in view says so"""
    minutes: Positive
    """median duration"""
    extent_m: Positive
    """one sigma of its own size"""
    disputes: Count = 0.0
    """mediation cases per happening"""
    repeats_per_hour: Count = 1.2
    """how often a camera that saw it says so again while it lasts"""


def _kinds() -> dict[Kind, KindRates]:
    return {
        Kind.CROWD: KindRates(
            per_day=120, calls=0.8, grid=0.3, detection=0.8, minutes=40, extent_m=25, disputes=0.1, repeats_per_hour=2
        ),
        Kind.MEDICAL: KindRates(per_day=150, calls=1.0, grid=0.15, detection=0.6, minutes=12, extent_m=3),
        Kind.TRAFFIC_ACCIDENT: KindRates(per_day=300, calls=1.5, grid=0.2, detection=0.7, minutes=30, extent_m=12),
        Kind.FIRE: KindRates(per_day=50, calls=3.5, grid=0.4, detection=0.75, minutes=45, extent_m=25),
        Kind.VIOLENCE: KindRates(
            per_day=200, calls=1.2, grid=0.2, detection=0.55, minutes=10, extent_m=8, disputes=0.3
        ),
        Kind.STREET_ORDER: KindRates(per_day=450, calls=0.1, grid=0.9, detection=0.65, minutes=90, extent_m=10),
        Kind.DUST: KindRates(
            per_day=150, calls=0.05, grid=0.8, detection=0.5, minutes=120, extent_m=15, repeats_per_hour=0.5
        ),
        Kind.PARKING: KindRates(
            per_day=300, calls=0.25, grid=0.5, detection=0.6, minutes=80, extent_m=10, repeats_per_hour=0.8
        ),
    }


class Offspring(StrictContract):
    """Near-repeats: a happening brings forth others of its kind nearby, and they again (a Hawkes process)."""

    mean: float = Field(default=0.15, ge=0, lt=1)
    sigma_m: Positive = 120.0
    after_s: Positive = 3600.0
    """mean of an exponential"""


class Fleet(StrictContract):
    """The cameras and what they say wrongly."""

    count: int = Field(default=1500, ge=0, le=20_000)
    range_m: Positive = 60.0
    angle_deg: float = Field(default=100.0, gt=0, le=360)
    height_m: Positive = 5.0
    calibrated: Share = 1.0
    """share with ground points; the others know only the middle of their view"""
    picture_error: Positive = 0.01
    """how far off a box's foot is, fraction of the picture"""
    floor_m: Positive = 4.0
    lag_s: Positive = 30.0
    lag_sigma: Positive = 0.8
    gross: Share = 0.01
    false_per_day: Count = 1.0
    """bursts of false alarms of a camera, on average"""
    false_shape: Positive = 0.3
    """of the gamma distribution of that rate over cameras: few cameras make most of them"""
    burst: float = Field(default=2.0, ge=1)
    """mean number of false alarms in a burst"""
    burst_gap_s: Positive = 240.0


class Calls(StrictContract):
    """The 110 desk."""

    lag_s: Positive = 300.0
    lag_sigma: Positive = 0.9
    accuracies_m: tuple[float, ...] = Field(default=(50.0, 100.0, 100.0, 200.0, 300.0), min_length=1)
    """radius that the desk's positioning states; one sigma is it / 1.5"""
    gross: Share = 0.04
    gross_reach_m: Positive = 1500.0
    stated: Share = 0.1
    """share of callers who say when it happened"""
    stated_sigma_s: Positive = 300.0
    delay_s: Positive = 4.0
    """from the end of the call to our edge"""
    nuisance_per_day: Count = 300.0


class Grid(StrictContract):
    """Grid workers."""

    lag_s: Positive = 1500.0
    lag_sigma: Positive = 1.0
    accuracies_m: tuple[float, ...] = Field(default=(10.0, 15.0, 20.0, 30.0), min_length=1)
    gross: Share = 0.01
    gross_reach_m: Positive = 1500.0
    delay_s: Positive = 20.0


class Disputes(StrictContract):
    """The mediation desk."""

    lag_s: Positive = 4 * 3600.0
    lag_sigma: Positive = 0.8
    sigma_m: Positive = 60.0
    delay_s: Positive = 60.0


RIGHT: dict[SourceName, float] = {"camera": 0.88, "police_110": 0.78, "grid": 0.85, "dispute": 0.90}


class Confusion(StrictContract):
    """How often each source names the kind right; the rest goes mostly to what is easily taken for it."""

    right: dict[SourceName, Share] = Field(default_factory=lambda: dict(RIGHT))
    structured: Share = 0.8
    """of the wrong ones: a neighbour of the kind; the others are any kind"""


class Words(StrictContract):
    """What people mention."""

    mention: Share = 0.65
    """chance that a reporter mentions a thing that everybody there could see"""
    wrong: Share = 0.05
    """chance that what is mentioned is another thing"""


class Noise(StrictContract):
    """Factors on every position error: the error that is there, and the one that is told."""

    actual: Positive = 1.0
    reported: Positive = 1.0


class CitySettings(StrictContract):
    """One city, and from when to when."""

    start: AwareDatetime = datetime.fromisoformat("2026-11-24T00:00:00+08:00")
    days: float = Field(default=1.0, gt=0, le=366)
    density: Positive = 1.0
    """factor on happenings and nuisance calls"""
    exercise: bool = True
    """everything is marked 演练"""
    ground: Ground = Ground()
    kinds: dict[Kind, KindRates] = Field(default_factory=_kinds, min_length=1)
    offspring: Offspring = Offspring()
    fleet: Fleet = Fleet()
    calls: Calls = Calls()
    grid: Grid = Grid()
    disputes: Disputes = Disputes()
    confusion: Confusion = Confusion()
    words: Words = Words()
    noise: Noise = Noise()
    breakers: Breakers = Breakers()
