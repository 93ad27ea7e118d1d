import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.geo import GeoPoint, distance_m, offset
from hub.shapes import Shape, crossing, shape_of

ORIGIN = GeoPoint(lat=34.33, lon=118.0)


def at(north_m: float, east_m: float) -> GeoPoint:
    return offset(ORIGIN, north_m=north_m, east_m=east_m)


def area(*corners: tuple[float, float]) -> Shape:
    return Shape(tuple(at(*corner) for corner in corners), is_area=True)


def line(*points: tuple[float, float]) -> Shape:
    return Shape(tuple(at(*point) for point in points), is_area=False)


FIELD = area((0, 0), (0, 300), (200, 300), (200, 0), (0, 0))


def test_an_area_knows_its_middle_size_and_spread() -> None:
    assert distance_m(FIELD.centre, at(100, 150)) < 1
    assert FIELD.area_m2 == pytest.approx(60_000, rel=0.01)
    assert FIELD.sigma_m == pytest.approx(math.sqrt(60_000 / 12), rel=0.01)
    assert FIELD.half_extent_m == pytest.approx((100, 150), rel=0.01)


@pytest.mark.parametrize(
    ("spot", "inside"),
    [((100, 150), True), ((1, 1), True), ((-1, 150), False), ((201, 150), False), ((100, 301), False)],
)
def test_an_area_holds_what_lies_in_it(spot: tuple[float, float], inside: bool) -> None:
    assert FIELD.holds(at(*spot)) is inside


def test_a_bay_is_outside() -> None:
    horseshoe = area((0, 0), (0, 300), (200, 300), (200, 200), (50, 200), (50, 100), (200, 100), (200, 0))
    assert not horseshoe.holds(at(150, 150))
    assert horseshoe.holds(at(150, 50))


@given(st.floats(-180, 180), st.floats(10, 1000), st.integers(3, 12))
def test_the_middle_of_a_regular_polygon_is_its_middle(turn: float, radius: float, corners: int) -> None:
    angles = [math.radians(turn + 360 * n / corners) for n in range(corners)]
    polygon = area(*((radius * math.cos(a), radius * math.sin(a)) for a in angles))
    assert distance_m(polygon.centre, ORIGIN) < radius * 0.01 + 0.1
    assert polygon.holds(ORIGIN)


def test_the_middle_of_a_line_is_half_its_way() -> None:
    bent = line((0, 0), (0, 300), (100, 300))
    assert distance_m(bent.centre, at(0, 200)) < 1
    assert not bent.holds(bent.centre)
    assert bent.area_m2 == 0.0


def test_a_point_is_its_own_middle() -> None:
    point = shape_of({"type": "Point", "coordinates": [118.0, 34.33]})
    assert (point.centre, point.sigma_m) == (ORIGIN, 0.0)


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        pytest.param(((-100, 50), (100, 50)), (0, 50), id="across"),
        pytest.param(((10, 50), (100, 50)), (0, 50), id="ends just short"),
        pytest.param(((100, 50), (200, 50)), None, id="far short"),
        pytest.param(((100, 0), (100, 300)), None, id="alongside"),
    ],
)
def test_roads_cross_where_they_meet_or_nearly_do(
    other: tuple[tuple[float, float], ...], meets: tuple[float, float] | None
) -> None:
    found = crossing(line((0, 0), (0, 300)), line(*other))
    if meets is None:
        assert found is None
    else:
        assert found is not None
        assert distance_m(found, at(*meets)) < 1


def test_of_a_multi_geometry_the_part_with_most_corners_counts() -> None:
    shape = shape_of({"type": "MultiLineString", "coordinates": [[[118, 34]], [[118, 34], [118.1, 34], [118.2, 34]]]})
    assert len(shape.points) == 3


@pytest.mark.parametrize("geometry", [{"type": "Circle", "coordinates": []}, {"type": "LineString", "coordinates": []}])
def test_other_geometries_are_refused(geometry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="geometry"):
        shape_of(geometry)
