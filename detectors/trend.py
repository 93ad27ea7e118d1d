"""How fast a count grows, and how sure that is: Theil-Sen's slope with Sen's interval, widened for slow wandering.

A crowd's count is no independent sample: who is there now is there a few seconds later. So the variance of Kendall's
statistic is raised by the lag-1 correlation of what the line leaves over, as Hamed and Rao do (J. Hydrology, 1998).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST = 6
"""points below which nothing is said"""
Z = 1.645
"""the interval holds the true slope in 9 of 10 cases"""
MAX_CORRELATION = 0.8


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through a count over time, units a second."""

    level: float
    """of the line at the last point"""
    slope: float
    low: float
    high: float


def trend_of(points: Sequence[tuple[float, float]]) -> Trend | None:
    """The trend of (seconds, count) in order of time; None with fewer than six points or no time between them."""
    if len(points) < LEAST:
        return None
    t, y = np.array(points, float).T
    first, second = np.triu_indices(len(t), 1)
    slopes = np.sort((y[second] - y[first])[t[second] > t[first]] / (t[second] - t[first])[t[second] > t[first]])
    if not len(slopes):
        return None
    slope = float(np.median(slopes))
    left_over = y - slope * t
    level = float(np.median(left_over)) + slope * float(t[-1])
    n = len(t)
    variance = n * (n - 1) * (2 * n + 5) / 18 * _inflation(left_over - np.median(left_over))
    reach = Z * math.sqrt(variance)
    low = max(0, math.floor((len(slopes) - reach) / 2))
    high = min(len(slopes) - 1, math.ceil((len(slopes) + reach) / 2))
    return Trend(level, slope, float(slopes[low]), float(slopes[high]))


def _inflation(residual: npt.NDArray[np.float64]) -> float:
    power = float(residual @ residual)
    correlation = float(residual[1:] @ residual[:-1]) / power if power > 0 else 0.0
    correlation = min(max(correlation, 0.0), MAX_CORRELATION)
    return (1 + correlation) / (1 - correlation)
