"""What fusion believes of the city before it hears anything: rates, lags, confusions, detection, calibration.

`Model` is the part of the parameters that a fit may change (`hub fusion fit`), and nothing else is. Built-in numbers
are the cold start: guesses of `fusion.md` §3 and `domain.md` (b), to be replaced by what people confirmed.
Units: metres, seconds, nats; rates per km² and day.
"""

from itertools import pairwise

from pydantic import Field, field_validator

from contracts.contract import StrictContract
from contracts.kinds import Kind

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0

REAL_KINDS = tuple(kind.value for kind in Kind if kind not in (Kind.NONE, Kind.DEVICE))
"""the latent kinds: everything in the taxonomy that two signals can have in common"""

PACES = ("brief", "scene", "lasting")
"""kinds whose happenings last minutes, an hour, half a day; they share their lags"""

LAG_BINS = 41
_FIRST_EDGE_S, _LAST_EDGE_S = 5.0, 48 * HOUR
LAG_EDGES_S: tuple[float, ...] = (
    0.0,
    *(
        round(_FIRST_EDGE_S * (_LAST_EDGE_S / _FIRST_EDGE_S) ** (i / (LAG_BINS - 1)), 3)
        for i in range(LAG_BINS)
    ),
)  # fmt: skip
"""bounds of the bins of a lag: 0, 5 s, then evenly in the logarithm to 48 h"""


class Lag(StrictContract):
    """How long after the beginning of a happening a source's signals come (`fusion.md` §3.2)."""

    median_s: float = Field(gt=0)
    sigma: float = Field(gt=0)
    """of the logarithm"""
    prompt: float = Field(ge=0, le=1)
    """share of signals that follow that log-normal; the others come as long as the happening lasts"""
    lasting_s: float = Field(gt=0)
    """mean of the exponential that the others follow"""
    bins: tuple[float, ...] = ()
    """when fitted: the share of signals in each bin of `LAG_EDGES_S`, summing to 1; replaces the guess above"""

    @field_validator("bins")
    @classmethod
    def _whole(cls, bins: tuple[float, ...]) -> tuple[float, ...]:
        if bins and (len(bins) != LAG_BINS or abs(sum(bins) - 1.0) > 1e-3 or min(bins) < 0.0):
            raise ValueError(f"a lag needs {LAG_BINS} shares that sum to 1")
        return bins


class KindModel(StrictContract):
    """One latent kind of happening."""

    rate: float = Field(gt=0)
    """new happenings per km² and day, mean of the city"""
    extent_m: float = Field(gt=0)
    """one sigma of its own size per axis: signals of it scatter so far about its centre"""
    pace: str
    """a name of `PACES`, or another for which every source has a lag"""
    detect: float = Field(gt=0, lt=1)
    """probability that a camera which sees the place reports it at all"""
    repeats: float = Field(ge=1)
    """signals of a camera that reports it, mean"""


class SourceModel(StrictContract):
    """How one source sees the world."""

    lags: dict[str, Lag]
    """pace → lag"""
    expected: dict[str, float] = Field(default_factory=dict)
    """kind → signals of this source per happening, mean; cameras are modelled one by one instead"""
    spread: float = Field(default=0.0, ge=0)
    """how unevenly they fall on happenings: variance of the gamma by which `expected` varies, over its square
    (0: Poisson); callers call because others do"""
    right: float = Field(gt=0, lt=1)
    """probability that the category it gives is the latent kind; the rest goes by the table of compatibility"""
    confusion: dict[str, dict[str, float]] = Field(default_factory=dict)
    """when fitted: latent kind → claim → probability; a claim is a kind, or «kind?» for a catch-all category.
    A kind that is not here keeps the prior row"""
    gross: float = Field(gt=0, lt=1)
    """share of grossly wrong positions"""


class FalseAlarms(StrictContract):
    """What cameras report that is not there; latent kind of an incident of one camera alone."""

    per_day: float = Field(default=0.15, gt=0)
    """bursts per camera and day, where nothing is known: a usual camera's, for a few bad ones make most of them"""
    cameras: dict[str, float] = Field(default_factory=dict)
    """camera → bursts per day, from rejections: Gamma(a0 + r, b0 + T)"""
    burst: float = Field(default=2.0, ge=1)
    """signals per burst, mean"""
    burst_s: float = Field(default=10 * MINUTE, gt=0)
    """mean time from the beginning of a burst to one of its signals"""
    view_m2: float = Field(default=3000.0, gt=0)
    """ground that a camera sees: where its false alarms fall"""


class Prior(StrictContract):
    """Where and when new happenings are expected (`fusion.md` §3.5)."""

    cell_deg: float = Field(default=0.005, gt=0)
    """side of a cell of the tables below, degrees (about 500 m)"""
    cells: dict[str, float] = Field(default_factory=dict)
    """«row,column» of a cell (floor of latitude and longitude over `cell_deg`) → times the city's mean rate"""
    cells_of: dict[str, dict[str, float]] = Field(default_factory=dict)
    """kind → the same, for kinds that have a geography of their own; goes before `cells`"""
    hours: tuple[float, ...] = ()
    """24 or 168 factors: hour of the day, or of the week from Monday, in `utc_offset_h`; none: the same all day"""
    utc_offset_h: float = 8.0
    floor: float = Field(default=0.1, gt=0)
    """least factor"""
    coverage_cell_deg: float = Field(default=0.001, gt=0)
    coverage: dict[str, float] = Field(default_factory=dict)
    """«row,column» of a cell of that side → cameras that see a place in it, mean"""
    coverage_elsewhere: float = Field(default=0.3, ge=0)
    """the same where the table says nothing; 0 beside a full table"""
    near_repeat: float = Field(default=0.0, ge=0)
    """η of 1 + η·exp(−d/150 m − Δt/1 h): happenings of a kind draw others near"""
    near_repeat_m: float = Field(default=150.0, gt=0)
    near_repeat_s: float = Field(default=1 * HOUR, gt=0)
    usual: dict[str, float] = Field(default_factory=dict)
    """district → new incidents a day, as counted by a fit; where it is not named, nothing is busier than usual"""
    usual_in_drills: dict[str, float] = Field(default_factory=dict)
    """the same of drills"""
    nuisance: float = Field(default=5.0, gt=0)
    """calls about nothing, per km² and day"""


class Words(StrictContract):
    """The Pólya urn of the words (`fusion.md` §3.4)."""

    urn: float = Field(default=6.0, gt=0)
    """a: how much the city's usual words weigh against the incident's own"""
    weight: float = Field(default=1.0, ge=0)
    least: float = -3.0
    most: float = 8.0


class Calibration(StrictContract):
    """From nats to honest nats, for the signals of one source (Platt; a monotone curve beyond 2,000 labels)."""

    slope: float = Field(default=1.0, gt=0)
    offset: float = -2.0
    """nats; negative is caution: −2 before any fit, −0.5 after a fit without decisions to calibrate by"""
    curve: tuple[tuple[float, float], ...] = ()
    """(raw nats, honest nats) rising in both; instead of slope and offset; beyond its ends it goes on at slope 1"""
    weights: dict[str, float] = Field(default_factory=dict)
    """term → factor, from a thousand answers on; of a signal against an incident instead of slope and offset. A merge
    of two incidents goes by those"""
    weights_offset: float = 0.0
    """nats, with `weights`"""

    @field_validator("curve")
    @classmethod
    def _rises(cls, curve: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        pairs = pairwise(curve)
        if any(x1 >= x2 or y1 > y2 for (x1, y1), (x2, y2) in pairs):
            raise ValueError("a calibration curve must rise")
        return curve


def _kinds(rows: dict[str, tuple[float, float, str, float, float]]) -> dict[str, KindModel]:
    return {
        kind: KindModel(rate=rate, extent_m=extent, pace=pace, detect=detect, repeats=repeats)
        for kind, (rate, extent, pace, detect, repeats) in rows.items()
    }


KINDS = _kinds(
    {
        "crowd": (2.0, 25, "scene", 0.6, 4),
        "violence": (2.5, 8, "brief", 0.5, 2),
        "medical": (2.5, 3, "brief", 0.5, 2),
        "intrusion": (2.0, 8, "brief", 0.6, 3),
        "hazard_object": (0.5, 3, "brief", 0.5, 2),
        "water": (0.3, 10, "brief", 0.6, 2),
        "traffic_accident": (5.0, 12, "brief", 0.5, 2),
        "traffic_danger": (3.0, 12, "brief", 0.6, 2),
        "congestion": (3.0, 60, "scene", 0.6, 4),
        "parking": (6.0, 10, "lasting", 0.6, 4),
        "road_hazard": (2.0, 12, "lasting", 0.4, 3),
        "flooding": (0.5, 40, "scene", 0.5, 4),
        "street_order": (8.0, 10, "lasting", 0.6, 4),
        "sanitation": (6.0, 10, "lasting", 0.5, 3),
        "fire": (1.0, 25, "scene", 0.6, 3),
        "work_safety": (1.5, 15, "lasting", 0.5, 4),
        "dust": (2.0, 15, "lasting", 0.5, 3),
        "dispute": (3.0, 8, "scene", 0.1, 1.5),
        "noise": (3.0, 15, "scene", 0.05, 1.5),
    }
)

_CALLS = {
    "crowd": 0.8, "violence": 1.2, "medical": 0.9, "intrusion": 0.15, "hazard_object": 0.2, "water": 0.6,
    "traffic_accident": 1.2, "traffic_danger": 0.3, "congestion": 0.3, "parking": 0.2, "road_hazard": 0.3,
    "flooding": 0.5, "street_order": 0.15, "sanitation": 0.05, "fire": 1.5, "work_safety": 0.05, "dust": 0.1,
    "dispute": 1.0, "noise": 0.9,
}  # fmt: skip
_GRID = {
    "crowd": 0.3, "violence": 0.15, "medical": 0.15, "intrusion": 0.15, "hazard_object": 0.2, "water": 0.15,
    "traffic_accident": 0.2, "traffic_danger": 0.15, "congestion": 0.15, "parking": 0.4, "road_hazard": 0.7,
    "flooding": 0.5, "street_order": 0.5, "sanitation": 0.8, "fire": 0.3, "work_safety": 0.5, "dust": 0.5,
    "dispute": 0.3, "noise": 0.3,
}  # fmt: skip


def _lags(
    median_s: float, sigma: float, shares: tuple[float, float, float], lasting: tuple[float, float, float]
) -> dict[str, Lag]:
    return {
        pace: Lag(median_s=median_s, sigma=sigma, prompt=share, lasting_s=mean)
        for pace, share, mean in zip(PACES, shares, lasting, strict=True)
    }


SOURCE_MODELS = {
    "camera": SourceModel(
        lags=_lags(30, 0.8, (0.5, 0.3, 0.2), (10 * MINUTE, 30 * MINUTE, 3 * HOUR)), right=0.85, gross=0.01,
    ),
    "police_110": SourceModel(
        lags=_lags(5 * MINUTE, 0.9, (0.9, 0.8, 0.6), (15 * MINUTE, 40 * MINUTE, 3 * HOUR)),
        expected=_CALLS, spread=0.5, right=0.75, gross=0.04,
    ),
    "grid": SourceModel(
        lags=_lags(25 * MINUTE, 1.0, (0.9, 0.9, 0.7), (30 * MINUTE, 1 * HOUR, 5 * HOUR)),
        expected=_GRID, right=0.85, gross=0.01,
    ),
}  # fmt: skip


class Model(StrictContract):
    """Everything that a fit may change."""

    kinds: dict[str, KindModel] = Field(default_factory=lambda: dict(KINDS))
    sources: dict[str, SourceModel] = Field(default_factory=lambda: dict(SOURCE_MODELS))
    false_alarms: FalseAlarms = FalseAlarms()
    prior: Prior = Prior()
    words: Words = Words()
    calibration: dict[str, Calibration] = Field(
        default_factory=lambda: {source: Calibration() for source in SOURCE_MODELS}
    )
    """incoming source → its calibration"""
    gross_m2: float = Field(default=9.0e6, gt=0)
    """where grossly wrong positions fall"""
    clock_error: float = Field(default=0.01, gt=0, lt=1)
    """share of grossly wrong times, spread over a day"""
    stated_sigma_s: float = Field(default=10 * MINUTE, gt=0)
    """of a time that the source stated"""

    @field_validator("kinds")
    @classmethod
    def _all_kinds(cls, kinds: dict[str, KindModel]) -> dict[str, KindModel]:
        """Kinds that a file leaves out keep their built-in numbers."""
        if unknown := sorted(set(kinds) - set(REAL_KINDS)):
            raise ValueError(f"no such kind: {', '.join(unknown)}")
        return {kind: kinds.get(kind, KINDS[kind]) for kind in REAL_KINDS}
