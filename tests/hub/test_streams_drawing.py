"""Zones, lines, masks, ground points and the calendar of streams.yaml."""

from datetime import date, time

import pytest

from hub.streams import read
from tests.hub.test_streams import GOOD, problems

FULL = """\
    live_url: https://media.county/cam1
    tiles: 2
    lines: [{name: kerb, start: [0, 0.5], end: [1, 0.5]}]
    masks: [{name: window, points: [[0, 0], [0.2, 0], [0.2, 0.2], [0, 0.2], [0, 0]]}]
    expected:
      - {name: market, zone: centre, persons: 40, hours: {days: [6, 7], start: 06:30, until: 18:30}}
      - {name: fair, persons: 90, hours: {dates: [2026-12-01], start: "18:00", until: 24:00}}
"""


def test_lines_masks_tiles_and_the_calendar_reach_the_camera() -> None:
    rule = "zone: centre, line: kerb, direction: left, labels: [dog], hours: [{start: 22:00, until: 6:00}]"
    camera = read(GOOD.replace("zone: centre", rule) + FULL).cameras[0]
    assert (camera.tiles, camera.live_url, camera.lines[0].end) == (2, "https://media.county/cam1", (1, 0.5))
    assert (camera.masks[0].name, len(camera.masks[0].points)) == ("window", 5)
    market, fair = camera.expected
    assert (market.hours.days, market.hours.start, market.hours.until) == ((6, 7), time(6, 30), time(18, 30))
    assert (fair.hours.dates, fair.hours.start, fair.hours.until) == ((date(2026, 12, 1),), time(18), time(0))
    (watch,) = camera.rules
    assert (watch.line, watch.direction, watch.labels) == ("kerb", "left", ("dog",))
    assert (watch.hours[0].start, watch.hours[0].until) == (time(22), time(6))


SPOTS = [(0.1, 0.9, -6, 6), (0.9, 0.9, 6, 6), (0.7, 0.4, 8, 40), (0.3, 0.4, -8, 40)]
"""x, y, metres east and north, as a camera that looks north sees them"""


def with_ground(spots: list[tuple[float, float, float, float]]) -> str:
    points = [
        f"{{x: {x}, y: {y}, lat: {34.3 + north / 111_320}, lon: {118 + east / 91_960}}}" for x, y, east, north in spots
    ]
    return GOOD + f"    ground_points: [{', '.join(points)}]\n"


def test_ground_points_seen_from_above_are_taken() -> None:
    assert len(read(with_ground(SPOTS)).cameras[0].ground_points) == 4


@pytest.mark.parametrize(
    ("spots", "says"),
    [
        pytest.param([SPOTS[0][:2] + SPOTS[1][2:], SPOTS[1][:2] + SPOTS[0][2:], *SPOTS[2:]], "fold", id="two swapped"),
        pytest.param([(1 - x, y, e, n) for x, y, e, n in SPOTS], "mirrored", id="left is right"),
        pytest.param([(x, x, e, n) for x, _, e, n in SPOTS], "fix a plane", id="on one line in the picture"),
        pytest.param([(x, y, e, 0) for x, y, e, _ in SPOTS], "fix a plane", id="on one line on the ground"),
    ],
)
def test_ground_points_that_cannot_be_are_told(spots: list[tuple[float, float, float, float]], says: str) -> None:
    ((line, key, message),) = problems(with_ground(spots))
    assert (line, key) == (18, "cameras[0].ground_points")
    assert says in message
