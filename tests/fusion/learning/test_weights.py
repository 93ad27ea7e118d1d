"""How much each term deserves."""

import random

import pytest

from fusion.learning.calibration import WEIGHTS_FROM, Answer, calibrate, log_loss, sigmoid
from fusion.learning.weights import LEAST, MOST, TERMS, Row, Weighting, fitted
from fusion.model import Calibration
from fusion.policy import Params
from tests.fusion.scene import Town, call, seen

TRUE = {"space": 0.8, "time": 1.3, "kind": 1.0, "words": 0.9, "prior": 0.5}


def told(count: int, source: str = "grid", seed: int = 1) -> list[Answer]:
    """Answers of a world in which the prior deserves half."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        terms = {name: dice.gauss(0.5, 2.0) for name in TERMS}
        nats = sum(TRUE[name] * value for name, value in terms.items()) - 0.7
        same = dice.random() < sigmoid(nats)
        found.append(Answer(f"{source}-{number}", source, sum(terms.values()), same, terms=terms))
    return found


def test_the_factors_that_made_the_answers_are_found_again() -> None:
    rows = [Row(one.terms, 0.0, one.same, 1.0) for one in told(6000)]

    found = fitted(rows, Weighting(), 0.3, 2.0)

    assert dict(zip(TERMS, found.factors, strict=True)) == pytest.approx(TRUE, abs=0.12)
    assert found.offset == pytest.approx(-0.7, abs=0.2)


def test_without_answers_every_term_counts_once() -> None:
    assert fitted([], Weighting(), 0.3, 2.0) == Weighting()


def test_no_term_is_silenced_or_made_to_shout() -> None:
    always = [Row({"space": 5.0, "prior": -5.0}, 0.0, True, 50.0) for _ in range(200)]

    found = fitted(always, Weighting(), 5.0, 5.0)

    assert all(LEAST <= factor <= MOST for factor in found.factors)


@pytest.mark.parametrize(("count", "weighed"), [(WEIGHTS_FROM - 1, False), (WEIGHTS_FROM, True)])
def test_a_thousand_answers_weigh_the_terms(count: int, weighed: bool) -> None:
    assert bool(calibrate(told(count), ["grid"])["grid"].weights) is weighed


def test_weighed_terms_are_less_surprised_by_answers_they_never_saw() -> None:
    unseen = told(2000, seed=2)
    weighed = calibrate(told(2000), ["grid"])
    plain = {"grid": weighed["grid"].model_copy(update={"weights": {}})}

    assert log_loss(unseen, weighed) < 0.95 * log_loss(unseen, plain)


def test_a_source_without_answers_goes_by_the_factors_of_all() -> None:
    found = calibrate(told(2000), ["grid", "camera"])

    assert found["camera"].weights == pytest.approx(found["grid"].weights, abs=0.15)


def test_the_engine_scores_by_the_factors_and_the_terms_still_sum_to_the_score() -> None:
    calibration = Calibration(weights=dict(TRUE), weights_offset=-0.7)
    model = Params().model.model_copy(update={"calibration": {"police_110": calibration, "camera": Calibration()}})
    town = Town(Params(version="weighed", model=model))

    decision = town.hear(seen(), call(words=("红色轿车",)))

    [candidate] = decision.candidates
    weighed = sum(TRUE[name] * nats for name, nats in candidate.terms.items() if name != "bias") - 0.7
    assert candidate.score == pytest.approx(weighed, abs=1e-5)
    assert sum(candidate.terms.values()) == pytest.approx(candidate.score, abs=1e-6)
