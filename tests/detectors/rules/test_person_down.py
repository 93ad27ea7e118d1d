import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.detections import Box, Detection
from detectors.rules import person_down
from detectors.rules.happening import Intent, Phase, Sight
from tests.detectors.rules.playing import SQUARE, moving, phases, play, sight
from tests.detectors.scenes import at, scope

STANDS = sight(moving(1, 0.5, 0.6, tall=0.2, wide=0.08))


def lies(x: float = 0.5, y: float = 0.62, *, wide: float = 0.2, tall: float = 0.08) -> Sight:
    """A lying box that no track follows: trackers lose who falls."""
    return Sight((Detection("person", 0.5, Box(x - wide / 2, y - tall, x + wide / 2, y)),), (), SQUARE)


NOTHING = Sight((), (), SQUARE)


def seen(*sights: Sight, **thresholds: float) -> list[tuple[float, Intent]]:
    return play(person_down, sights, scope("person_down", **thresholds), every_s=0.25)


@pytest.mark.parametrize(("looks", "told"), [(32, 0), (33, 1)], ids=["7.75 s", "8 s"])
def test_who_stood_and_lies_for_eight_seconds_is_told(looks: int, told: int) -> None:
    assert phases(seen(*[STANDS] * 8, *[lies()] * looks)) == [Phase.BEGAN] * told


def test_it_began_with_the_fall() -> None:
    [(_, intent)] = seen(*[STANDS] * 8, *[lies()] * 40)
    assert intent.started_at == at(2)
    assert intent.boxes == (lies().detections[0].box,)
    assert intent.measures["down_s"] >= 8


def test_who_never_stood_is_none() -> None:
    assert seen(*[lies()] * 80) == []


@pytest.mark.parametrize(("upright", "told"), [(3, 0), (4, 1)], ids=["0.5 s", "0.75 s"])
def test_the_upright_track_must_have_been_one(upright: int, told: int) -> None:
    assert len(seen(*[STANDS] * upright, *[lies()] * 40)) == told


@pytest.mark.parametrize(("gone", "told"), [(23, 1), (25, 0)], ids=["5.75 s", "6.25 s"])
def test_the_fall_itself_may_be_missed(gone: int, told: int) -> None:
    assert len(seen(*[STANDS] * 8, *[NOTHING] * gone, *[lies()] * 40)) == told


@pytest.mark.parametrize(("missed", "told"), [(19, 1), (20, 0)], ids=["5 s", "5.25 s"])
def test_who_lies_may_be_missed_for_a_moment(missed: int, told: int) -> None:
    assert len(seen(*[STANDS] * 8, *[lies()] * 12, *[NOTHING] * missed, *[lies()] * 22)) == told


@pytest.mark.parametrize(
    "low",
    [
        pytest.param(lies(0.75), id="lies somewhere else"),
        pytest.param(lies(0.5, 0.47), id="head as high as before: only the foot is hidden"),
        pytest.param(lies(0.5, 0.62, wide=0.1, tall=0.12), id="sits or crouches"),
        pytest.param(lies(0.5, 0.995), id="cut off by the lower edge"),
    ],
)
def test_what_is_no_fall_is_not_told(low: Sight) -> None:
    assert seen(*[STANDS] * 8, *[low] * 60) == []


def test_who_gets_up_again_soon_is_not_told() -> None:
    assert seen(*[STANDS] * 8, *[lies()] * 20, *[STANDS] * 60) == []


def test_it_ends_when_nobody_lies_there_any_more() -> None:
    told = seen(*[STANDS] * 8, *[lies()] * 60, *[STANDS] * 80)
    assert phases(told) == [Phase.BEGAN, Phase.ENDED]


def test_without_tracks_nothing_is_told() -> None:
    assert play(person_down, [Sight(lies().detections, None)] * 60, scope("person_down"), every_s=2.0) == []


@given(st.lists(st.tuples(st.floats(0.1, 0.9), st.floats(1.4, 4.0)), min_size=1, max_size=80))
def test_who_is_never_seen_lying_is_never_told(walk: list[tuple[float, float]]) -> None:
    sights = [sight(moving(1, x, 0.6, tall=0.2, wide=0.2 / ratio)) for x, ratio in walk]
    assert seen(*sights) == []


def test_a_second_look_is_asked_for_where_somebody_has_just_vanished_and_where_somebody_lies() -> None:
    state, here = person_down.START, scope("person_down")
    for look in range(8):
        state, _ = person_down.step(state, STANDS, at(0.25 * look), here)
    assert person_down.places(state, at(1.75), here) == ()
    state, _ = person_down.step(state, NOTHING, at(2), here)
    assert person_down.places(state, at(2), here) == (STANDS.tracks[0].box,)  # type: ignore[index]
    state, _ = person_down.step(state, lies(), at(2.25), here)
    assert lies().detections[0].box in person_down.places(state, at(2.25), here)
    for look in range(24):
        state, _ = person_down.step(state, NOTHING, at(2.5 + 0.25 * look), here)
    assert person_down.places(state, at(8.5), here) == ()
