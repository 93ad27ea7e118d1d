"""Places on the earth. Inside the hub every position is WGS-84; the datum is spoken only at the edge."""

import math
from enum import StrEnum

from pydantic import Field

from contracts.contract import Contract

EARTH_RADIUS_M = 6_371_008.8
"""mean radius, IUGG"""


class Datum(StrEnum):
    """How a source measured a position. GCJ-02 taken for WGS-84 is off by 300-700 m, BD-09 by about a kilometre."""

    WGS84 = "WGS-84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class Position(Contract):
    """A position as a source sent it, in its own datum, degrees."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    datum: Datum
    accuracy_m: float | None = Field(default=None, gt=0, le=50_000)


class GeoPoint(Contract):
    """A WGS-84 point, degrees."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class PositionQuality(StrEnum):
    """How a signal got its place."""

    EXACT = "exact"
    LANDMARK = "landmark"
    GRID = "grid"
    AREA = "area"


class Place(Contract):
    """Where something happened, WGS-84, with its own uncertainty."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    sigma_m: float = Field(gt=0)
    """one standard deviation per axis, metres"""
    covariance_m2: tuple[float, float, float] | None = None
    """(east², east·north, north²), square metres, where the error is not round: a ground point far from its camera, a
    view, a road; `sigma_m` stays its one-number summary"""
    polygon: tuple[tuple[float, float], ...] | None = None
    """(lat, lon) corners when the place is a view or a grid rather than a point"""
    quality: PositionQuality = PositionQuality.EXACT


def distance_m(a: GeoPoint | Place, b: GeoPoint | Place) -> float:
    """Great-circle distance in metres (haversine)."""
    return distance_between(a.lat, a.lon, b.lat, b.lon)


def distance_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in metres between two WGS-84 points in degrees (haversine)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_dphi = (phi_b - phi_a) / 2
    half_dlambda = math.radians(lon_b - lon_a) / 2
    h = math.sin(half_dphi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_dlambda) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def bearing_deg(a: GeoPoint | Place, b: GeoPoint | Place) -> float:
    """Compass bearing from `a` to `b`, degrees, 0 = north, clockwise, in [0, 360)."""
    phi_a, phi_b = math.radians(a.lat), math.radians(b.lat)
    dlambda = math.radians(b.lon - a.lon)
    y = math.sin(dlambda) * math.cos(phi_b)
    x = math.cos(phi_a) * math.sin(phi_b) - math.sin(phi_a) * math.cos(phi_b) * math.cos(dlambda)
    return math.degrees(math.atan2(y, x)) % 360


def offset(point: GeoPoint | Place, *, north_m: float = 0.0, east_m: float = 0.0) -> GeoPoint:
    """The WGS-84 point that lies so many metres north and east; exact enough below 50 km."""
    dlat = math.degrees(north_m / EARTH_RADIUS_M)
    dlon = math.degrees(east_m / (EARTH_RADIUS_M * math.cos(math.radians(point.lat))))
    return GeoPoint(lat=point.lat + dlat, lon=point.lon + dlon)
