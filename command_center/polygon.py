"""An area on the ground as a ring of corners: is a place inside, does the ring cross itself, how large is it. Pure.

Corners are (lat, lon) in WGS-84 degrees, first and last not repeated; a flat earth is exact enough within a city.
"""

import math
from collections.abc import Sequence

from contracts.geo import EARTH_RADIUS_M

Corner = tuple[float, float]
Ring = Sequence[Corner]


def holds(ring: Ring, lat: float, lon: float) -> bool:
    """Whether the place lies inside, by the number of edges that a ray to the east crosses."""
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in _edges(ring):
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a):
            inside = not inside
    return inside


def bounds(ring: Ring) -> tuple[float, float, float, float]:
    """South, west, north, east."""
    lats, lons = [corner[0] for corner in ring], [corner[1] for corner in ring]
    return min(lats), min(lons), max(lats), max(lons)


def area_m2(ring: Ring) -> float:
    """Square metres (shoelace); of a ring that crosses itself the number means nothing."""
    scale = math.cos(math.radians(sum(corner[0] for corner in ring) / len(ring)))
    metres = [
        (math.radians(lat - ring[0][0]) * EARTH_RADIUS_M, math.radians(lon - ring[0][1]) * EARTH_RADIUS_M * scale)
        for lat, lon in ring
    ]
    return abs(math.fsum(ya * xb - yb * xa for (ya, xa), (yb, xb) in _edges(metres))) / 2


def crosses_itself(ring: Ring) -> bool:
    """Whether two edges that are no neighbours meet."""
    edges = _edges(ring)
    last = len(edges) - 1
    return any(
        _meet(*edges[i], *edges[j])
        for i in range(len(edges))
        for j in range(i + 2, len(edges))
        if not (i == 0 and j == last)
    )


def _edges(ring: Ring) -> list[tuple[Corner, Corner]]:
    return list(zip(ring, [*ring[1:], ring[0]], strict=True))


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Corner, b: Corner, c: Corner) -> float:
    return (b[1] - a[1]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[1] - a[1])
