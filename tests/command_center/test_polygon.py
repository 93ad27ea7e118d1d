import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from command_center.polygon import area_m2, bounds, crosses_itself, holds
from contracts.geo import GeoPoint, offset

SQUARE = ((34.0, 118.0), (34.0, 118.01), (34.01, 118.01), (34.01, 118.0))
ELL = ((0.0, 0.0), (0.0, 3.0), (1.0, 3.0), (1.0, 1.0), (3.0, 1.0), (3.0, 0.0))
BOW = ((34.0, 118.0), (34.01, 118.01), (34.0, 118.01), (34.01, 118.0))
HERE = GeoPoint(lat=34.3287, lon=118.0067)


def circle(metres: float, corners: int = 48) -> tuple[tuple[float, float], ...]:
    turns = [2 * math.pi * n / corners for n in range(corners)]
    points = [offset(HERE, north_m=metres * math.cos(turn), east_m=metres * math.sin(turn)) for turn in turns]
    return tuple((point.lat, point.lon) for point in points)


@pytest.mark.parametrize(
    ("ring", "place", "inside"),
    [
        (SQUARE, (34.005, 118.005), True), (SQUARE, (34.011, 118.005), False), (SQUARE, (34.005, 117.999), False),
        (SQUARE, (34.005, 118.011), False), (ELL, (0.5, 2.5), True), (ELL, (2.5, 0.5), True), (ELL, (2.0, 2.0), False),
    ],
    ids=["middle", "north", "west", "east", "one arm", "other arm", "between the arms"],
)  # fmt: skip
def test_a_place_is_inside_or_outside(
    ring: tuple[tuple[float, float], ...], place: tuple[float, float], inside: bool
) -> None:
    assert holds(ring, *place) is inside


@pytest.mark.parametrize(
    ("ring", "crosses"), [(SQUARE, False), (ELL, False), (BOW, True)], ids=["square", "ell", "bow"]
)
def test_a_ring_that_crosses_itself_is_known(ring: tuple[tuple[float, float], ...], crosses: bool) -> None:
    assert crosses_itself(ring) is crosses


@given(st.floats(5, 2_000), st.floats(0, 4_000), st.floats(0, 2 * math.pi))
def test_a_circle_holds_what_is_nearer_than_its_radius(radius: float, distance: float, turn: float) -> None:
    assume(not 0.99 * radius < distance < 1.001 * radius)  # the ring has corners, a circle has none
    place = offset(HERE, north_m=distance * math.cos(turn), east_m=distance * math.sin(turn))
    assert holds(circle(radius), place.lat, place.lon) == (distance < radius)


@given(st.integers(0, 3), st.booleans(), st.floats(33.99, 34.02), st.floats(117.99, 118.02))
def test_where_a_ring_begins_and_which_way_it_runs_changes_nothing(
    first: int, back: bool, lat: float, lon: float
) -> None:
    assume(lat not in (34.0, 34.01) and lon not in (118.0, 118.01))
    turned = (*SQUARE[first:], *SQUARE[:first])
    turned = tuple(reversed(turned)) if back else turned
    assert holds(turned, lat, lon) == holds(SQUARE, lat, lon)
    assert area_m2(turned) == pytest.approx(area_m2(SQUARE), rel=1e-6)


def test_the_area_of_a_circle_is_that_of_a_circle() -> None:
    assert area_m2(circle(100, corners=96)) == pytest.approx(math.pi * 100**2, rel=0.002)


def test_bounds_are_south_west_north_east() -> None:
    assert bounds(SQUARE) == (34.0, 118.0, 34.01, 118.01)
