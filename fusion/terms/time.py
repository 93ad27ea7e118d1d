"""The time term: each source lags behind the beginning of a happening in its own way, and nobody saw the beginning.

The beginning (onset) lies on a grid of offsets before the earliest moment that is known. Each signal adds the log
density of its lag after each onset, so that the grid of log weights is a running sum: blind to the order of arrival,
and additive. The time of happening enters, never the time of arrival. Seconds, nats. Source: `fusion.md` §3.2.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from fusion.model import LAG_BINS, LAG_EDGES_S

OFFSETS_S = (
    0.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 420.0, 600.0, 900.0, 1200.0, 1800.0, 2700.0, 3600.0, 5400.0, 7200.0,
    10800.0, 14400.0, 21600.0, 28800.0, 43200.0, 64800.0, 86400.0,
)  # fmt: skip
"""onset = earliest known moment − offset (`fusion.md` §3.2)"""

_FIRST = LAG_EDGES_S[1]
_PER_LOG = (LAG_BINS - 1) / math.log(LAG_EDGES_S[-1] / _FIRST)


def lag_bin(lag_s: float) -> int:
    """The bin of a lag ≥ 0; `LAG_BINS` beyond the last edge."""
    if lag_s < _FIRST:
        return 0
    bin_ = 1 + int(math.log(lag_s / _FIRST) * _PER_LOG)
    return bin_ if bin_ < LAG_BINS else LAG_BINS


def _first_second(bin_: int) -> int:
    """The least whole number of seconds that lies in a bin or beyond."""
    second = math.floor(LAG_EDGES_S[bin_])
    while lag_bin(second) < bin_:
        second += 1
    return second


_LONGEST = int(LAG_EDGES_S[-1]) + 1
_BOUNDS = [0, *(_first_second(bin_) for bin_ in range(1, LAG_BINS + 1)), _LONGEST + int(OFFSETS_S[-1]) + 1]
_BIN_OF = memoryview(b"".join(bytes([bin_]) * (b - a) for bin_, (a, b) in enumerate(pairwise(_BOUNDS))))
"""second → bin, as far as a lag within the bins and the grid reach"""
_at_offsets = itemgetter(*(int(offset) for offset in OFFSETS_S))
_CHANGES = sorted({since for bound in _BOUNDS[1:-1] for offset in OFFSETS_S if 0 < (since := bound - int(offset))})
"""whole seconds after the anchor at which a lag of the grid comes into the next bin"""


def lag_bins_whole(since_s: int) -> tuple[int, ...]:
    """For each onset of the grid, the bin of the lag of a signal so many seconds after the anchor (0 or more)."""
    bins: tuple[int, ...] = _at_offsets(_BIN_OF[min(since_s, _LONGEST) :])
    return bins


def step_of(since_s: int) -> int:
    """A number that all whole seconds after the anchor with the same `lag_bins_whole` have in common."""
    return bisect_right(_CHANGES, since_s)


def log_sum(logs: Sequence[float]) -> float:
    """log Σ exp: of the grid, the integral over the onset, when the log widths of its cells are in it."""
    if len(logs) == 1:
        return logs[0]
    top = max(logs)
    return top + math.log(sum([math.exp(one - top) for one in logs]))
