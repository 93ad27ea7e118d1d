"""GCJ-02 and BD-09 to WGS-84 and back, so that no position enters the hub in a datum that moves it by streets.

GCJ-02 (AMap, Tencent) shifts WGS-84 by 300-700 m with a published polynomial; BD-09 (Baidu) shifts GCJ-02 again.
Neither has a closed inverse: it is found by fixed-point iteration, which contracts by a factor of about 1,000 a step.
CGCS2000 differs from WGS-84 by decimetres and is taken as equal.
"""

import math
from collections.abc import Callable

from contracts.geo import Datum, GeoPoint, Position

_AXIS_M = 6_378_245.0
"""semi-major axis of Krasovsky 1940, on which GCJ-02 is built"""
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_PI = math.pi * 3000.0 / 180.0
_SOUTH, _WEST, _NORTH, _EAST = 0.8293, 72.004, 55.8271, 137.8347
"""the box outside of which GCJ-02 and BD-09 are not used: positions pass through unchanged"""
_TOLERANCE_DEG = 1e-9
_MAX_STEPS = 32

_LatLon = tuple[float, float]
_Forward = Callable[[_LatLon], _LatLon]


def to_wgs84(position: Position) -> GeoPoint:
    """The same spot in WGS-84, right to 1e-7 degrees (about a centimetre); unchanged outside China's box."""
    here = position.lat, position.lon
    if position.datum is Datum.GCJ02:
        here = _inverse(_gcj_from_wgs, here)
    elif position.datum is Datum.BD09:
        here = _inverse(_bd_from_wgs, here)
    return GeoPoint(lat=here[0], lon=here[1])


def from_wgs84(point: GeoPoint, datum: Datum, *, accuracy_m: float | None = None) -> Position:
    """The position that a source speaking `datum` would send for `point`."""
    here = point.lat, point.lon
    if datum is Datum.GCJ02:
        here = _gcj_from_wgs(here)
    elif datum is Datum.BD09:
        here = _bd_from_wgs(here)
    return Position(lat=here[0], lon=here[1], datum=datum, accuracy_m=accuracy_m)


def _in_china(here: _LatLon) -> bool:
    return _SOUTH <= here[0] <= _NORTH and _WEST <= here[1] <= _EAST


def _wave(x: float, *terms: tuple[float, float]) -> float:
    """Sum of amplitude·sin(x·π/divisor), the shape of every periodic part of GCJ-02."""
    return sum(amplitude * math.sin(x * math.pi / divisor) for amplitude, divisor in terms) * 2.0 / 3.0


def _gcj_from_wgs(here: _LatLon) -> _LatLon:
    if not _in_china(here):
        return here
    lat, lon = here
    x, y = lon - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    ripple = _wave(x, (20.0, 1 / 6.0), (20.0, 0.5))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += ripple + _wave(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += ripple + _wave(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))
    phi = math.radians(lat)
    flat = 1 - _ECCENTRICITY_2 * math.sin(phi) ** 2
    north_deg = math.degrees(north / (_AXIS_M * (1 - _ECCENTRICITY_2) / (flat * math.sqrt(flat))))
    east_deg = math.degrees(east / (_AXIS_M / math.sqrt(flat) * math.cos(phi)))
    return lat + north_deg, lon + east_deg


def _bd_from_wgs(here: _LatLon) -> _LatLon:
    if not _in_china(here):
        return here
    lat, lon = _gcj_from_wgs(here)
    radius = math.hypot(lat, lon) + 0.00002 * math.sin(lat * _BD_PI)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_PI)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def _inverse(forward: _Forward, target: _LatLon) -> _LatLon:
    """The point that `forward` carries to `target`, by fixed-point iteration."""
    if not _in_china(target):
        return target
    guess = target
    for _ in range(_MAX_STEPS):
        reached = forward(guess)
        miss = target[0] - reached[0], target[1] - reached[1]
        guess = guess[0] + miss[0], guess[1] + miss[1]
        if abs(miss[0]) < _TOLERANCE_DEG and abs(miss[1]) < _TOLERANCE_DEG:
            break
    return guess
