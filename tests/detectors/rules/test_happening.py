from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.rules.happening import NOTHING, Happening, Intent, Level, Limits, Phase, step
from tests.detectors.scenes import at

LIMITS = Limits(hold_s=4, clear_s=10, every_s=60, change=3)


def level(count: int) -> Level:
    return Level(count, on=count >= 6, off=count < 4)


def play(counts: dict[float, int], limits: Limits = LIMITS, state: Happening = NOTHING) -> list[tuple[float, Intent]]:
    told = []
    for seconds, count in counts.items():
        state, intent = step(state, level(count), at(seconds), limits)
        if intent is not None:
            told.append((seconds, intent))
    return told


@pytest.mark.parametrize(("lasts_s", "told"), [(3.9, False), (4.0, True)])
def test_it_begins_once_it_has_held(lasts_s: float, told: bool) -> None:
    begun = play({0: 6, lasts_s: 6})
    assert bool(begun) is told
    if begun:
        assert begun[0][1] == Intent(Phase.BEGAN, at(0), None, 6)


@pytest.mark.parametrize(
    ("dip", "told"), [pytest.param(4, True, id="between the thresholds"), pytest.param(3, False, id="below the lower")]
)
def test_a_dip_between_the_thresholds_is_forgiven(dip: int, told: bool) -> None:
    assert bool(play({0: 6, 2: dip, 5: 6})) is told


def test_it_does_not_begin_on_a_count_between_the_thresholds() -> None:
    assert play({0: 5, 10: 5, 20: 4}) == []
    assert [seconds for seconds, _ in play({0: 6, 5: 5, 9: 6})] == [9]


@pytest.mark.parametrize(("clear_s", "ended"), [(9.9, False), (10.0, True)])
def test_it_ends_once_it_has_cleared_and_says_since_when(clear_s: float, ended: bool) -> None:
    told = play({0: 6, 4: 8, 20: 3, 20 + clear_s: 2})
    assert [intent.phase for _, intent in told] == [Phase.BEGAN, Phase.ENDED][: 1 + ended]
    if ended:
        assert told[1][1] == Intent(Phase.ENDED, at(0), at(20), 8)


def test_coming_back_before_it_has_cleared_goes_on() -> None:
    assert [intent.phase for _, intent in play({0: 6, 4: 6, 10: 3, 15: 6, 24: 3, 33: 6})] == [Phase.BEGAN]


def test_it_can_happen_again_and_is_another_happening() -> None:
    told = play({0: 6, 4: 6, 10: 0, 20: 0, 30: 6, 34: 6})
    assert [(intent.phase, intent.started_at) for _, intent in told] == [
        (Phase.BEGAN, at(0)), (Phase.ENDED, at(0)), (Phase.BEGAN, at(30)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "updates"),
    [
        pytest.param({14: 8}, [], id="two more is nothing new"),
        pytest.param({14: 9}, [14], id="three more is"),
        pytest.param({13.9: 9}, [], id="but not so soon"),
        pytest.param({14: 9, 24: 11}, [14], id="what was told is the new measure"),
        pytest.param({63.9: 6}, [], id="a minute is not yet over"),
        pytest.param({64: 6}, [64], id="every minute"),
        pytest.param({30: 4, 40: 5}, [], id="fewer is told with the minute"),
    ],
)
def test_updates_are_few(counts: dict[float, int], updates: list[float]) -> None:
    told = play({0: 6, 4: 6, **counts})
    assert [seconds for seconds, intent in told if intent.phase is Phase.CHANGED] == updates


def test_after_a_long_blindness_it_is_over_as_far_as_anybody_saw() -> None:
    told = play({0: 6, 4: 6, 30: 7, 91: 9, 94: 9, 95: 9})
    assert [(intent.phase, intent.ended_at) for _, intent in told] == [
        (Phase.BEGAN, None), (Phase.ENDED, at(30)),
    ]  # fmt: skip
    assert play({0: 6, 4: 6, 64: 9})[-1][1].phase is Phase.CHANGED


def test_an_older_moment_is_ignored() -> None:
    state, _ = step(NOTHING, level(6), at(10), LIMITS)
    assert step(state, level(0), at(9), LIMITS) == (state, None)


def test_a_rule_may_know_better_since_when() -> None:
    known = replace(level(6), since=at(-30))
    _, intent = step(NOTHING, known, at(0), replace(LIMITS, hold_s=0))
    assert intent is not None
    assert intent.started_at == at(-30)


steps = st.lists(st.tuples(st.floats(0.1, 90), st.integers(0, 30)), max_size=60)


@given(steps)
def test_every_happening_begins_once_and_ends_at_most_once(moves: list[tuple[float, int]]) -> None:
    now, state, running = 0.0, NOTHING, None
    told_at: datetime | None = None
    for pause, count in moves:
        now += pause
        state, intent = step(state, level(count), at(now), LIMITS)
        if intent is None:
            continue
        if intent.phase is Phase.BEGAN:
            assert running is None
            running = intent.started_at
        assert intent.started_at == running
        if intent.phase is Phase.CHANGED:
            assert told_at is not None
            assert (at(now) - told_at).total_seconds() >= LIMITS.soonest_s
        if intent.phase is Phase.ENDED:
            assert intent.ended_at is not None
            assert intent.started_at <= intent.ended_at <= at(now)
            running = None
        told_at = at(now)
