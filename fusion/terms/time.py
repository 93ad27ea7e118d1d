"""The time term: each source lags behind the beginning of a happening in its own way, and nobody saw the beginning.

The beginning (onset) lies on a grid of offsets before the earliest moment that is known. Each signal adds the log
density of its lag after each onset, so that the grid of log weights is a running sum: blind to the order of arrival,
and additive. The time of happening enters, never the time of arrival. Seconds, nats. Source: `fusion.md` §3.2.
"""

import math
from collections.abc import Sequence

from fusion.model import LAG_BINS, LAG_EDGES_S
from fusion.tables import OFFSETS_S

_FIRST = LAG_EDGES_S[1]
_PER_LOG = (LAG_BINS - 1) / math.log(LAG_EDGES_S[-1] / _FIRST)


def lag_bin(lag_s: float) -> int:
    """The bin of a lag ≥ 0; `LAG_BINS` beyond the last edge."""
    if lag_s < _FIRST:
        return 0
    bin_ = 1 + int(math.log(lag_s / _FIRST) * _PER_LOG)
    return bin_ if bin_ < LAG_BINS else LAG_BINS


def lag_bins(since_s: float) -> list[int]:
    """For each onset of the grid, the bin of the lag of a signal `since_s` seconds after the anchor (0 or more)."""
    if since_s <= 0.0:
        return AT_ANCHOR
    return [lag_bin(since_s + offset) for offset in OFFSETS_S]


AT_ANCHOR = [lag_bin(offset) for offset in OFFSETS_S]


def time_nats(onset: Sequence[float], widths: Sequence[float]) -> float:
    """Log of the integral over the onset; `onset`: Σ log densities on the grid, `widths`: log widths of its cells."""
    weights = [a + b for a, b in zip(onset, widths, strict=True)]
    top = max(weights)
    return top + math.log(sum([math.exp(weight - top) for weight in weights]))
