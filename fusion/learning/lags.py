"""How long after the beginning each source speaks: soft counts, because nobody saw the beginning.

Expectation over the onset's grid with the lags as they are, then a Dirichlet posterior of the shares in each bin;
twice. Only what people confirmed enters. Source: `fusion.md` §3.2, §3.9.
"""

import bisect
import itertools
import math
from collections import defaultdict
from collections.abc import Sequence

from fusion.learning.labels import Label
from fusion.model import DAY, HOUR, LAG_BINS, LAG_EDGES_S, Lag, Model

ROUNDS = 2
PRIOR_WEIGHT = 15.0
"""labels that the guess counts for"""
OWN_PACE_FROM = 100
"""confirmed incidents from which a kind has lags of its own instead of its pace's"""
_WIDTHS_S = tuple(after - before for before, after in itertools.pairwise(LAG_EDGES_S))
ONSETS_S = tuple((before + after) / 2 for before, after in itertools.pairwise(LAG_EDGES_S) if after <= 16 * HOUR)
"""onset = first signal − one of these: the middle of each bin, so that the grid leaves no ripples in the lags"""

Shares = tuple[float, ...]
Lags = dict[tuple[str, str], Shares]
"""(source, pace) → share of its signals in each bin"""


def fitted(labels: Sequence[Label], model: Model) -> tuple[dict[str, dict[str, Lag]], dict[str, str]]:
    """(source → pace → lag with bins, kind → its pace)."""
    real = [label for label in labels if label.real]
    paces = _paces(real, model)
    shared: Lags = {
        (source, pace): shares_of(lag) for source, one in model.sources.items() for pace, lag in one.lags.items()
    }
    prior: Lags = dict(shared)
    for kind, pace in paces.items():
        for source in model.sources:
            prior[(source, pace)] = shared[(source, model.kinds[kind].pace)]
    lags = dict(prior)
    for _ in range(ROUNDS):
        lags = _round(real, paces, lags, prior)
    return {
        source: {
            pace: _guess(model, source, pace, paces).model_copy(update={"bins": _rounded(shares)})
            for (of, pace), shares in sorted(lags.items())
            if of == source
        }
        for source in model.sources
    }, paces


def shares_of(lag: Lag) -> Shares:
    """The share of a lag's signals in each bin of `LAG_EDGES_S`."""
    if lag.bins:
        return lag.bins
    up_to = [lag.prompt * _normal(lag, edge) + (1.0 - lag.prompt) * _lasting(lag, edge) for edge in LAG_EDGES_S]
    masses = [max(0.0, after - before) for before, after in itertools.pairwise(up_to)]
    whole = math.fsum(masses)
    return tuple(mass / whole for mass in masses)


def bin_of(lag_s: float) -> int | None:
    """The bin that a lag falls into; None before 0 or beyond the last."""
    if not 0.0 <= lag_s < LAG_EDGES_S[-1]:
        return None
    return bisect.bisect_right(LAG_EDGES_S, lag_s) - 1


def onset_shares(label: Label, pace: str, lags: Lags) -> list[float]:
    """How probable each onset of the grid is, given all members."""
    logs = []
    for offset, span in zip(ONSETS_S, _WIDTHS_S, strict=False):
        onset = label.first - offset
        logs.append(
            math.log(span)
            + math.fsum(
                math.log(_density(lags[(member.source, pace)], member.at - onset))
                for member in label.members
                if _speaks(member.source, member.stated, lags, pace)
            )
        )
    top = max(logs)
    weights = [math.exp(one - top) for one in logs]
    whole = math.fsum(weights)
    return [weight / whole for weight in weights]


def _round(labels: Sequence[Label], paces: dict[str, str], lags: Lags, prior: Lags) -> Lags:
    counts: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * LAG_BINS)
    for label in labels:
        pace = paces[label.kind]
        for offset, share in zip(ONSETS_S, onset_shares(label, pace, lags), strict=True):
            if share < 1e-4:
                continue
            for member in label.members:
                place = bin_of(member.at - label.first + offset)
                if place is not None and _speaks(member.source, member.stated, lags, pace):
                    counts[(member.source, pace)][place] += share
    return {key: _posterior(counts[key], guess) for key, guess in prior.items()}


def _posterior(counts: Sequence[float], guess: Shares) -> Shares:
    whole = math.fsum(counts) + PRIOR_WEIGHT
    return tuple((count + PRIOR_WEIGHT * share) / whole for count, share in zip(counts, guess, strict=True))


def _speaks(source: str, stated: bool, lags: Lags, pace: str) -> bool:
    """Whether a signal's time follows its source's lag: a time that a person stated is of the happening itself."""
    return (source, pace) in lags and (source == "camera" or not stated)


def _density(shares: Shares, lag_s: float) -> float:
    place = bin_of(lag_s)
    floor = 0.01 / DAY
    return floor if place is None else floor + shares[place] / _WIDTHS_S[place]


def _paces(labels: Sequence[Label], model: Model) -> dict[str, str]:
    known: dict[str, int] = defaultdict(int)
    for label in labels:
        known[label.kind] += 1
    return {kind: kind if known[kind] >= OWN_PACE_FROM else one.pace for kind, one in model.kinds.items()}


def _guess(model: Model, source: str, pace: str, paces: dict[str, str]) -> Lag:
    own = model.sources[source].lags
    return own[pace] if pace in own else own[model.kinds[pace].pace]


def _normal(lag: Lag, edge_s: float) -> float:
    if edge_s <= 0.0:
        return 0.0
    return 0.5 * math.erfc(-math.log(edge_s / lag.median_s) / (lag.sigma * math.sqrt(2.0)))


def _lasting(lag: Lag, edge_s: float) -> float:
    return -math.expm1(-edge_s / lag.lasting_s)


def _rounded(shares: Shares) -> Shares:
    return tuple(round(share, 7) for share in shares)
