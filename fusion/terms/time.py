"""The time term: each source lags behind the beginning of a happening in its own way, and nobody saw the beginning.

The beginning (onset) is a distribution over offsets before the first known signal. Each signal multiplies it by its
source's lag density, so the grid of log weights is a running sum: exchangeable, additive, and blind to the order of
arrival. Event time enters, never arrival time. Source: `fusion.md` §3.2.
"""

import math

from fusion.model import DAY
from fusion.policy import Model, Source

OFFSETS_S = (5.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 480.0, 720.0, 1200.0, 2400.0, 4800.0, 9600.0)
"""onset = first known signal − offset"""

_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


def lag_density(lag_s: float, lasted_s: float, linger_s: float, stated: bool, source: Source, model: Model) -> float:
    """Density per second of a signal `lag_s` after the onset of a happening that lasted `lasted_s` so far.

    A share `prompt` follows the source's log-normal lag; the rest comes while the happening lasts and dies away
    over `linger_s` after it. A time that the source stated itself is a Gaussian about the onset or a while later.
    """
    floor = model.clock_error / DAY
    if stated:
        z = lag_s / model.stated_sigma_s
        prompt = math.exp(-0.5 * z * z) / (model.stated_sigma_s * _ROOT_TWO_PI)
    elif lag_s > 0.0:
        z = math.log(lag_s / source.lag_median_s) / source.lag_sigma
        prompt = math.exp(-0.5 * z * z) / (lag_s * source.lag_sigma * _ROOT_TWO_PI)
    else:
        return floor
    during = 0.0
    if lag_s > 0.0:
        during = math.exp(-max(0.0, lag_s - lasted_s) / linger_s) / (lasted_s + linger_s)
    return floor + (1.0 - model.clock_error) * (source.prompt * prompt + (1.0 - source.prompt) * during)


def onset_densities(
    at: float, first_at: float, last_at: float, linger_s: float, stated: bool, source: Source, model: Model
) -> list[float]:
    """The density of a signal at `at` for each onset of the grid."""
    since_first, length = at - first_at, last_at - first_at
    return [lag_density(since_first + offset, length + offset, linger_s, stated, source, model) for offset in OFFSETS_S]


def time_term(densities: list[float], onset_weights: list[float], model: Model) -> float:
    """Nats: the density averaged over the onset's posterior, against a flat background."""
    top = max(onset_weights)
    total = mixed = 0.0
    for log_weight, density in zip(onset_weights, densities, strict=True):
        share = math.exp(log_weight - top)
        total += share
        mixed += share * density
    return math.log(mixed / total * model.background_s)
