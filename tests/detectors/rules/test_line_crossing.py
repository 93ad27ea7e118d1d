import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import Line
from detectors.rules import line_crossing
from detectors.rules.happening import Intent, Phase, Sight
from detectors.rules.scope import Scope
from tests.detectors.rules.playing import moving, phases, play, sight
from tests.detectors.scenes import scope

UPWARDS = Line(name="gate", start=(0.5, 0.9), end=(0.5, 0.1))
"""who walks it from start to end has the right half of the picture on the right hand"""


def crossing(direction: str = "both", **thresholds: float) -> Scope:
    plain = scope("line_crossing", line=UPWARDS, **thresholds)
    return Scope(plain.thresholds, None, UPWARDS, direction)  # type: ignore[arg-type]


def walk(
    xs: list[float], *, y: float = 0.5, direction: str = "both", label: str = "person"
) -> list[tuple[float, Intent]]:
    return play(line_crossing, [sight(moving(1, x, y, label=label)) for x in xs], crossing(direction), every_s=0.25)


RIGHTWARDS = [0.3 + 0.02 * n for n in range(21)]


@pytest.mark.parametrize(
    ("xs", "direction", "told"),
    [
        pytest.param(RIGHTWARDS, "both", 1, id="to the right, both count"),
        pytest.param(RIGHTWARDS, "right", 1, id="to the right, right counts"),
        pytest.param(RIGHTWARDS, "left", 0, id="to the right, left counts"),
        pytest.param(RIGHTWARDS[::-1], "left", 1, id="to the left, left counts"),
        pytest.param(RIGHTWARDS[::-1], "right", 0, id="to the left, right counts"),
    ],
)
def test_only_the_direction_that_counts_is_told(xs: list[float], direction: str, told: int) -> None:
    assert phases(walk(xs, direction=direction)) == [Phase.BEGAN] * told


def test_the_right_hand_is_that_of_who_walks_the_line() -> None:
    [(_, intent)] = walk(RIGHTWARDS)
    assert intent.measures == {"to_left": 0, "to_right": 1}
    assert intent.count == 1


@pytest.mark.parametrize(
    ("y", "told"), [(0.88, 1), (0.93, 1), (0.96, 0), (0.11, 1), (0.05, 0)],
    ids=["inside", "just past the end", "past the end", "inside the other end", "past the other end"],
)  # fmt: skip
def test_who_goes_around_the_line_does_not_cross_it(y: float, told: int) -> None:
    assert len(walk(RIGHTWARDS, y=y)) == told


@pytest.mark.parametrize("beside", [0.0, 0.005, 0.011], ids=["on it", "trembling", "just within the margin"])
def test_flicker_on_the_line_does_not_count(beside: float) -> None:
    assert walk([0.4, 0.45, *[0.5 + beside, 0.5 - beside] * 40]) == []


@pytest.mark.parametrize(("looks", "told"), [(2, 0), (3, 1)], ids=["0.25 s", "0.5 s"])
def test_one_must_stay_on_the_other_side_for_a_moment(looks: int, told: int) -> None:
    assert len(walk([0.3] * 4 + [0.6] * looks)) == told


def test_who_turns_back_before_the_line_has_not_crossed() -> None:
    assert walk([*RIGHTWARDS[:10], *RIGHTWARDS[:10][::-1]]) == []


def test_a_track_that_is_lost_on_the_line_has_still_crossed() -> None:
    gone = [sight()] * 4
    sights = [sight(moving(1, x, 0.5)) for x in RIGHTWARDS[:9]] + gone + [sight(moving(1, 0.6, 0.5))] * 4
    assert phases(play(line_crossing, sights, crossing(), every_s=0.25)) == [Phase.BEGAN]


def test_many_crossings_are_one_happening_with_a_count_that_ends_when_nobody_comes() -> None:
    sights = [sight(moving(n, x, 0.5)) for n in range(5) for x in RIGHTWARDS] + [sight()] * 60
    told = play(line_crossing, sights, crossing(), every_s=0.25)
    assert phases(told)[0] is Phase.BEGAN
    assert (told[-1][1].phase, told[-1][1].count) == (Phase.ENDED, 5)
    assert Phase.BEGAN not in phases(told)[1:]


def test_vehicles_count_only_where_asked() -> None:
    assert walk(RIGHTWARDS, label="car") == []
    cars = [sight(moving(1, x, 0.5, label="car")) for x in RIGHTWARDS]
    assert len(play(line_crossing, cars, crossing(vehicles=1), every_s=0.25)) == 1


def test_without_tracks_nothing_is_told() -> None:
    assert play(line_crossing, [Sight((), None)] * 9, crossing(), every_s=2.0) == []


@given(st.lists(st.floats(0.0, 0.47), min_size=2, max_size=60), st.booleans())
def test_who_stays_on_one_side_never_crosses(xs: list[float], mirrored: bool) -> None:
    assert walk([1 - x if mirrored else x for x in xs]) == []


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_every_way_across_counts_once_however_the_box_trembles(seed: int, ways: int) -> None:
    dice = random.Random(seed)
    path = [x for n in range(ways) for x in (RIGHTWARDS if n % 2 == 0 else RIGHTWARDS[::-1])]
    sights = [sight(moving(1, x + dice.uniform(-0.01, 0.01), 0.5)) for x in path] + [sight()] * 50
    told = play(line_crossing, sights, crossing(), every_s=0.25)
    assert told[-1][1].count == ways
