import pytest

from contracts.cameras import Zone
from contracts.detections import Box, Detection
from detectors.rules import illegal_parking
from detectors.rules.happening import Intent, Phase, Sight
from tests.detectors.scenes import LEFT_HALF, at, scope, track


def car(x: float, *, label: str = "car", confidence: float = 0.8) -> Detection:
    return Detection(label, confidence, Box(x - 0.1, 0.4, x + 0.1, 0.6))


def play(
    pictures: list[tuple[Detection, ...]], *, every_s: float = 2.0, zone: Zone = LEFT_HALF, tracked: bool = False
) -> list[tuple[float, Intent]]:
    state, told = illegal_parking.START, []
    for number, detections in enumerate(pictures):
        # Every look gives another track number: the worst id switching there can be.
        tracks = tuple(track(number, *hit.box.foot, label=hit.label) for hit in detections) if tracked else None
        now = every_s * number
        sight = Sight(detections, tracks)
        state, intent = illegal_parking.step(state, sight, at(now), scope("illegal_parking", zone=zone))
        told += [(now, intent)] if intent else []
    return told


MODES = pytest.mark.parametrize(
    ("every_s", "tracked"), [(2.0, False), (0.5, True), (0.5, False)], ids=["keyframes", "sub", "full"]
)


@MODES
def test_a_vehicle_that_stands_is_told_after_two_minutes_in_every_mode(every_s: float, tracked: bool) -> None:
    told = play([(car(0.3),)] * int(200 / every_s), every_s=every_s, tracked=tracked)
    assert [(now, intent.phase) for now, intent in told] == [(120.0, Phase.BEGAN)]
    assert told[0][1].started_at == at(0)
    assert told[0][1].boxes == (car(0.3).box,)


@MODES
def test_a_vehicle_that_stands_outside_the_zone_is_nothing_in_every_mode(every_s: float, tracked: bool) -> None:
    assert play([(car(0.7),)] * int(400 / every_s), every_s=every_s, tracked=tracked) == []


def test_a_trembling_box_is_the_same_vehicle() -> None:
    assert len(play([(car(0.3 + 0.01 * (n % 3)),) for n in range(80)])) == 1


@pytest.mark.parametrize(("step", "told"), [(0.0, 1), (0.005, 0)], ids=["standing", "creeping"])
def test_a_queue_that_creeps_is_not_parking(step: float, told: int) -> None:
    assert len(play([(car(0.15 + step * n),) for n in range(65)])) == told


@pytest.mark.parametrize(("hidden", "told"), [(15, 1), (16, 0)], ids=["30 s", "32 s"])
def test_a_vehicle_may_be_hidden_for_half_a_minute(hidden: int, told: int) -> None:
    pictures = [(car(0.3),)] * 30 + [()] * (hidden - 1) + [(car(0.3),)] * 20
    assert len(play(pictures)) == told


def test_a_van_that_is_also_called_a_truck_is_one_vehicle() -> None:
    told = play([(car(0.3), car(0.31, label="truck"))] * 70)
    assert [intent.count for _, intent in told] == [1]


def test_persons_do_not_park() -> None:
    assert play([(car(0.3, label="person"),)] * 100) == []


def test_a_second_vehicle_is_an_update_and_the_last_one_leaving_the_end() -> None:
    pictures = [(car(0.15),)] * 70 + [(car(0.15), car(0.38))] * 70 + [()] * 40
    told = play(pictures)
    assert [(intent.phase, intent.count) for _, intent in told] == [
        (Phase.BEGAN, 1), (Phase.CHANGED, 2), (Phase.ENDED, 2),
    ]  # fmt: skip
