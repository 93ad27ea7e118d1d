"""Plane geometry of GeoJSON shapes small enough for a flat earth: centre, spread, what holds a point, crossings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from contracts.geo import EARTH_RADIUS_M, GeoPoint

_Metres = tuple[float, float]
"""(east, north) from a reference point"""
CROSSING_REACH_M = 40.0
"""two roads that come so near to each other cross, even if the map's lines just miss"""


@dataclass(frozen=True)
class Shape:
    """A point, a line or a polygon (its outer ring, closed or not), WGS-84."""

    points: tuple[GeoPoint, ...]
    is_area: bool

    @cached_property
    def centre(self) -> GeoPoint:
        """Middle of a polygon by area, of a line by length."""
        flat = self._flat
        if self.is_area:
            return self._earth(_centroid(flat))
        if len(flat) == 1:
            return self.points[0]
        lengths = [math.dist(a, b) for a, b in pairwise(flat)]
        half, walked = sum(lengths) / 2, 0.0
        for a, b, length in zip(flat, flat[1:], lengths, strict=False):
            if walked + length >= half and length > 0:
                t = (half - walked) / length
                return self._earth((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
            walked += length
        return self.points[0]

    @cached_property
    def area_m2(self) -> float:
        """Square metres; 0 for points and lines."""
        return abs(_twice_area(self._flat)) / 2 if self.is_area else 0.0

    @cached_property
    def sigma_m(self) -> float:
        """Standard deviation per axis of a spot chosen at random on the shape, about."""
        if self.is_area:
            return math.sqrt(self.area_m2 / 12)
        length = sum(math.dist(a, b) for a, b in pairwise(self._flat))
        return length / math.sqrt(24)

    @cached_property
    def half_extent_m(self) -> tuple[float, float]:
        """Half of how far it reaches (north-south, east-west), metres."""
        flat = self._flat
        norths, easts = [north for _, north in flat], [east for east, _ in flat]
        return (max(norths) - min(norths)) / 2, (max(easts) - min(easts)) / 2

    def holds(self, point: GeoPoint) -> bool:
        """Whether an area holds the point (even-odd rule); a point or a line holds nothing."""
        south, west, north, east = self._box
        if not self.is_area or not (south <= point.lat <= north and west <= point.lon <= east):
            return False
        inside = False
        previous = self.points[-1]
        for corner in self.points:
            if (corner.lat > point.lat) != (previous.lat > point.lat):
                share = (point.lat - corner.lat) / (previous.lat - corner.lat)
                inside ^= point.lon < corner.lon + share * (previous.lon - corner.lon)
            previous = corner
        return inside

    @cached_property
    def _box(self) -> tuple[float, float, float, float]:
        lats, lons = [point.lat for point in self.points], [point.lon for point in self.points]
        return min(lats), min(lons), max(lats), max(lons)

    @cached_property
    def _flat(self) -> list[_Metres]:
        return [flat(point, self.points[0]) for point in self.points]

    def _earth(self, metres: _Metres) -> GeoPoint:
        origin = self.points[0]
        lat = origin.lat + math.degrees(metres[1] / EARTH_RADIUS_M)
        lon = origin.lon + math.degrees(metres[0] / (EARTH_RADIUS_M * math.cos(math.radians(origin.lat))))
        return GeoPoint(lat=lat, lon=lon)


def shape_of(geometry: Mapping[str, Any]) -> Shape:
    """The shape of a GeoJSON geometry; of a multi-geometry the part with most corners, of a polygon its outer ring.

    Raises:
        ValueError: a geometry of another type, or without points.
    """
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind.startswith("Multi"):
        kind = kind.removeprefix("Multi")
        coordinates = max(coordinates, key=lambda part: len(part[0]) if kind == "Polygon" else len(part))
    if kind not in ("Point", "LineString", "Polygon"):
        raise ValueError(f"a geometry of type {kind}")
    pairs = [coordinates] if kind == "Point" else coordinates[0] if kind == "Polygon" else coordinates
    points = tuple(GeoPoint(lat=pair[1], lon=pair[0]) for pair in pairs)
    if not points:
        raise ValueError("a geometry without points")
    return Shape(points, is_area=kind == "Polygon")


def flat(point: GeoPoint, origin: GeoPoint) -> _Metres:
    """(east, north) metres of `point` from `origin` on a flat earth."""
    north = math.radians(point.lat - origin.lat) * EARTH_RADIUS_M
    east = math.radians(point.lon - origin.lon) * EARTH_RADIUS_M * math.cos(math.radians(origin.lat))
    return east, north


def crossing(first: Shape, second: Shape) -> GeoPoint | None:
    """Where two lines come nearest to each other, if that is near enough to be a crossing."""
    best: tuple[float, _Metres | None] = (CROSSING_REACH_M, None)
    origin = first.points[0]
    other = [flat(point, origin) for point in second.points]
    mine = [flat(point, origin) for point in first.points]
    for a, b in pairwise(mine):
        for c, d in pairwise(other):
            gap, spot = _nearest(a, b, c, d)
            if gap < best[0]:
                best = gap, spot
    return None if best[1] is None else first._earth(best[1])


def _nearest(a: _Metres, b: _Metres, c: _Metres, d: _Metres) -> tuple[float, _Metres]:
    """(gap, the spot on a-b) between two segments."""
    meeting = _meeting(a, b, c, d)
    if meeting is not None:
        return 0.0, meeting
    ends = [(_foot(c, a, b), c), (_foot(d, a, b), d), (a, _foot(a, c, d)), (b, _foot(b, c, d))]
    gap, spot = min((math.dist(on_mine, on_other), on_mine) for on_mine, on_other in ends)
    return gap, spot


def _meeting(a: _Metres, b: _Metres, c: _Metres, d: _Metres) -> _Metres | None:
    ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = ux * vy - uy * vx
    if cross == 0:
        return None
    t = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / cross
    s = ((c[0] - a[0]) * uy - (c[1] - a[1]) * ux) / cross
    return (a[0] + t * ux, a[1] + t * uy) if 0 <= t <= 1 and 0 <= s <= 1 else None


def _foot(p: _Metres, a: _Metres, b: _Metres) -> _Metres:
    """The spot on a-b nearest to p."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    length2 = ux * ux + uy * uy
    t = 0.0 if length2 == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * ux + (p[1] - a[1]) * uy) / length2))
    return a[0] + t * ux, a[1] + t * uy


def _twice_area(points: list[_Metres]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True))


def _centroid(points: list[_Metres]) -> _Metres:
    doubled = _twice_area(points)
    if doubled == 0:
        return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    pairs = list(zip(points, points[1:] + points[:1], strict=True))
    x = sum((x0 + x1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs)
    y = sum((y0 + y1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs)
    return x / (3 * doubled), y / (3 * doubled)
