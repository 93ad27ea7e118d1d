"""The space term: signals of one happening scatter about one centre, each with its own error (`fusion.md` §3.1).

A happening's centre is anywhere, and each signal lies about it with covariance R = its own error + the happening's
extent. Integrated over the centre that is a Gaussian in closed form, of four sums: J = Σ R⁻¹, h = Σ R⁻¹z, q = Σ z'R⁻¹z
and l = Σ log|R|. They are kept for each class of extents as whole numbers in fixed point, so that adding and taking
away are exact. Metres, square metres, nats.
"""

import math
from collections.abc import Iterable
from operator import add, sub
from typing import NamedTuple

UNIT_M2 = 5.0e5
"""area in which densities are told, so that the term makes sense alone: 400 m around; it cancels in the sum"""

_J, _H, _Q = 2.0**60, 2.0**50, 2.0**40
"""grains of the fixed point: 10⁻¹⁸ m⁻², 10⁻¹⁵ m⁻¹, 10⁻¹² nats"""
_GRAIN = 2.0**-30
_LOG_TWO_PI = math.log(2.0 * math.pi)
_UNIT = math.log(UNIT_M2)

Covariance = tuple[float, float, float]
"""(east², east·north, north²), m²"""


class Scatter(NamedTuple):
    """The four sums for one class of extents; exact."""

    j11: int = 0
    j12: int = 0
    j22: int = 0
    h1: int = 0
    h2: int = 0
    q: int = 0
    l: float = 0.0  # noqa: E741 -- as in the paper's formula

    def plus(self, other: "Scatter") -> "Scatter":
        """Both together."""
        return Scatter._make(map(add, self, other))

    def minus(self, other: "Scatter") -> "Scatter":
        """What was there before `other` came."""
        return Scatter._make(map(sub, self, other))


NOWHERE = Scatter()


def scatter_of(x: float, y: float, covariance: Covariance, extent_m: float) -> Scatter:
    """One signal at `x`, `y` metres whose own error is `covariance`, of a happening of such an extent."""
    ee = extent_m * extent_m
    r11, r12, r22 = covariance[0] + ee, covariance[1], covariance[2] + ee
    det = r11 * r22 - r12 * r12
    j11, j12, j22 = round(r22 / det * _J), round(-r12 / det * _J), round(r11 / det * _J)
    a, b, c = j11 / _J, j12 / _J, j22 / _J
    h1, h2 = a * x + b * y, b * x + c * y
    return Scatter(
        j11,
        j12,
        j22,
        round(h1 * _H),
        round(h2 * _H),
        round((h1 * x + h2 * y) * _Q),
        round(math.log(det) / _GRAIN) * _GRAIN,
    )


def space_nats(scatter: Scatter, number: int) -> float:
    """Log density of `number` ≥ 1 places about one unknown centre, in units of `UNIT_M2`; 0 for a single one."""
    if number <= 1:
        return 0.0
    j11, j12, j22 = scatter[0] / _J, scatter[1] / _J, scatter[2] / _J
    h1, h2 = scatter[3] / _H, scatter[4] / _H
    det = j11 * j22 - j12 * j12
    apart = scatter[5] / _Q - (j22 * h1 * h1 - 2.0 * j12 * h1 * h2 + j11 * h2 * h2) / det
    return (number - 1) * (_UNIT - _LOG_TWO_PI) - 0.5 * (scatter[6] + math.log(det) + (apart if apart > 0.0 else 0.0))


def space_nats_with(one: Scatter, other: Scatter, number: int) -> float:
    """`space_nats` of both together, `number` ≥ 2 places, without making their sum."""
    j11, j12, j22 = (one[0] + other[0]) / _J, (one[1] + other[1]) / _J, (one[2] + other[2]) / _J
    h1, h2 = (one[3] + other[3]) / _H, (one[4] + other[4]) / _H
    det = j11 * j22 - j12 * j12
    apart = (one[5] + other[5]) / _Q - (j22 * h1 * h1 - 2.0 * j12 * h1 * h2 + j11 * h2 * h2) / det
    return (number - 1) * (_UNIT - _LOG_TWO_PI) - 0.5 * (
        one[6] + other[6] + math.log(det) + (apart if apart > 0.0 else 0.0)
    )


class Ahead(NamedTuple):
    """Where the next place of a happening is expected, for one class of extents, before its own error."""

    x: float
    y: float
    p11: float
    p12: float
    p22: float
    """covariance of the centre, and the extent"""
    nats: float
    """the space term so far, and the next place's factor at density 1"""


def ahead_of(scatter: Scatter, nats: float, extent_m: float) -> Ahead:
    """What at least one place tells of the next; `nats`: their `space_nats`."""
    x, y, (p11, p12, p22) = centre(scatter)
    ee = extent_m * extent_m
    return Ahead(x, y, p11 + ee, p12, p22 + ee, nats + _UNIT - _LOG_TWO_PI)


def nats_ahead(aheads: Iterable[Ahead], x: float, y: float, error: Covariance) -> list[float]:
    """For each of them, `space_nats` with one place more, a Gaussian about where it is expected."""
    r11, r12, r22 = error
    found: list[float] = []
    for its_x, its_y, p11, p12, p22, nats in aheads:
        dx, dy, a, b, c = x - its_x, y - its_y, p11 + r11, p12 + r12, p22 + r22
        det = a * c - b * b
        found.append(nats - 0.5 * (math.log(det) + (c * dx * dx - 2.0 * b * dx * dy + a * dy * dy) / det))
    return found


def centre(scatter: Scatter) -> tuple[float, float, Covariance]:
    """(east, north, covariance) of the happening's centre: m = J⁻¹h, P = J⁻¹."""
    j11, j12, j22 = scatter.j11 / _J, scatter.j12 / _J, scatter.j22 / _J
    h1, h2 = scatter.h1 / _H, scatter.h2 / _H
    det = j11 * j22 - j12 * j12
    return (j22 * h1 - j12 * h2) / det, (j11 * h2 - j12 * h1) / det, (j22 / det, -j12 / det, j11 / det)


def centre_with(one: Scatter, other: Scatter) -> tuple[float, float]:
    """(east, north) of `centre` of both together, without making their sum."""
    j11, j12, j22 = (one[0] + other[0]) / _J, (one[1] + other[1]) / _J, (one[2] + other[2]) / _J
    h1, h2 = (one[3] + other[3]) / _H, (one[4] + other[4]) / _H
    det = j11 * j22 - j12 * j12
    return (j22 * h1 - j12 * h2) / det, (j11 * h2 - j12 * h1) / det


def spread(scatter: Scatter, number: int) -> float:
    """Scatter about the centre over what is expected: 1 when all is well, much more when there may be two centres."""
    if number <= 1:
        return 1.0
    x, y, _ = centre(scatter)
    apart = scatter.q / _Q - (scatter.h1 / _H * x + scatter.h2 / _H * y)
    return max(0.0, apart) / (2.0 * (number - 1))


def mahalanobis2(x: float, y: float, covariance: Covariance) -> float:
    """Squared distance in sigmas of an offset of `x`, `y` metres."""
    r11, r12, r22 = covariance
    return (r22 * x * x - 2.0 * r12 * x * y + r11 * y * y) / (r11 * r22 - r12 * r12)
