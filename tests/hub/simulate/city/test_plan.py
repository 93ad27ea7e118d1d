"""The city's plan, its cameras and its chance, whatever the numbers."""

import math
import random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.geo import Datum, GeoPoint
from hub.simulate.city.dice import dice, lag, pick, poisson
from hub.simulate.city.fleet import Cells, covariance_of, fleet_of
from hub.simulate.city.presets import laid_over
from hub.simulate.city.settings import CitySettings, Fleet, Ground
from hub.simulate.city.streets import Streets
from ingest.datum import from_wgs84

CITY = CitySettings(fleet=Fleet(count=200))
STREETS = Streets(CITY.ground, 1)
EYES = fleet_of(CITY, STREETS, 1)
METRES = st.floats(-3_000, 3_000)
SEEDS = st.integers(0, 2**32)


@given(x=METRES, y=METRES)
def test_degrees_and_metres_are_inverse_to_a_centimetre(x: float, y: float) -> None:
    assert STREETS.metres(*STREETS.degrees(x, y)) == pytest.approx((x, y), abs=0.01)


@given(x=st.floats(-9_000, 9_000), y=st.floats(-9_000, 9_000), seed=SEEDS)
def test_whatever_happens_happens_on_a_street_of_the_city(x: float, y: float, seed: int) -> None:
    at = STREETS.onto_street(random.Random(seed), x, y)
    off = min(abs(metres - round(metres / 150) * 150) for metres in at)
    assert off < 6 * CITY.ground.street_sigma_m
    assert max(map(abs, at)) <= 3_000 + 6 * CITY.ground.street_sigma_m


@given(x=METRES, y=METRES)
def test_a_post_has_one_number_and_stands_near(x: float, y: float) -> None:
    number, at = STREETS.post(x, y, 50.0)
    again, there = STREETS.post(*at, 50.0)
    # At a crossing the other street's post is as near.
    assert again == number or math.dist(at, there) < 9
    assert math.dist(at, (x, y)) <= math.hypot(75 + 6, 25) + 1e-6


@settings(max_examples=50)
@given(columns=st.integers(1, 4), rows=st.integers(1, 4), x=METRES, y=METRES)
def test_every_point_lies_in_one_of_the_districts(columns: int, rows: int, x: float, y: float) -> None:
    streets = Streets(Ground(columns=columns, rows=rows, hot_spots=0), 1)
    assert streets.district(x, y) in streets.districts()
    assert len(set(streets.districts())) == columns * rows


@given(number=st.integers(0, 199), seed=SEEDS)
def test_what_a_camera_imagines_lies_in_its_view_and_its_cell_is_asked(number: int, seed: int) -> None:
    eye = EYES[number]
    x, y = eye.anywhere(random.Random(seed))
    assert math.hypot(x - eye.x, y - eye.y) <= 60 + 1e-9
    near = math.hypot(x - eye.x, y - eye.y) * 0.999
    inside = eye.x + (x - eye.x) * 0.999, eye.y + (y - eye.y) * 0.999
    assert eye.sees(*inside) or near < 1e-6 or _at_the_edge(eye.angle, inside[0] - eye.x, inside[1] - eye.y)
    assert number in set(Cells(EYES).around(x, y))


def _at_the_edge(angle: float, east: float, north: float) -> bool:
    off = math.atan2(north, east) - angle
    return abs(abs(math.atan2(math.sin(off), math.cos(off))) - math.radians(50)) < 1e-6


@given(along=st.floats(0.5, 200), across=st.floats(0.5, 200), direction=st.floats(-7, 7))
def test_an_error_ellipse_keeps_its_axes_in_any_direction(along: float, across: float, direction: float) -> None:
    east2, both, north2 = covariance_of(along, across, direction)
    assert east2 + north2 == pytest.approx(along**2 + across**2)
    assert east2 * north2 - both**2 == pytest.approx((along * across) ** 2, rel=1e-5)


@pytest.mark.parametrize("wanted", [0.0, 0.3, 4.0, 29.0, 31.0, 400.0])
def test_poisson_counts_have_the_mean_and_the_variance_that_they_should(wanted: float) -> None:
    rng = random.Random(5)
    counts = [poisson(rng, wanted) for _ in range(3_000)]
    average = mean(counts)
    assert average == pytest.approx(wanted, rel=0.06, abs=0.001)
    assert mean((count - average) ** 2 for count in counts) == pytest.approx(wanted, rel=0.12, abs=0.001)


def test_lags_have_their_median_and_picks_their_shares() -> None:
    rng = random.Random(5)
    lags = sorted(lag(rng, 300.0, 0.9) for _ in range(3_001))
    assert lags[1_500] == pytest.approx(300, rel=0.08)
    picks = [pick(rng, {"a": 3.0, "b": 1.0, "c": 0.0}) for _ in range(4_000)]
    assert picks.count("a") / 4_000 == pytest.approx(0.75, abs=0.03)
    assert "c" not in picks


def test_each_name_has_a_stream_of_its_own() -> None:
    draws = {name: dice(1, *name).random() for name in (("a", "b"), ("a", "c"), ("ab",), ("a", 1), ("a", 11))}
    assert len(set(draws.values())) == len(draws)
    assert dice(1, "a").random() == dice(1, "a").random() != dice(2, "a").random()


@given(
    whole=st.dictionaries(
        st.sampled_from("abc"), st.integers() | st.dictionaries(st.sampled_from("xy"), st.integers())
    ),
    patch=st.dictionaries(
        st.sampled_from("abc"), st.integers() | st.dictionaries(st.sampled_from("xy"), st.integers())
    ),
)
def test_a_patch_laid_twice_is_laid_once(whole: dict[str, object], patch: dict[str, object]) -> None:
    once = laid_over(whole, patch)
    assert laid_over(once, patch) == once
    assert laid_over(whole, {}) == whole
    assert set(once) == set(whole) | set(patch)


def test_the_city_lies_where_gcj_02_shifts_by_hundreds_of_metres() -> None:
    sent = from_wgs84(GeoPoint(lat=CITY.ground.lat, lon=CITY.ground.lon), Datum.GCJ02)
    assert 300 < math.hypot(*STREETS.metres(sent.lat, sent.lon)) < 700
