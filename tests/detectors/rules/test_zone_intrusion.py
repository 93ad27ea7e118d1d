import pytest

from contracts.cameras import Zone
from contracts.detections import Track
from detectors.rules import zone_intrusion
from detectors.rules.happening import Intent, Phase, Sight
from tests.detectors.scenes import LEFT_HALF, at, crowd, scope, track


def play(
    tracks: list[tuple[Track, ...] | None], *, every_s: float = 0.2, zone: Zone = LEFT_HALF, **more: float
) -> list[tuple[float, Intent]]:
    state, told = zone_intrusion.START, []
    for number, seen in enumerate(tracks):
        now, sight = every_s * number, Sight(crowd(3), seen)
        state, intent = zone_intrusion.step(state, sight, at(now), scope("zone_intrusion", zone=zone, **more))
        told += [(now, intent)] if intent else []
    return told


INSIDE, OUTSIDE = (track(1, 0.3, 0.5),), (track(1, 0.7, 0.5),)


@pytest.mark.parametrize(("looks", "told"), [(15, 0), (16, 1)], ids=["2.8 s", "3.0 s"])
def test_somebody_must_stay_three_seconds(looks: int, told: int) -> None:
    assert len(play([INSIDE] * looks)) == told


def test_it_began_when_the_track_came_in() -> None:
    [(_, intent)] = play([OUTSIDE] * 5 + [INSIDE] * 20)
    assert (intent.phase, intent.started_at, intent.count) == (Phase.BEGAN, at(1.0), 1)
    assert intent.boxes == (INSIDE[0].box,)


@pytest.mark.parametrize("every_s", [0.125, 0.2, 1.0])
def test_somebody_outside_the_zone_is_nothing_at_any_rate(every_s: float) -> None:
    assert play([OUTSIDE] * int(60 / every_s), every_s=every_s) == []


def test_detections_without_tracks_say_nothing() -> None:
    assert play([None] * 60, every_s=2.0) == []


@pytest.mark.parametrize(("lost", "told"), [(7, 1), (8, 0)], ids=["1.4 s", "1.6 s"])
def test_a_track_may_be_lost_for_a_moment(lost: int, told: int) -> None:
    assert len(play([INSIDE] * 10 + [()] * (lost - 1) + [INSIDE])) == told


def test_walkers_who_only_cross_it_are_nothing() -> None:
    passing = [(track(number // 10, 0.1 + 0.04 * (number % 10), 0.5),) for number in range(200)]
    assert play(passing) == []


def test_more_intruders_are_one_happening() -> None:
    two = (track(1, 0.3, 0.5), track(2, 0.2, 0.5))
    four = (*two, track(3, 0.1, 0.5), track(4, 0.4, 0.5))
    told = play([INSIDE] * 20 + [two] * 20 + [four] * 60)
    assert [(intent.phase, intent.count) for _, intent in told] == [(Phase.BEGAN, 1), (Phase.CHANGED, 4)]


def test_it_ends_when_the_zone_has_been_empty() -> None:
    told = play([INSIDE] * 20 + [OUTSIDE] * 100)
    assert [intent.phase for _, intent in told] == [Phase.BEGAN, Phase.ENDED]
    assert told[1][1].started_at == at(0)


@pytest.mark.parametrize(("vehicles", "told"), [(0.0, 0), (1.0, 1)])
def test_vehicles_count_only_where_asked(vehicles: float, told: int) -> None:
    car = (track(1, 0.3, 0.5, label="car"),)
    assert len(play([car] * 20, vehicles=vehicles)) == told


@pytest.mark.parametrize(("stays_s", "told"), [(59.8, 0), (60.0, 1)])
def test_who_stays_a_minute_loiters_and_that_is_told_at_once(stays_s: float, told: int) -> None:
    intents = [intent for _, intent in play([INSIDE] * (round(stays_s / 0.2) + 1), every_s=0.2)]
    loitering = [intent for intent in intents if "loitered_s" in intent.measures]
    assert [intent.phase for intent in loitering] == [Phase.CHANGED] * told
    assert all(intent.measures["loitered_s"] >= 60 for intent in loitering)


def test_loitering_is_said_again_only_with_the_minute() -> None:
    intents = [(now, intent) for now, intent in play([INSIDE] * 901, every_s=0.2) if "loitered_s" in intent.measures]
    assert [round(now) for now, _ in intents] == [60, 120, 180]
    assert [round(intent.measures["stayed_s"]) for _, intent in intents] == [60, 120, 180]
