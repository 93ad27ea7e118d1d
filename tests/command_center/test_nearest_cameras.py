import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.nearest_cameras import facing, nearest
from contracts.cameras import Camera
from contracts.geo import GeoPoint, distance_m, offset
from tests.command_center.seeding import HERE, camera

PLACE = GeoPoint(lat=HERE.lat, lon=HERE.lon)


def south(number: int, metres: float, bearing: float = 0.0, **more: object) -> Camera:
    """So many metres south of the place; bearing 0 looks straight at it."""
    return camera(number, place=offset(PLACE, north_m=-metres), bearing_deg=bearing, **more)


@pytest.mark.parametrize(
    ("bearing", "angle", "expected"),
    [
        (0, 70, "front"),
        (35, 70, "front"),
        (36, 70, "side"),
        (325, 70, "front"),
        (80, 70, "side"),
        (81, 70, "away"),
        (180, 70, "away"),
        (180, 360, "front"),
    ],
)
def test_front_side_and_away_go_by_the_angle_of_view(bearing: float, angle: float, expected: str) -> None:
    assert facing(PLACE, south(1, 30, bearing, view_angle_deg=angle)) == expected


def test_a_camera_above_the_place_faces_it_wherever_it_looks() -> None:
    assert facing(PLACE, south(1, 5, 180)) == "front"


def test_the_stated_middle_of_the_view_goes_before_the_bearing() -> None:
    assert facing(PLACE, south(1, 30, 180, view=PLACE)) == "front"


def order(cameras: list[Camera], dead: set[int] = frozenset(), limit: int = 4) -> list[int]:  # type: ignore[assignment]
    online = {one.camera_id for one in cameras if int(one.camera_id[-2:]) not in dead}
    return [int(one.camera.camera_id[-2:]) for one in nearest(PLACE, cameras, online, limit=limit)]


def test_usable_and_facing_come_first_by_distance() -> None:
    cameras = [south(1, 90), south(2, 20, 180), south(3, 40), south(4, 30, 60), south(5, 60)]
    assert order(cameras) == [3, 5, 1, 4]


def test_a_dead_camera_that_faces_the_place_keeps_a_tile() -> None:
    cameras = [south(1, 20), south(2, 30), south(3, 40), south(4, 50), south(5, 60)]
    assert order(cameras, dead={1}) == [2, 3, 4, 1]


def test_a_dead_camera_further_away_takes_no_tile_from_a_living_one() -> None:
    cameras = [south(1, 20), south(2, 30), south(3, 40), south(4, 50), south(5, 60)]
    assert order(cameras, dead={5}) == [1, 2, 3, 4]


def test_a_place_out_of_reach_leaves_only_what_is_nearest() -> None:
    near, far = south(1, 149), south(2, 181)
    assert order([far, near]) == [1, 2]
    assert order([south(1, 200, 180), far]) == [2, 1]


@given(st.lists(st.tuples(st.floats(1, 500), st.floats(0, 359), st.booleans()), max_size=12))
def test_what_is_chosen_is_among_the_cameras_once_and_at_most_four(found: list[tuple[float, float, bool]]) -> None:
    cameras = [south(number, metres, bearing) for number, (metres, bearing, _) in enumerate(found)]
    online = {one.camera_id for one, (_, _, alive) in zip(cameras, found, strict=True) if alive}
    best = nearest(PLACE, cameras, online)
    assert len(best) == min(4, len(cameras))
    assert len({one.camera.camera_id for one in best}) == len(best)
    for one in best:
        assert one.usable == (one.camera.camera_id in online)
        assert one.distance_m == pytest.approx(distance_m(one.camera.place, PLACE))
