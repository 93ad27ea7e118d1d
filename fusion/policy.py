"""Every number fusion decides by, versioned: the bands, the gates, each source's lag and error, the lifecycle."""

from pathlib import Path

from pydantic import Field, ValidationError

from contracts.contract import StrictContract
from contracts.errors import ConfigurationError
from contracts.wire import unreadable
from fusion import model as learnt
from fusion.barriers import Barrier
from fusion.model import DAY, HOUR, MINUTE


class Bands(StrictContract):
    """What the machine may do alone (`fusion.md` §3.6)."""

    joined: float = Field(default=0.9, gt=0.5, le=1)
    """from this probability on: joined, no row of its own"""
    provisional: float = Field(default=0.5, gt=0, lt=1)
    """from this probability on: joined until a person says otherwise; below: a new incident, the best a near miss"""
    grave: int = 2
    """a provisional signal of this level or graver keeps its own row"""
    reopen_nats: float = 3.0
    """what an incident closed by silence needs to take in something that happened before it closed"""


class Source(StrictContract):
    """How one source sees the world."""

    lag_median_s: float
    """from the beginning of a happening to the signal, log-normal"""
    lag_sigma: float
    """of the logarithm"""
    prompt: float
    """share of signals that follow that lag; the others come while the happening lasts"""
    late_s: float
    """how much later than the kind's own window it may still come"""
    gross: float
    """share of grossly wrong positions"""
    gate_m: float
    gate_sigmas: float
    gate_floor_m: float = 0.0
    """gate radius = max(floor, sigmas · sigma_m) + gate_m"""
    expected: float
    """signals of this source per happening: the prior that another one belongs to it"""
    trust: float = 1.0
    """weight of its word on the kind"""


SOURCES = {
    "camera": Source(
        lag_median_s=30, lag_sigma=0.8, prompt=0.5, late_s=10 * MINUTE, gross=0.01, gate_m=110, gate_sigmas=3,
        expected=0.6, trust=0.9,
    ),
    "police_110": Source(
        lag_median_s=5 * MINUTE, lag_sigma=0.9, prompt=0.7, late_s=30 * MINUTE, gross=0.04, gate_m=60, gate_sigmas=3.3,
        gate_floor_m=120, expected=0.6,
    ),
    "grid": Source(
        lag_median_s=25 * MINUTE, lag_sigma=1.0, prompt=0.7, late_s=2.5 * HOUR, gross=0.01, gate_m=100, gate_sigmas=3.5,
        expected=0.5,
    ),
}  # fmt: skip


class KindGate(StrictContract):
    """How far apart in space and time signals of one kind may be and still be weighed (`domain.md` (b), gates)."""

    radius_m: float
    before_s: float
    after_s: float
    extent_m: float
    """one sigma of the happening's own size"""


def _gates(rows: dict[str, tuple[float, float, float, float]]) -> dict[str, KindGate]:
    return {
        kind: KindGate(radius_m=radius, before_s=before * MINUTE, after_s=after * MINUTE, extent_m=extent)
        for kind, (radius, before, after, extent) in rows.items()
    }


KIND_GATES = _gates(
    {
        "violence": (80, 3, 10, 8),
        "medical": (80, 3, 10, 3),
        "water": (80, 3, 10, 10),
        "hazard_object": (80, 3, 10, 3),
        "intrusion": (80, 3, 10, 8),
        "fire": (150, 5, 20, 25),
        "crowd": (150, 10, 30, 25),
        "traffic_accident": (150, 3, 15, 12),
        "traffic_danger": (150, 3, 15, 12),
        "congestion": (400, 15, 60, 60),
        "flooding": (400, 15, 60, 40),
        "parking": (60, 60, 240, 10),
        "street_order": (60, 60, 240, 10),
        "sanitation": (60, 60, 240, 10),
        "dust": (60, 60, 240, 15),
        "work_safety": (60, 60, 240, 15),
        "road_hazard": (100, 30, 720, 12),
        "noise": (120, 10, 60, 15),
        "dispute": (120, 10, 60, 8),
        "device": (60, 60, 720, 5),
        "none": (60, 10, 30, 10),
    }
)


class Model(learnt.Model):
    """The constants of the terms until the terms of `fusion.model` replace them."""

    background_m2: float = 5.0e5
    """the area over which an unrelated signal is equally likely: 400 m around"""
    gross_m2: float = 9.0e6
    """where grossly wrong positions fall"""
    outlier_d2: float = 12.0
    """a squared Mahalanobis distance beyond this does not move the incident's place"""
    background_s: float = 1800.0
    """the time over which an unrelated signal is equally likely"""
    clock_error: float = 0.01
    """share of grossly wrong times, spread over a day"""
    stated_sigma_s: float = 600.0
    """of a time that the source stated"""
    kind_scale: float = 2.0
    kind_same: float = 1.0
    """kind = kind_same + kind_scale · ln(weight): the same kind speaks for it, a pair of 0.6 is neutral"""
    vague_weight: float = 0.6
    """between a catch-all category and a kind that it may hide"""
    word_urn: float = 6.0
    word_weight: float = 0.5
    word_conflict: float = -0.1
    word_min: float = -3.0
    word_max: float = 8.0
    new_rate: float = 0.25
    """new happenings expected in the background area and time"""
    bias: float = 2.0
    """nats against joining until the parameters were fitted to this city"""
    repeat: float = 3.0
    """nats for the same rule of the same camera speaking again"""
    max_candidates: int = 32
    max_gate_m: float = 720.0
    max_slack_m: float = 300.0
    """what an incident's own uncertainty may add to a signal's gate"""


class Lifecycle(StrictContract):
    """How long silence lasts before an incident cools and closes (`fusion.md` §3.7), seconds."""

    cool_s: float = 1 * HOUR
    close_s: dict[str, float] = Field(
        default_factory=lambda: {"camera": 6 * HOUR, "police_110": 6 * HOUR, "grid": 8 * HOUR}
    )
    ended_cool_s: float = 5 * MINUTE
    ended_close_s: float = 30 * MINUTE
    """only cameras saw it, and all of them saw it end"""
    condition_kinds: tuple[str, ...] = ("parking", "street_order", "sanitation", "dust", "road_hazard")
    condition_close_s: float = 14 * DAY
    """a lasting condition that a person reported"""
    confirmed_cool_s: float = 24 * HOUR
    confirmed_close_s: float = 72 * HOUR
    ongoing_s: float = 30 * MINUTE
    """an observation that has not ended counts as going on for so long after its last news"""
    forget_s: float = 24 * HOUR
    """a closed incident stays in memory for late signals and undo; the database keeps it"""
    items_s: float = 30 * DAY
    """disputes and petitions stay suggestable"""


class Params(StrictContract):
    """One version of everything above; changes enter the journal, so that a replay follows them."""

    version: str = "2026-11-24a"
    bands: Bands = Bands()
    sources: dict[str, Source] = Field(default_factory=lambda: dict(SOURCES))
    kinds: dict[str, KindGate] = Field(default_factory=lambda: dict(KIND_GATES))
    model: Model = Model()
    lifecycle: Lifecycle = Lifecycle()
    fault_radius_m: float = 200.0
    """a dead camera within this distance qualifies an incident"""
    item_radius_m: float = 280.0
    barriers: tuple[Barrier, ...] = ()
    """rivers, railways, elevated roads: what lies across one is seldom the same happening"""


def load_params(path: Path | None) -> Params:
    """The parameters of a JSON file, or the built-in ones.

    Raises:
        ConfigurationError: the file is not there or not what `Params` reads; names the first offending member.
    """
    if path is None:
        return Params()
    try:
        return Params.model_validate_json(path.read_bytes())
    except OSError as missing:
        raise ConfigurationError(missing.strerror or "cannot be read", where=str(path)) from None
    except ValidationError as bad:
        first = unreadable(bad)
        raise ConfigurationError(
            str(first),
            where=str(path),
            hint="compare with `fusion.policy.Params`; members left out keep their defaults",
        ) from None
