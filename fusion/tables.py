"""The parameters as the inner loops want them: logarithms, lists by number of kind, lags by bin. One a version."""

import math
from itertools import pairwise

from fusion.barriers import Barriers
from fusion.compatibility import CATCH_ALL_CLAIMS, MAY_HIDE, weight
from fusion.delays import Delays, Onset
from fusion.model import DAY, HOUR, LAG_EDGES_S, REAL_KINDS, Lag, Model, Prior, SourceModel
from fusion.policy import Params
from fusion.terms.space import UNIT_M2, Ahead, Scatter
from fusion.terms.time import OFFSETS_S, lag_bins_whole, step_of

UNIT_S = 1800.0
"""time in which densities are told, as `terms.space.UNIT_M2` is the area: half an hour"""

LEAK = 0.01
"""share of a confusion row that is spread evenly: a mapping may be wrong in a way that no table foresees"""
HIDDEN = 0.3
"""share of the wrong categories that is a catch-all, for kinds that a catch-all may hide"""
MIXED = 1.5
"""weights of the table that make up a whole wrong share: a kind with less in common is mistaken less"""
MOST_REMEMBERED = 20_000
"""entries of each table that is filled as it is asked for"""
UNEXPECTED = 0.02
"""signals per happening of a kind for which a source names no number"""

_MONDAY = 4 * DAY
"""1970-01-05, the first Monday"""
_GRAIN = 2.0**-30
_LEAST = 1e-12
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


Place = tuple[list[Scatter], dict[int, Ahead]]
"""by class of extents: what one place adds, and where it alone expects the next, as far as it was asked for"""


def grain(nats: float) -> float:
    """A logarithm on a grid of 2⁻³⁰ nats.

    Sums of such numbers are exact, so that their order does not matter, and taking one away restores what was.
    """
    return round(nats / _GRAIN) * _GRAIN


class Tables:
    """One version of the parameters, ready for use. Lists «by kind» follow `REAL_KINDS`."""

    def __init__(self, params: Params) -> None:
        model = params.model
        self.params, self.model = params, model
        kinds = [model.kinds[name] for name in REAL_KINDS]
        self.extents = sorted({kind.extent_m for kind in kinds})
        self.paces = sorted({kind.pace for kind in kinds})
        self.extent_of = [self.extents.index(kind.extent_m) for kind in kinds]
        self.pace_of = [self.paces.index(kind.pace) for kind in kinds]
        self.shortest_s = min(kind.after_s for kind in params.kinds.values())
        """after this long, the first of the kinds speak no more"""
        self.unit_rate = UNIT_M2 * UNIT_S / (1.0e6 * DAY)
        """happenings per km² and day → per `UNIT_M2` and `UNIT_S`"""
        self.rate = [math.log(kind.rate * self.unit_rate) for kind in kinds]
        self.witness = [math.log(kind.detect / kind.repeats) for kind in kinds]
        self.again = [math.log(max(_LEAST, 1.0 - 1.0 / kind.repeats)) for kind in kinds]
        self.unseen = [math.log(1.0 - kind.detect) for kind in kinds]
        self.widths = [grain(math.log(width / UNIT_S)) for width in _widths()]
        self.by_place = bool(model.prior.cells or model.prior.cells_of or model.prior.coverage)
        self.says_nothing = [0.0] * len(kinds)
        """of a claim that is no latent kind: none, device"""
        self.rows = {source: _rows(one) for source, one in model.sources.items()}
        self.lags = {source: self._lags(one) for source, one in model.sources.items()}
        self.inlier = {source: grain(math.log(1.0 - one.gross)) for source, one in model.sources.items()}
        self.gross = {
            source: grain(math.log(one.gross * UNIT_M2 / model.gross_m2)) for source, one in model.sources.items()
        }
        self.nuisance = math.log(model.prior.nuisance * self.unit_rate / len(REAL_KINDS))
        self.barriers = Barriers(params.barriers)
        self._medians: dict[tuple[str, str], float] = {}
        self._counts: dict[tuple[str, int], list[float]] = {}
        self._numbers: dict[tuple[int, int], list[float]] = {}
        self.scatters: dict[tuple[float, ...], Place] = {}
        """by (east, north, own covariance) of a signal: its places, by class of extents"""
        self.counted: dict[tuple[int, int, int, int, float], list[float]] = {}
        """by (calls, reports, cameras that spoke, their signals, cameras that see it): `terms.prior.count_nats`"""
        self.geographies: dict[tuple[int, int], list[float]] = {}
        """by row and column of a cell: `terms.prior.geography_nats`"""
        self._cells = {_cell(name): math.log(max(model.prior.floor, f)) for name, f in model.prior.cells.items()}
        self._hours = [math.log(max(model.prior.floor, factor)) for factor in model.prior.hours]
        self._least_cell = math.log(model.prior.floor)
        self._coverage = {_cell(name): cameras for name, cameras in model.prior.coverage.items()}
        self._densities = {
            source: [[math.exp(one) for one in logs] for logs in rows] for source, rows in self.lags.items()
        }
        self._delays: dict[str, dict[int, Delays]] = {source: {} for source in model.sources}
        self.firsts: dict[tuple[str, float], Onset] = {}
        """what one signal alone tells of the beginning, by source and seconds after its anchor"""

    def counts(self, source: str, number: int) -> list[float]:
        """By kind: log density of so many signals of a source whose signals are counted per happening."""
        known = self._counts.get((source, number))
        if known is None:
            one = self.model.sources[source]
            means = [max(_LEAST, one.expected.get(kind, UNEXPECTED)) for kind in REAL_KINDS]
            known = self._counts[source, number] = [count_density(number, mean, one.spread) for mean in means]
        return known

    def numbers(self, calls: int, reports: int) -> list[float]:
        """By kind: log rate and log density of so many calls and grid reports."""
        known = self._numbers.get((calls, reports))
        if known is None:
            columns = zip(self.rate, self.counts("police_110", calls), self.counts("grid", reports), strict=True)
            known = self._numbers[calls, reports] = [rate + a + b for rate, a, b in columns]
        return known

    def log_hour(self, at: float) -> float:
        """Log of how much more happens in that hour than on average; only where hours differ."""
        return self._hours[hour_of(self.model.prior, at)]

    def here(self, lat: float, lon: float) -> tuple[float, float]:
        """(log of how much more happens here than in the city on average, cameras that see the place)."""
        prior = self.model.prior
        cell = math.floor(lat / prior.cell_deg), math.floor(lon / prior.cell_deg)
        view = math.floor(lat / prior.coverage_cell_deg), math.floor(lon / prior.coverage_cell_deg)
        factor = self._cells.get(cell, self._least_cell) if self._cells else 0.0
        return factor, self._coverage.get(view, prior.coverage_elsewhere)

    def delays_after(self, source: str, since_s: float) -> Delays:
        """A signal so long after the anchor, for each onset of the grid; to the second."""
        whole = int(since_s + 0.5) if since_s > 0.0 else 0
        step, by_step = step_of(whole), self._delays[source]
        known = by_step.get(step)
        if known is None:
            known = by_step[step] = Delays(lag_bins_whole(whole), self.lags[source], self._densities[source])
        return known

    def stated_after(self, since_s: float) -> Delays:
        """The same of a signal that states its time."""
        logs = stated_logs([since_s + offset for offset in OFFSETS_S], self.model.stated_sigma_s, self.model)
        rows, densities = [logs] * (len(self.paces) + 1), [[math.exp(one) for one in logs]] * (len(self.paces) + 1)
        return Delays(range(len(OFFSETS_S)), rows, densities)

    def median(self, source: str, pace: str) -> float:
        """A source's usual lag, seconds."""
        known = self._medians.get((source, pace))
        if known is None:
            known = self._medians[source, pace] = _median(self.model.sources[source].lags[pace])
        return known

    def false_alarm(self, camera: str) -> tuple[float, float]:
        """(log density of a burst of this camera with one signal of one category, log factor of each further one)."""
        alarms = self.model.false_alarms
        bursts = alarms.cameras.get(camera, alarms.per_day) * UNIT_S / DAY
        ends = 1.0 / alarms.burst
        first = bursts * UNIT_M2 / alarms.view_m2 * ends / len(REAL_KINDS)
        return math.log(first), math.log(max(_LEAST, 1.0 - ends))

    def _lags(self, one: SourceModel) -> list[list[float]]:
        """By pace, and last of all a false alarm's burst: log density times `UNIT_S`, by bin."""
        burst = Lag(median_s=1.0, sigma=1.0, prompt=0.0, lasting_s=self.model.false_alarms.burst_s)
        return [lag_logs(lag, self.model) for lag in (*(one.lags[pace] for pace in self.paces), burst)]


def hour_of(prior: Prior, at: float) -> int:
    """The hour of the day or of the week, local time, as `Prior.hours` counts them."""
    return int((at + prior.utc_offset_h * HOUR - _MONDAY) // HOUR) % len(prior.hours)


def _cell(name: str) -> tuple[int, int]:
    row, column = name.split(",")
    return int(row), int(column)


def count_density(number: int, mean: float, spread: float) -> float:
    """Log density of `number` signals whose mean is `mean`: Poisson, or negative binomial when `spread` > 0.

    A density of points, not a probability of a number: no n! (`fusion.md` §3; the gamma mixture is for callers who
    call because others do).
    """
    if spread <= 0.0:
        return number * math.log(mean) - mean
    shape = 1.0 / spread
    grown = math.lgamma(number + shape) - math.lgamma(shape)
    return grown + shape * math.log(shape / (shape + mean)) + number * math.log(mean / (shape + mean))


def lag_logs(lag: Lag, model: Model) -> list[float]:
    """Log of the density per `UNIT_S` in each bin of `LAG_EDGES_S`, then beyond the last edge."""
    floor = model.clock_error / DAY
    shares = lag.bins or _guess(lag)
    densities = [share / (b - a) for share, (a, b) in zip(shares, pairwise(LAG_EDGES_S), strict=True)]
    sure = 1.0 - model.clock_error
    return [grain(math.log((floor + sure * density) * UNIT_S)) for density in (*densities, 0.0)]


def stated_logs(lags: list[float], sigma_s: float, model: Model) -> list[float]:
    """Log densities of a stated time that lies `lags` seconds after each onset: a Gaussian about the onset."""
    floor, sure = model.clock_error / DAY, 1.0 - model.clock_error
    peak = sure / (sigma_s * _ROOT_TWO_PI)
    return [grain(math.log((floor + peak * math.exp(-0.5 * (lag / sigma_s) ** 2)) * UNIT_S)) for lag in lags]


def _median(lag: Lag) -> float:
    if not lag.bins:
        return lag.median_s
    half = sum(lag.bins) / 2
    for share, (a, b) in zip(lag.bins, pairwise(LAG_EDGES_S), strict=True):
        if share >= half:
            return round(a + (b - a) * half / share, 1)
        half -= share
    return LAG_EDGES_S[-1]


def _guess(lag: Lag) -> list[float]:
    def reached(seconds: float) -> float:
        if seconds <= 0.0:
            return 0.0
        prompt: float = 0.5 * math.erfc(-math.log(seconds / lag.median_s) / (lag.sigma * math.sqrt(2.0)))
        lasting: float = 1.0 - math.exp(-seconds / lag.lasting_s)
        return lag.prompt * prompt + (1.0 - lag.prompt) * lasting

    return [reached(b) - reached(a) for a, b in pairwise(LAG_EDGES_S)]


def _widths() -> list[float]:
    bounds = [OFFSETS_S[0], *((a + b) / 2 for a, b in pairwise(OFFSETS_S)), OFFSETS_S[-1]]
    return [b - a for a, b in pairwise(bounds)]


def _rows(one: SourceModel) -> dict[str, list[float]]:
    """Claim → by kind, log probability that the source claims it."""
    rows = {kind: one.confusion.get(kind) or prior_row(kind, one.right) for kind in REAL_KINDS}
    claims = (*REAL_KINDS, *CATCH_ALL_CLAIMS)
    even = LEAK / len(claims)
    return {
        claim: [grain(math.log((1.0 - LEAK) * rows[kind].get(claim, 0.0) + even)) for kind in REAL_KINDS]
        for claim in claims
    }


def prior_row(kind: str, right: float) -> dict[str, float]:
    """What a source claims of a happening of `kind` before any fit: claim → probability.

    `right` for the kind itself, half of it for the catch-all category whose usual kind it is; the rest by the table of
    compatibility (`domain.md` (b)), a share of it to the catch-all categories for what they may hide. A kind that is
    seldom taken for others leaves some over, which goes to all alike.
    """
    own = [claim for claim in CATCH_ALL_CLAIMS if claim.rstrip("?") == kind]
    hidden = (1.0 - right) * HIDDEN if kind in MAY_HIDE else 0.0
    others = {other: weight(kind, other) for other in REAL_KINDS if other != kind and weight(kind, other) > 0.0}
    whole = max(MIXED, sum(others.values()))
    row: dict[str, float] = {other: (1.0 - right - hidden) * share / whole for other, share in others.items()}
    row |= {claim: hidden / len(CATCH_ALL_CLAIMS) for claim in CATCH_ALL_CLAIMS if claim not in own}
    row |= {name: right / (1 + len(own)) for name in (kind, *own)}
    claims = (*REAL_KINDS, *CATCH_ALL_CLAIMS)
    left = (1.0 - math.fsum(row.values())) / len(claims)
    return {claim: row.get(claim, 0.0) + left for claim in claims}
