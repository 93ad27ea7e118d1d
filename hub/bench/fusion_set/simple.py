"""The simple ways to group signals, each tried with every setting of a grid: a time-distance window, and a group key.

They are given what helps them: the kinds' compatibility table, event time instead of arrival, and afterwards the
setting that does best on the very days they are judged on.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from fusion.compatibility import weight
from hub.bench.fusion_set.points import Point

WINDOW_M = (40.0, 70.0, 110.0, 160.0, 240.0, 350.0)
WINDOW_S = (300.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0)
FITS = (1.0, 0.7, 0.5)
"""from which weight of the compatibility table two kinds are taken for one; 1: the same kind"""
KEY_M = (80.0, 120.0, 200.0, 300.0, 450.0)
KEY_S = (600.0, 1800.0, 3600.0, 7200.0, 14400.0)


class Tried(NamedTuple):
    """A setting and the partition it gave."""

    setting: str
    found: dict[str, str]


class _Near(NamedTuple):
    metres: float
    earlier: int
    seconds: float
    fits: float


def windows(points: Sequence[Point]) -> Iterator[Tried]:
    """A signal joins the nearest earlier one within so many metres and seconds whose kind fits, else it is new."""
    near = _neighbours(points)
    for radius, span, fits in itertools.product(WINDOW_M, WINDOW_S, FITS):
        cluster: list[int] = []
        for number, others in enumerate(near):
            joined = next(
                (one.earlier for one in others if one.metres <= radius and one.seconds <= span and one.fits >= fits),
                None,
            )
            cluster.append(number if joined is None else cluster[joined])
        yield Tried(
            f"{radius:g} m, {span / 60:g} min, kinds {fits:g}",
            {point.name: points[first].name for point, first in zip(points, cluster, strict=True)},
        )


def keys(points: Sequence[Point]) -> Iterator[Tried]:
    """Alert managers: the same kind in the same square, as long as the group was heard of within so many seconds."""
    for size, span in itertools.product(KEY_M, KEY_S):
        last: dict[tuple[str, int, int], tuple[float, str]] = {}
        found: dict[str, str] = {}
        for point in points:
            key = (point.kind, math.floor(point.x / size), math.floor(point.y / size))
            heard_at, group = last.get(key, (-math.inf, ""))
            if abs(point.at - heard_at) > span:
                group = point.name
            last[key] = (max(heard_at, point.at), group)
            found[point.name] = group
        yield Tried(f"{size:g} m square, {span / 60:g} min", found)


def _neighbours(points: Sequence[Point]) -> list[list[_Near]]:
    """Per point the earlier ones within the widest window, nearest first."""
    near: list[list[_Near]] = [[] for _ in points]
    if len(points) < 2:
        return near
    places = np.array([(point.x, point.y) for point in points])
    at = np.array([point.at for point in points])
    pairs = cKDTree(places).query_pairs(max(WINDOW_M), output_type="ndarray")
    pairs = pairs[np.abs(at[pairs[:, 0]] - at[pairs[:, 1]]) <= max(WINDOW_S)]
    for one, other in pairs.tolist():
        earlier, later = min(one, other), max(one, other)
        fits = weight(points[one].kind, points[other].kind)
        if fits >= min(FITS):
            metres = math.hypot(points[one].x - points[other].x, points[one].y - points[other].y)
            near[later].append(_Near(metres, earlier, abs(points[one].at - points[other].at), fits))
    for others in near:
        others.sort()
    return near
