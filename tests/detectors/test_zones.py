import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import Rule, Zone
from contracts.detections import Box
from detectors.zones import contains, in_polygon, overlap, standing_in, zone_of
from tests.detectors.scenes import LEFT_HALF, camera, seen

L_SHAPE = ((0.0, 0.0), (0.6, 0.0), (0.6, 0.3), (0.3, 0.3), (0.3, 0.9), (0.0, 0.9))


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        pytest.param((0.1, 0.8), True, id="in the leg"),
        pytest.param((0.5, 0.2), True, id="in the foot"),
        pytest.param((0.5, 0.5), False, id="in the notch"),
        pytest.param((0.29, 0.6), True, id="just inside"),
        pytest.param((0.31, 0.6), False, id="just outside"),
        pytest.param((0.7, 0.1), False, id="beside"),
    ],
)
def test_a_bent_zone_holds_only_its_inside(point: tuple[float, float], inside: bool) -> None:
    assert in_polygon(L_SHAPE, point) is inside


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_rectangle_holds_what_comparisons_say(x: float, y: float) -> None:
    corners = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    if 0.25 not in (x, y) and 0.75 not in (x, y):
        assert in_polygon(corners, (x, y)) == (0.25 < x < 0.75 and 0.25 < y < 0.75)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=8), st.floats(0, 1), st.floats(0, 1))
def test_the_direction_of_drawing_does_not_matter(corners: list[tuple[float, float]], x: float, y: float) -> None:
    assert in_polygon(corners, (x, y)) == in_polygon(corners[::-1], (x, y))


def test_the_foot_decides_not_the_head() -> None:
    leaning_in = Box(0.45, 0.2, 0.59, 0.6)  # most of it left of the line, the foot at 0.52
    assert not contains(LEFT_HALF, leaning_in.foot)


def test_without_a_zone_the_whole_picture_counts() -> None:
    hits = [seen("person", 0.1, 0.5), seen("person", 0.9, 0.5)]
    assert standing_in(None, hits) == hits
    assert standing_in(LEFT_HALF, hits) == hits[:1]


def test_a_rule_finds_its_zone_by_name() -> None:
    far = Zone(name="far", points=((0, 0), (1, 0), (1, 0.2)))
    cam = camera(zones=(LEFT_HALF, far))
    assert zone_of(cam, Rule(rule="crowd_gathering", zone="far")) == far
    assert zone_of(cam, Rule(rule="crowd_gathering")) is None


@pytest.mark.parametrize(
    ("other", "share"),
    [
        pytest.param(Box(0.0, 0.0, 0.4, 0.4), 1.0, id="the same"),
        pytest.param(Box(0.2, 0.0, 0.6, 0.4), 1 / 3, id="half over"),
        pytest.param(Box(0.4, 0.0, 0.8, 0.4), 0.0, id="side by side"),
        pytest.param(Box(0.1, 0.1, 0.1, 0.1), 0.0, id="empty"),
    ],
)
def test_overlap_of_two_boxes(other: Box, share: float) -> None:
    assert overlap(Box(0.0, 0.0, 0.4, 0.4), other) == pytest.approx(share)
