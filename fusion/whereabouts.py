"""How wrong a place may be: its covariance in metres, from what the source gave, and what of that cannot be true."""

import math
from itertools import pairwise

from contracts.geo import EARTH_RADIUS_M, Place

WIDEST_M = 50_000.0
"""a place less certain than this says nothing"""
FINEST_M = 2.0
"""nobody measures better than this"""
MOST_CORNERS = 64

Corner = tuple[float, float]
"""metres east and north"""


def covariance_of(place: Place, odd: list[str]) -> tuple[float, float, float]:
    """(east², east·north, north²), m²: as given, else of the outline, else round; `odd` takes what was mended.

    An outline (a view, a grid cell) is matched by its moments: the Gaussian with the area's covariance.
    Source: `fusion.md` §3.1.
    """
    if place.covariance_m2 is not None:
        if is_covariance(place.covariance_m2):
            return place.covariance_m2
        odd.append("covariance_impossible")
    elif place.polygon is not None and 3 <= len(place.polygon) <= MOST_CORNERS:
        moments = outline_covariance(_metres(place))
        if moments is not None and is_covariance(moments):
            return moments
        odd.append("outline_crosses_itself")
    sigma = place.sigma_m
    if not FINEST_M <= sigma <= WIDEST_M:
        if not sigma >= FINEST_M / 2 or not sigma <= WIDEST_M:
            odd.append("accuracy_impossible")
        sigma = WIDEST_M if not sigma <= WIDEST_M else FINEST_M
    return sigma * sigma, 0.0, sigma * sigma


def is_covariance(given: tuple[float, float, float]) -> bool:
    """Whether these are finite, positive definite, and of a size that a place can have."""
    east, both, north = given
    if not all(math.isfinite(value) for value in given):
        return False
    fine, wide = FINEST_M**2 / 4, WIDEST_M**2
    return fine <= east <= wide and fine <= north <= wide and both * both < 0.9999 * east * north


def outline_covariance(corners: list[Corner]) -> tuple[float, float, float] | None:
    """The covariance of a point that is anywhere within the outline; None when it crosses itself or holds no area."""
    ring = corners if corners[0] == corners[-1] else [*corners, corners[0]]
    if _crosses_itself(ring):
        return None
    area = east = north = exx = exy = eyy = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        area += cross / 2
        east += (x1 + x2) * cross / 6
        north += (y1 + y2) * cross / 6
        exx += (x1 * x1 + x1 * x2 + x2 * x2) * cross / 12
        eyy += (y1 * y1 + y1 * y2 + y2 * y2) * cross / 12
        exy += (x1 * y2 + 2 * x1 * y1 + 2 * x2 * y2 + x2 * y1) * cross / 24
    if abs(area) < 1.0:
        return None
    mx, my = east / area, north / area
    return exx / area - mx * mx, exy / area - mx * my, eyy / area - my * my


def segments_cross(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Whether the segments a-b and c-d cross each other inside both."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Corner, b: Corner, c: Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _crosses_itself(ring: list[Corner]) -> bool:
    sides = list(pairwise(ring))
    return any(segments_cross(*sides[i], *sides[j]) for i in range(len(sides)) for j in range(i + 2, len(sides)))


def _metres(place: Place) -> list[Corner]:
    assert place.polygon is not None, "asked for one with an outline"
    north = EARTH_RADIUS_M * math.pi / 180
    east = north * math.cos(math.radians(place.lat))
    return [((lon - place.lon) * east, (lat - place.lat) * north) for lat, lon in place.polygon]
