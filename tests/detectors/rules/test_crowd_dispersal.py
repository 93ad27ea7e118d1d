import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.detections import Track
from detectors.rules import crowd_dispersal
from detectors.rules.happening import Intent, Phase, Sight
from tests.detectors.rules.playing import moving, phases, play, sight
from tests.detectors.scenes import scope, seen

TALL = 0.1
METRE = TALL / 1.7
"""of the picture: a person is 1.7 m"""


def at_speed(m_s: float, number: int, look: int, *, hidden: bool = False) -> Track:
    x = 0.05 + m_s * METRE * 0.25 * look % 0.9
    tall = TALL * (0.5 if hidden else 1.0)
    return moving(number, x, 0.1 + 0.08 * number - (TALL - tall), tall=tall)


def run(speeds: list[float], *, looks: int = 20, **thresholds: float) -> list[tuple[float, Intent]]:
    sights = [sight(*(at_speed(speed, n, look) for n, speed in enumerate(speeds))) for look in range(looks)]
    return play(crowd_dispersal, sights, scope("crowd_dispersal", **thresholds), every_s=0.25)


@pytest.mark.parametrize(
    ("speeds", "told"),
    [
        pytest.param([2.4] * 5, 0, id="fast walkers"),
        pytest.param([2.6] * 5, 1, id="all run"),
        pytest.param([4.0, 4.0], 0, id="two joggers"),
        pytest.param([4.0, 4.0, 4.0], 1, id="three"),
        pytest.param([4.0] * 3 + [1.2] * 4, 0, id="less than half run"),
        pytest.param([4.0] * 3 + [1.2] * 3, 1, id="half run"),
    ],
)
def test_several_must_run_and_most_of_those_there(speeds: list[float], told: int) -> None:
    assert phases(run(speeds)) == [Phase.BEGAN] * told


def test_it_says_how_fast() -> None:
    [(_, intent)] = run([3.5] * 4)
    assert intent.measures["speed_m_s"] == pytest.approx(3.5, abs=0.1)
    assert len(intent.boxes) == 4


def test_feet_that_are_hidden_now_and_then_do_not_run() -> None:
    sights = [sight(*(at_speed(1.2, n, look, hidden=look % 3 == n % 3) for n in range(6))) for look in range(60)]
    assert play(crowd_dispersal, sights, scope("crowd_dispersal"), every_s=0.25) == []


def test_riders_do_not_run() -> None:
    sights = []
    for look in range(20):
        tracks = [at_speed(5.0, n, look) for n in range(4)]
        bikes = tuple(seen("bicycle", *track.box.foot) for track in tracks)
        sights.append(sight(*tracks, extra=bikes))
    assert play(crowd_dispersal, sights, scope("crowd_dispersal"), every_s=0.25) == []


def test_without_tracks_nothing_is_told() -> None:
    assert play(crowd_dispersal, [Sight((), None)] * 9, scope("crowd_dispersal"), every_s=2.0) == []


@given(st.lists(st.floats(0, 2.3), min_size=3, max_size=8), st.integers(0, 40))
def test_walkers_never_run_however_one_look_jumps(speeds: list[float], jump: int) -> None:
    sights = []
    for look in range(41):
        off = 0.2 if look == jump else 0.0
        walkers = [at_speed(min(speed, 1.5), n, look) for n, speed in enumerate(speeds)]
        sights.append(sight(*(moving(t.track_id, t.box.foot[0] + off, t.box.foot[1], tall=TALL) for t in walkers)))
    assert play(crowd_dispersal, sights, scope("crowd_dispersal"), every_s=0.25) == []
