from dataclasses import replace

import pytest

from contracts.cameras import Zone
from contracts.detections import Detection
from detectors.rules import crowd_gathering
from detectors.rules.happening import Intent, Phase, Sight
from tests.detectors.scenes import LEFT_HALF, at, crowd, scope, seen, track


def play(
    pictures: list[tuple[Detection, ...]],
    *,
    every_s: float,
    zone: Zone | None = LEFT_HALF,
    tracked: bool = False,
    expected: int = 0,
) -> list[Intent]:
    state, told = crowd_gathering.START, []
    here = replace(scope("crowd_gathering", zone=zone), expected=expected)
    for number, detections in enumerate(pictures):
        tracks = tuple(track(n, *hit.box.foot) for n, hit in enumerate(detections)) if tracked else None
        now = at(every_s * number)
        state, intent = crowd_gathering.step(state, Sight(detections, tracks), now, here)
        told += [intent] if intent else []
    return told


@pytest.mark.parametrize(
    ("every_s", "tracked"), [(2.0, False), (0.2, True), (0.2, False)], ids=["keyframes", "sub", "full"]
)
def test_a_crowd_is_told_once_in_every_mode(every_s: float, tracked: bool) -> None:
    told = play([crowd(7)] * int(30 / every_s), every_s=every_s, tracked=tracked)
    assert [intent.phase for intent in told] == [Phase.BEGAN]
    assert told[0].started_at == at(0)
    assert told[0].count == len(told[0].boxes) == 7
    assert told[0].confidence == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("every_s", "tracked"), [(2.0, False), (0.2, True), (0.2, False)], ids=["keyframes", "sub", "full"]
)
def test_a_crowd_outside_the_zone_is_nothing_in_every_mode(every_s: float, tracked: bool) -> None:
    assert play([crowd(9, x=0.6)] * int(60 / every_s), every_s=every_s, tracked=tracked) == []


def test_without_a_zone_the_whole_picture_counts() -> None:
    assert len(play([crowd(7, x=0.6)] * 10, every_s=2.0, zone=None)) == 1


@pytest.mark.parametrize(("count", "told"), [(5, 0), (6, 1)])
def test_it_takes_six(count: int, told: int) -> None:
    assert len(play([crowd(count)] * 20, every_s=2.0)) == told


def test_vehicles_are_no_crowd() -> None:
    cars = tuple(seen("car", 0.1 + 0.05 * n, 0.5) for n in range(7))
    assert play([cars] * 20, every_s=2.0) == []


def test_a_flickering_count_does_not_flood() -> None:
    flicker = [crowd(count) for count in (7, 5, 8, 4, 6, 9, 5, 7) * 20]
    told = play(flicker, every_s=2.0)
    assert [intent.phase for intent in told].count(Phase.BEGAN) == 1
    assert len(told) <= 1 + 320 / 60 + 1


@pytest.mark.parametrize(
    ("expected", "count", "told"),
    [
        pytest.param(5, 6, 1, id="fewer are usual than make a crowd"),
        pytest.param(8, 8, 0, id="as many as usual"),
        pytest.param(8, 9, 1, id="one more than usual"),
    ],
)
def test_what_is_usual_here_at_this_hour_is_no_happening(expected: int, count: int, told: int) -> None:
    assert len(play([crowd(count, x=0.05)] * 20, every_s=2.0, zone=None, expected=expected)) == told


def test_above_the_usual_the_hysteresis_stays() -> None:
    counts = [9] * 10 + [7, 8] * 20 + [6] * 10
    told = play([crowd(count, x=0.05) for count in counts], every_s=2.0, zone=None, expected=8)
    assert [intent.phase for intent in told if intent.phase is not Phase.CHANGED] == [Phase.BEGAN, Phase.ENDED]
