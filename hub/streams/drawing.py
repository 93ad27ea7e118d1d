"""Whether what a person drew can be meant: zones that cross themselves, lines of one point, ground that folds. Pure."""

from collections.abc import Sequence

import numpy as np

from contracts.cameras import Camera
from detectors.ground import Ground, ground_of

Point = tuple[float, float]

LEAST_AREA = 1e-4
"""of the picture; less is a stroke, not an area"""
LEAST_LENGTH = 0.01


def zone_problem(points: Sequence[Point]) -> tuple[str, str] | None:
    """What is wrong with a polygon, and how to mend it; a first corner that is repeated at the end is fine."""
    corners = [point for point, after in zip(points, [*points[1:], points[0]], strict=True) if point != after]
    if len(set(corners)) != len(corners):
        return "a corner is there twice", "go round the zone once, corner by corner"
    if any(_cross(*one, *other) for one, other in _apart(corners)):
        return "its outline crosses itself", "go round the zone in order, clockwise or counter-clockwise"
    if len(corners) < 3 or abs(_area(corners)) < LEAST_AREA:
        return "its corners lie on one line", "at least three corners that are not on one line"
    return None


def line_problem(start: Point, end: Point) -> tuple[str, str] | None:
    """What is wrong with a line, and how to mend it."""
    if np.hypot(end[0] - start[0], end[1] - start[1]) < LEAST_LENGTH:
        return "begins and ends at the same spot", "draw it across the way that people or vehicles take"
    return None


def ground_problem(camera: Camera) -> tuple[str, str] | None:
    """What is wrong with a camera's ground points (four or more), and how to mend it."""
    ground = ground_of(camera)
    if ground is None:
        return "do not fix a plane", "no three of four spots on one line, neither in the picture nor on the ground"
    turns = {_turn(ground, (point.x, point.y)) for point in camera.ground_points}
    if turns == {1}:
        return "show the ground mirrored", "two spots are swapped, or x and y, or lat and lon"
    if turns != {-1}:
        return "fold the ground: some lie beyond the horizon of the others", "two spots are swapped, or one is far off"
    return None


def _turn(ground: Ground, point: Point) -> int:
    """-1 where the ground is seen from above (right is east when up is north), 1 mirrored, 0 beyond the horizon."""
    if ground.locate(point) is None:
        return 0
    depth = float(ground.homography[2] @ np.array([*point, 1.0]))
    return int(np.sign(np.linalg.det(ground.homography) / depth**3))


def _apart(corners: Sequence[Point]) -> list[tuple[tuple[Point, Point], tuple[Point, Point]]]:
    """Every two sides that do not share a corner."""
    sides = list(zip(corners, [*corners[1:], *corners[:1]], strict=True))
    last = len(sides) - 1
    return [
        (sides[i], sides[j]) for i in range(len(sides)) for j in range(i + 2, len(sides)) if not (i == 0 and j == last)
    ]


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _area(corners: Sequence[Point]) -> float:
    after = [*corners[1:], *corners[:1]]
    return sum(x * y2 - x2 * y for (x, y), (x2, y2) in zip(corners, after, strict=True)) / 2
