"""Calibration: answers in, honest nats out."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.learning.audit import SHARE, is_audited, weight_of
from fusion.learning.calibration import (
    CURVE_FROM,
    LEAST_ANSWERS,
    UNFITTED,
    Answer,
    calibrate,
    curve,
    honest,
    log_loss,
    platt,
    probability,
    sigmoid,
)
from fusion.model import Calibration


def answers(count: int, slope: float, offset: float, source: str = "camera", seed: int = 1) -> list[Answer]:
    dice = random.Random(seed)
    found = []
    for number in range(count):
        nats = dice.uniform(-6, 8)
        found.append(Answer(f"{source}-{number}", source, nats, dice.random() < sigmoid(slope * nats + offset)))
    return found


def test_the_sigmoid_that_made_the_answers_is_found_again() -> None:
    found = platt(answers(4000, 0.7, -1.2), UNFITTED, 0.5, 2.0)

    assert found.slope == pytest.approx(0.7, abs=0.06)
    assert found.offset == pytest.approx(-1.2, abs=0.2)


def test_answers_that_all_say_the_same_do_not_run_away() -> None:
    found = platt([Answer(str(n), "grid", 5.0, True) for n in range(300)], UNFITTED, 0.5, 2.0)

    assert 0.05 <= found.slope < 4
    assert -0.5 <= found.offset < 4


@pytest.mark.parametrize(("count", "fitted"), [(LEAST_ANSWERS - 1, False), (LEAST_ANSWERS, True)])
def test_two_hundred_answers_are_needed(count: int, fitted: bool) -> None:
    found = calibrate(answers(count, 0.7, -1.2), ["camera", "grid"])

    assert (found["camera"] != UNFITTED) is fitted


def test_a_source_of_which_nobody_answered_goes_by_all_the_others() -> None:
    found = calibrate(answers(1000, 0.7, -1.2), ["camera", "grid"])

    assert found["grid"].offset == pytest.approx(platt(answers(1000, 0.7, -1.2), UNFITTED, 0.5, 2.0).offset, abs=1e-3)


@pytest.mark.parametrize(("count", "curved"), [(CURVE_FROM - 1, False), (CURVE_FROM, True)])
def test_two_thousand_answers_make_a_curve(count: int, curved: bool) -> None:
    assert bool(calibrate(answers(count, 0.7, -1.2), ["camera"])["camera"].curve) is curved


def test_a_curve_is_honest_where_a_sigmoid_cannot_be() -> None:
    dice = random.Random(3)
    told = [(dice.uniform(-6, 6), dice.random()) for _ in range(6000)]
    true = [Answer(str(n), "camera", nats, roll < (0.2 if nats < 0 else 0.9)) for n, (nats, roll) in enumerate(told)]

    points = Calibration(curve=curve(true))

    assert sigmoid(honest(-3.0, points)) == pytest.approx(0.2, abs=0.06)
    assert sigmoid(honest(3.0, points)) == pytest.approx(0.9, abs=0.05)


@given(st.lists(st.tuples(st.floats(-20, 20), st.booleans(), st.floats(1, 50)), min_size=1, max_size=200))
def test_a_curve_always_rises(rows: list[tuple[float, bool, float]]) -> None:
    points = curve([Answer(str(n), "grid", nats, same, weight) for n, (nats, same, weight) in enumerate(rows)])

    calibration = Calibration(curve=points)
    values = [honest(nats / 4, calibration) for nats in range(-100, 100)]
    assert values == sorted(values)


def test_a_weight_counts_like_so_many_answers() -> None:
    once = answers(400, 0.9, 0.3)
    twice = [Answer(one.signal_id, one.source, one.nats, one.same, 2.0) for one in once[:200]] + once[200:]
    doubled = once[:200] + once

    assert platt(twice, UNFITTED, 5, 20).slope == pytest.approx(platt(doubled, UNFITTED, 5, 20).slope, abs=0.02)
    assert log_loss(twice, {"camera": UNFITTED}) == pytest.approx(log_loss(doubled, {"camera": UNFITTED}))


def test_loss_and_sigmoid_hold_at_the_ends() -> None:
    assert sigmoid(800.0) == 1.0
    assert sigmoid(-800.0) == 0.0
    assert log_loss([Answer("a", "grid", -900.0, True)], {"grid": Calibration(slope=1, offset=0)}) == 900.0
    assert log_loss([], {}) == 0.0


def test_rivals_take_their_share_and_are_not_taken_for_doubt_of_the_best() -> None:
    dice = random.Random(4)
    true = Calibration(slope=0.8, offset=-0.6)
    asked = [Answer(str(n), "grid", dice.uniform(0, 6), True) for n in range(6000)]
    asked = [replace(one, rivals=(one.nats - dice.uniform(0, 1),)) for one in asked]
    told = [replace(one, same=dice.random() < probability(one, true)) for one in asked]

    found = platt(told, UNFITTED, 0.5, 2.0)

    assert (found.slope, found.offset) == pytest.approx((0.8, -0.6), abs=0.15)
    assert probability(asked[0], true) < sigmoid(honest(asked[0].nats, true))


def test_fewer_surprises_after_calibration_on_answers_it_never_saw() -> None:
    found = calibrate(answers(800, 0.6, -1.5), ["camera"])
    unseen = answers(800, 0.6, -1.5, seed=2)

    assert log_loss(unseen, found) < log_loss(unseen, {"camera": UNFITTED})


def test_two_in_a_hundred_are_audited_and_always_the_same() -> None:
    audited = [name for name in map(str, range(20_000)) if is_audited(f"grid|{name}|0")]

    assert len(audited) == pytest.approx(20_000 * SHARE, rel=0.15)
    assert audited == [name for name in map(str, range(20_000)) if is_audited(f"grid|{name}|0")]
    assert not is_audited("grid|1|0", share=0.0)
    assert is_audited("grid|1|0", share=1.0)


def test_an_audited_answer_stands_for_the_others() -> None:
    assert (weight_of("provisional"), weight_of("join"), weight_of("new")) == (1.0, 50.0, 50.0)
    assert math.isclose(weight_of("join", share=0.1), 10.0)
