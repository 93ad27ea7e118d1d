"""Every number fusion decides by, versioned: the bands, the gates, each source's lag and error, the lifecycle."""

from pathlib import Path

from pydantic import Field, ValidationError

from contracts.contract import StrictContract
from contracts.errors import ConfigurationError
from contracts.wire import unreadable
from fusion.barriers import Barrier, load_barriers
from fusion.model import DAY, HOUR, MINUTE, Model


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

    def keeps_row(self, source: str, severity: int) -> bool:
        """Whether a provisional signal keeps a row of its own, nested, until a person decides."""
        return source == "police_110" or severity <= self.grave


class Source(StrictContract):
    """How far and how late one source may be, and still be weighed; how it sees the world is in `Model.sources`."""

    late_s: float
    """how much later than the kind's own window it may still come"""
    gate_m: float
    gate_sigmas: float
    gate_floor_m: float = 0.0
    """gate radius = max(floor, sigmas · sigma_m) + gate_m"""
    trust: float = 1.0
    """weight of its word on the kind"""


SOURCES = {
    "camera": Source(late_s=30 * MINUTE, gate_m=110, gate_sigmas=3, trust=0.9),
    "police_110": Source(late_s=1.5 * HOUR, gate_m=60, gate_sigmas=3.3, gate_floor_m=120),
    "grid": Source(late_s=5 * HOUR, gate_m=100, gate_sigmas=3.5),
}


class KindGate(StrictContract):
    """How far apart in space and time signals of one kind may be and still be weighed (`domain.md` (b), gates)."""

    radius_m: float
    before_s: float
    after_s: float


def _gates(rows: dict[str, tuple[float, float, float]]) -> dict[str, KindGate]:
    return {
        kind: KindGate(radius_m=radius, before_s=before * MINUTE, after_s=after * MINUTE)
        for kind, (radius, before, after) in rows.items()
    }


KIND_GATES = _gates(
    {
        "violence": (80, 3, 10),
        "medical": (80, 3, 10),
        "water": (80, 3, 10),
        "hazard_object": (80, 3, 10),
        "intrusion": (80, 3, 10),
        "fire": (150, 5, 20),
        "crowd": (150, 10, 30),
        "traffic_accident": (150, 3, 15),
        "traffic_danger": (150, 3, 15),
        "congestion": (400, 15, 60),
        "flooding": (400, 15, 60),
        "parking": (60, 60, 240),
        "street_order": (60, 60, 240),
        "sanitation": (60, 60, 240),
        "dust": (60, 60, 240),
        "work_safety": (60, 60, 240),
        "road_hazard": (100, 30, 720),
        "noise": (120, 10, 60),
        "dispute": (120, 10, 60),
        "device": (60, 60, 720),
        "none": (60, 10, 30),
    }
)


class Gates(StrictContract):
    """How many incidents are weighed for one signal, and how far off they may be."""

    most: int = Field(default=32, ge=1)
    widest_m: float = Field(default=720.0, gt=0)
    slack_m: float = Field(default=300.0, ge=0)
    """what an incident's own uncertainty may add to a signal's gate"""


class Regrouping(StrictContract):
    """When the machine thinks again (`fusion.md` §3.6). Nats are calibrated ones."""

    ambiguous_nats: float = Field(default=3.0, ge=0)
    """a decision with a smaller margin is looked at again"""
    blind_nats: float = Field(default=6.0, ge=0)
    """the same for one that was made while a source was silent"""
    window_s: float = Field(default=2 * HOUR, ge=0)
    """how far from a new signal, in time, a decision is looked at again"""
    radius_m: float = Field(default=300.0, ge=0)
    most: int = Field(default=3, ge=0)
    """decisions that are looked at again for one new signal; 0: none, and no merging and splitting either"""
    move_nats: float = Field(default=0.5, ge=0)
    """what a move must gain"""
    merge_within_nats: float = Field(default=4.0, ge=0)
    """a runner-up so near to the best: the two may be one"""
    split_nats: float = Field(default=1.0, ge=0)
    """what a split must gain"""
    split_spread: float = Field(default=3.0, gt=1)
    """a scatter so many times larger than expected asks for a split"""
    split_most: int = Field(default=40, ge=0)
    """larger incidents are not tried"""


class Watch(StrictContract):
    """What is unusual enough to be said."""

    silent_s: dict[str, float] = Field(
        default_factory=lambda: {"camera": 2 * HOUR, "police_110": 4 * HOUR, "grid": 12 * HOUR}
    )
    """a source of which nothing newer than this is known is silent or late: decisions say so"""
    burst: int = Field(default=10, ge=1)
    """signals of one rule of one camera that are weighed one by one, however fast they come"""
    burst_every_s: float = Field(default=30.0, gt=0)
    """after that one in so many seconds; the others are counted on the one before"""


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
    gates: Gates = Gates()
    model: Model = Model()
    regrouping: Regrouping = Regrouping()
    watch: Watch = Watch()
    lifecycle: Lifecycle = Lifecycle()
    fault_radius_m: float = 200.0
    """a dead camera within this distance qualifies an incident"""
    item_radius_m: float = 280.0
    barriers: tuple[Barrier, ...] = ()
    """rivers, railways, elevated roads: what lies across one is seldom the same happening"""


def load_params(path: Path | None, barriers: Path | None = None) -> Params:
    """The parameters of a JSON file, or the built-in ones; with the barriers of a GeoJSON file, if one is given.

    Raises:
        ConfigurationError: a file is not there or not what it should be; names the first offending member.
    """
    params = _read(path) if path is not None else Params()
    if barriers is None:
        return params
    return params.model_copy(update={"barriers": load_barriers(barriers)})


def _read(path: Path) -> Params:
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
