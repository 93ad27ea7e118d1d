"""Where on the earth a point of the picture lies, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contracts.cameras import Camera, Zone
from contracts.geo import EARTH_RADIUS_M, GeoPoint, Place, PositionQuality, offset
from detectors.zones import contains

Matrix = npt.NDArray[np.float64]
Point = tuple[float, float]

FLOOR_SIGMA_M = 4.0
"""no calibration by hand is better than this on a street"""
CEILING_SIGMA_M = 80.0
VIEW_SIGMA_M = (30.0, 80.0)
"""of a camera without ground points, which only knows what it looks at"""
FOOT_ERROR = 0.01
"""how far a box's lower edge is off, fraction of the picture"""
MIN_POINTS = 4
AREA_GRID = 64
"""a zone's area is summed over so many by so many cells of the picture"""


@dataclass(frozen=True, slots=True)
class Ground:
    """A homography from fractions of the picture to metres east and north of an origin on the ground."""

    origin: GeoPoint
    homography: Matrix
    residual_m: float
    """how far the calibration's own points are off, root mean square per axis"""

    def locate(self, point: Point) -> tuple[GeoPoint, Matrix] | None:
        """The WGS-84 position and its 2×2 covariance in m² (east, north); None on or above the horizon."""
        x, y = point
        east, north, w = self.homography @ np.array([x, y, 1.0])
        if abs(w) < 1e-9 or self.sign() * w <= 0:
            return None
        h = self.homography
        jacobian = np.array([
            [(h[0, 0] * w - h[2, 0] * east), (h[0, 1] * w - h[2, 1] * east)],
            [(h[1, 0] * w - h[2, 0] * north), (h[1, 1] * w - h[2, 1] * north)],
        ]) / w**2  # fmt: skip
        noise = FLOOR_SIGMA_M**2 + self.residual_m**2
        covariance = jacobian @ jacobian.T * FOOT_ERROR**2 + np.eye(2) * noise
        return offset(self.origin, north_m=float(north / w), east_m=float(east / w)), covariance

    def metres(self, point: Point) -> Point | None:
        """Metres east and north of the origin; None on or above the horizon."""
        east, north, w = self.homography @ np.array([*point, 1.0])
        return None if abs(w) < 1e-9 or self.sign() * w <= 0 else (float(east / w), float(north / w))

    def sign(self) -> float:
        """Which side of the horizon is ground: that of the lower middle of the picture."""
        return float(np.sign(self.homography[2] @ np.array([0.5, 0.95, 1.0]))) or 1.0


def ground_of(camera: Camera) -> Ground | None:
    """The camera's homography by least squares; None without four points that fix a plane (no three on one line).

    Source: normalised DLT, Hartley and Zisserman, Multiple View Geometry, algorithm 4.2.
    """
    points = camera.ground_points
    if len(points) < MIN_POINTS:
        return None
    picture = np.array([[point.x, point.y] for point in points])
    metres = np.array([_metres(camera.place, GeoPoint(lat=point.lat, lon=point.lon)) for point in points])
    homography = _fit(picture, metres)
    if homography is None:
        return None
    mapped = np.c_[picture, np.ones(len(picture))] @ homography.T
    residual = float(np.sqrt(np.mean((mapped[:, :2] / mapped[:, 2:] - metres) ** 2)))
    return Ground(camera.place, homography, residual)


def place_of(camera: Camera, ground: Ground | None, feet: Sequence[Point]) -> Place:
    """Where something is that stands on these points of the picture; the middle of the view when that is not known."""
    spots = [spot for foot in feet if ground is not None and (spot := ground.locate(foot)) is not None]
    if not spots:
        return view_place(camera)
    offsets = np.array([_metres(camera.place, point) for point, _ in spots])
    middle = offsets.mean(axis=0)
    apart = offsets - middle
    covariance = np.mean([one for _, one in spots], axis=0) + apart.T @ apart / len(spots)
    variance = float(np.trace(covariance)) / 2
    point = offset(camera.place, east_m=float(middle[0]), north_m=float(middle[1]))
    sigma = min(max(math.sqrt(variance), FLOOR_SIGMA_M), CEILING_SIGMA_M)
    east, both, north = (round(float(one) * sigma * sigma / variance, 2) for one in covariance[[0, 0, 1], [0, 1, 1]])
    return Place(
        lat=point.lat,
        lon=point.lon,
        sigma_m=round(sigma, 1),
        covariance_m2=(east, both, north),
        quality=PositionQuality.EXACT,
    )


def area_m2(ground: Ground, zone: Zone | None, *, reach_m: float) -> float:
    """How much ground a zone covers, None the whole picture; what is further than `reach_m` does not count.

    The change of variables of an integral: the sum of |det J| over small cells, with det J = det H / w³.
    """
    middles = (np.arange(AREA_GRID) + 0.5) / AREA_GRID
    points = [(float(x), float(y)) for y in middles for x in middles if contains(zone, (x, y))]
    if not points:
        return 0.0
    east, north, w = ground.homography @ np.c_[np.array(points), np.ones(len(points))].T
    near = (w * ground.sign() > 1e-9) & (east**2 + north**2 < (reach_m * w) ** 2)
    jacobians = np.abs(np.linalg.det(ground.homography)) / np.abs(w[near]) ** 3
    return float(jacobians.sum() / AREA_GRID**2)


def view_place(camera: Camera) -> Place:
    """The middle of what the camera looks at, with the view's size as its uncertainty."""
    low, high = VIEW_SIGMA_M
    sigma = min(max(camera.view_range_m / 2, low), high)
    point = camera.view or _middle_of_view(camera)
    return Place(lat=point.lat, lon=point.lon, sigma_m=sigma, quality=PositionQuality.AREA)


def camera_place(camera: Camera) -> Place:
    """Where the camera itself hangs."""
    return Place(lat=camera.place.lat, lon=camera.place.lon, sigma_m=FLOOR_SIGMA_M, quality=PositionQuality.EXACT)


def _middle_of_view(camera: Camera) -> GeoPoint:
    bearing, ahead = math.radians(camera.bearing_deg), camera.view_range_m / 2
    return offset(camera.place, north_m=ahead * math.cos(bearing), east_m=ahead * math.sin(bearing))


def _metres(origin: GeoPoint, point: GeoPoint) -> tuple[float, float]:
    north = math.radians(point.lat - origin.lat) * EARTH_RADIUS_M
    east = math.radians(point.lon - origin.lon) * EARTH_RADIUS_M * math.cos(math.radians(origin.lat))
    return east, north


def _fit(picture: Matrix, metres: Matrix) -> Matrix | None:
    to_unit, from_unit = _normaliser(picture), _normaliser(metres)
    a, b = _apply(to_unit, picture), _apply(from_unit, metres)
    rows = []
    for (x, y), (u, v) in zip(a, b, strict=True):
        rows.append([-x, -y, -1, 0, 0, 0, u * x, u * y, u])
        rows.append([0, 0, 0, -x, -y, -1, v * x, v * y, v])
    _, singular, vectors = np.linalg.svd(np.array(rows))
    if singular[7] < 1e-3 * singular[0]:  # a second solution: the points do not fix a plane
        return None
    homography = np.linalg.inv(from_unit) @ vectors[-1].reshape(3, 3) @ to_unit
    return np.asarray(homography / np.linalg.norm(homography))


def _normaliser(points: Matrix) -> Matrix:
    """Moves points to mean 0 and mean distance √2, which keeps the least squares well conditioned."""
    mean = points.mean(axis=0)
    spread = float(np.mean(np.linalg.norm(points - mean, axis=1))) or 1.0
    scale = math.sqrt(2) / spread
    return np.array([[scale, 0, -scale * mean[0]], [0, scale, -scale * mean[1]], [0, 0, 1]])


def _apply(transform: Matrix, points: Matrix) -> Matrix:
    return np.asarray((np.c_[points, np.ones(len(points))] @ transform.T)[:, :2])
