"""Chance: named streams of a seed, so that a change in one part of the city leaves the draws of all others alone."""

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

_SPLIT = 30.0
"""Knuth's method multiplies uniforms until they pass exp(-mean), which vanishes for large means"""


def dice(seed: int, *names: object) -> random.Random:
    """The stream of one name under one seed: the same on every machine (Mersenne Twister, seeded by SHA-512)."""
    return random.Random("/".join(map(str, (seed, *names))))


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson count. Source: Knuth, TAOCP vol. 2, 3.4.1, algorithm Q; large means as a sum of halves."""
    if mean > _SPLIT:
        return poisson(rng, mean / 2) + poisson(rng, mean / 2)
    bound, count, product = math.exp(-mean), 0, rng.random()
    while product > bound:
        count += 1
        product *= rng.random()
    return count


def lag(rng: random.Random, median_s: float, sigma: float) -> float:
    """A log-normal delay in seconds, by its median and the standard deviation of its logarithm."""
    return median_s * math.exp(rng.gauss(0.0, sigma))


def pick(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def scatter(rng: random.Random, x: float, y: float, sigma: float) -> tuple[float, float]:
    """A point around (x, y), `sigma` metres per axis."""
    return x + rng.gauss(0.0, sigma), y + rng.gauss(0.0, sigma)


def one_of(rng: random.Random, things: Sequence[T]) -> T:
    """Any of them, all as often."""
    return things[rng.randrange(len(things))]
