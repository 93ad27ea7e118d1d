"""How much each term deserves: logistic regression of what was true on the terms, drawn towards one for all.

The model's terms are log likelihood ratios and should count once each; where it misjudges how sure it is of one (places
are denser than their cell, reports not independent), people's answers show it. Source: `fusion.md` §3.9.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TERMS = ("space", "time", "kind", "words", "prior")
LEAST, MOST = 0.2, 2.0
_ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One answered decision."""

    terms: Mapping[str, float]
    """of the best candidate, nats"""
    against: float
    """nats of everything that stands against it"""
    same: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Weighting:
    """Σ factor · term + offset."""

    factors: tuple[float, ...] = (1.0,) * len(TERMS)
    """in the order of `TERMS`"""
    offset: float = -0.5

    def nats(self, terms: Mapping[str, float]) -> float:
        """The weighted sum."""
        return self.offset + sum(
            factor * terms.get(name, 0.0) for factor, name in zip(self.factors, TERMS, strict=True)
        )


def fitted(rows: Sequence[Row], centre: Weighting, factor_sd: float, offset_sd: float) -> Weighting:
    """The weighting that makes the answers likeliest, with a Gaussian prior about `centre`; Newton's method."""
    width = len(TERMS) + 1
    mean = [*centre.factors, centre.offset]
    precision = [1.0 / factor_sd**2] * len(TERMS) + [1.0 / offset_sd**2]
    inputs = [([*(row.terms.get(name, 0.0) for name in TERMS), 1.0], row) for row in rows]
    found = list(mean)
    for _ in range(_ROUNDS):
        slope = [precision[i] * (found[i] - mean[i]) for i in range(width)]
        bend = [[precision[i] if i == j else 0.0 for j in range(width)] for i in range(width)]
        for values, row in inputs:
            z = sum(a * b for a, b in zip(found, values, strict=True)) - row.against
            p = 0.5 * (1.0 + math.tanh(z / 2.0))
            error, curving = row.weight * (p - row.same), row.weight * p * (1.0 - p)
            for i in range(width):
                slope[i] += error * values[i]
                steep = curving * values[i]
                for j in range(i + 1):
                    bend[i][j] += steep * values[j]
        step = _solved(bend, slope)
        found = [value - min(1.0, max(-1.0, change)) for value, change in zip(found, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    factors = tuple(round(min(MOST, max(LEAST, value)), 4) for value in found[:-1])
    return Weighting(factors, round(found[-1], 4))


def _solved(lower: list[list[float]], right: Sequence[float]) -> list[float]:
    """x of A·x = right, by Cholesky; A is symmetric and positive, only its lower half is read."""
    size = len(right)
    root = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = lower[i][j] - sum(root[i][k] * root[j][k] for k in range(j))
            root[i][j] = math.sqrt(rest) if i == j else rest / root[j][j]
    half: list[float] = []
    for i in range(size):
        half.append((right[i] - sum(root[i][k] * half[k] for k in range(i))) / root[i][i])
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (half[i] - sum(root[k][i] * found[k] for k in range(i + 1, size))) / root[i][i]
    return found
