import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import Camera, GroundPoint, Zone
from contracts.geo import GeoPoint, PositionQuality, bearing_deg, distance_m, offset
from detectors.ground import CEILING_SIGMA_M, FLOOR_SIGMA_M, Ground, area_m2, ground_of, place_of, view_place
from tests.detectors.scenes import camera

PLACE = GeoPoint(lat=34.3287, lon=118.0067)
HEIGHT_M, TILT = 6.0, math.radians(25)
FOCAL = 1.0


def on_the_ground(x: float, y: float) -> GeoPoint:
    """Where a pinhole camera 6 m up that looks north, tilted down by 25°, sees the ground; fractions of the picture."""
    right, down = (x - 0.5) * 16 / 9 / FOCAL, (y - 0.5) / FOCAL
    ahead = math.cos(TILT) - down * math.sin(TILT)
    drop = math.sin(TILT) + down * math.cos(TILT)
    return offset(PLACE, north_m=ahead / drop * HEIGHT_M, east_m=right / drop * HEIGHT_M)


def point(x: float, y: float) -> GroundPoint:
    ground = on_the_ground(x, y)
    return GroundPoint(x=x, y=y, lat=ground.lat, lon=ground.lon)


CORNERS = (point(0.1, 0.5), point(0.9, 0.5), point(0.95, 0.95), point(0.05, 0.95))


def calibrated(*points: GroundPoint) -> Camera:
    return camera(place=PLACE, ground_points=points or CORNERS)


@given(st.floats(0.0, 1.0), st.floats(0.4, 1.0))
def test_a_foot_is_where_the_pinhole_camera_sees_it(x: float, y: float) -> None:
    ground = ground_of(calibrated())
    assert ground is not None
    located = ground.locate((x, y))
    assert located is not None
    assert distance_m(located[0], on_the_ground(x, y)) < 0.1


def test_the_far_is_less_sure_than_the_near() -> None:
    ground = ground_of(calibrated())
    assert ground is not None
    near, far = ground.locate((0.5, 0.95)), ground.locate((0.5, 0.3))
    assert near is not None
    assert far is not None
    assert FLOOR_SIGMA_M**2 <= near[1][1, 1] < far[1][1, 1]
    assert np.allclose(near[1], near[1].T)


def test_above_the_horizon_there_is_no_ground() -> None:
    ground = ground_of(calibrated())
    assert ground is not None
    assert ground.locate((0.5, 0.01)) is None


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(CORNERS[:3], id="three"),
        pytest.param(tuple(point(0.1 + 0.2 * n, 0.8) for n in range(4)), id="on one line"),
        pytest.param((point(0.1, 0.8), point(0.5, 0.8), point(0.9, 0.8), point(0.5, 0.5)), id="three on one line"),
        pytest.param((CORNERS[0],) * 4, id="one point four times"),
    ],
)
def test_points_that_fix_no_plane_give_no_ground(points: tuple[GroundPoint, ...]) -> None:
    assert ground_of(camera(place=PLACE, ground_points=points)) is None


def test_a_crowd_is_in_its_middle_and_as_unsure_as_it_is_wide() -> None:
    cam = calibrated()
    one = place_of(cam, ground_of(cam), [(0.5, 0.7)])
    many = place_of(cam, ground_of(cam), [(0.1, 0.7), (0.5, 0.7), (0.9, 0.7)])
    assert distance_m(one, many) < 1.0
    assert FLOOR_SIGMA_M <= one.sigma_m < many.sigma_m <= CEILING_SIGMA_M
    assert one.quality is PositionQuality.EXACT


def test_what_is_far_ahead_is_less_sure_along_the_view_than_across_it() -> None:
    cam = calibrated()
    far = place_of(cam, ground_of(cam), [(0.5, 0.1)])
    assert far.covariance_m2 is not None
    east, _, north = far.covariance_m2
    assert north > 2 * east
    assert (east + north) / 2 == pytest.approx(far.sigma_m**2, rel=0.05)


def test_without_calibration_the_view_is_the_place() -> None:
    cam = camera(view=GeoPoint(lat=34.33, lon=118.01))
    assert place_of(cam, None, [(0.5, 0.7)]) == view_place(cam)
    assert (view_place(cam).lat, view_place(cam).lon) == (34.33, 118.01)
    assert view_place(cam).quality is PositionQuality.AREA


def test_without_a_view_bearing_and_range_give_it() -> None:
    cam = camera(place=PLACE, bearing_deg=90.0, view_range_m=80.0)
    assert distance_m(PLACE, view_place(cam)) == pytest.approx(40, abs=0.1)
    assert bearing_deg(PLACE, view_place(cam)) == pytest.approx(90, abs=0.1)


@pytest.mark.parametrize(("range_m", "sigma_m"), [(20, 30), (60, 30), (61, 30.5), (160, 80), (500, 80)])
def test_a_view_is_as_unsure_as_it_is_deep(range_m: float, sigma_m: float) -> None:
    assert view_place(camera(view_range_m=range_m)).sigma_m == sigma_m


def test_the_area_of_a_zone_on_flat_ground_is_that_of_its_rectangle() -> None:
    flat = Ground(PLACE, np.diag([40.0, -30.0, 1.0]), 0.0)
    half = Zone(name="half", points=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    assert area_m2(flat, None, reach_m=1000) == pytest.approx(1200)
    assert area_m2(flat, half, reach_m=1000) == pytest.approx(600)
    assert area_m2(flat, half, reach_m=10) == pytest.approx(10 * 10 * np.pi / 4, rel=0.05)


def test_what_lies_above_the_horizon_is_no_ground() -> None:
    tilted = Ground(PLACE, np.array([[20.0, 0.0, -10.0], [0.0, 0.0, 8.0], [0.0, 1.0, -0.3]]), 0.0)
    assert tilted.metres((0.5, 0.2)) is None
    assert tilted.metres((0.5, 0.9)) is not None
    assert 0 < area_m2(tilted, None, reach_m=100) < 100 * 100 * np.pi
