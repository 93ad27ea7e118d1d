import math

import pytest

from contracts.detections import Box, Detection
from detectors.accuracy import count_error, counts_of, mean_average_precision


def hit(x: float, confidence: float = 1.0, label: str = "person", width: float = 0.1) -> Detection:
    return Detection(label, confidence, Box(x, 0.1, x + width, 0.3))


TRUTH = [[hit(0.1), hit(0.5)], [hit(0.3)], []]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(TRUTH, 1.0, id="the same"),
        pytest.param([[], [], []], 0.0, id="nothing"),
        pytest.param([[hit(0.1, 0.9)], [hit(0.3, 0.8)], []], 2 / 3, id="one is missed"),
        pytest.param(
            [[hit(0.1, 0.9), hit(0.5, 0.8)], [hit(0.3, 0.7)], [hit(0.8, 0.1)]], 1.0, id="a doubtful error is last"
        ),
        pytest.param(
            [[hit(0.1, 0.6), hit(0.5, 0.5)], [hit(0.3, 0.7)], [hit(0.8, 0.9)]], 3 / 4, id="a sure error is first"
        ),
        pytest.param([[hit(0.1, 0.9), hit(0.1, 0.8)], [], []], 1 / 3, id="two boxes on one person"),
        pytest.param([[hit(0.1, 0.9, width=0.051)], [], []], 1 / 3, id="half of it is enough"),
        pytest.param([[hit(0.1, 0.9, width=0.049)], [], []], 0.0, id="less than half is not"),
        pytest.param([[hit(0.1, 0.9, "dog")], [], []], 0.0, id="another class"),
    ],
)
def test_precision_at_half_overlap(found: list[list[Detection]], expected: float) -> None:
    assert mean_average_precision(TRUTH, found) == pytest.approx(expected)


def test_a_rare_class_says_nothing_where_there_is_a_common_one() -> None:
    many = [[hit(0.1), hit(0.5, label="dog")]] + [[hit(0.1)]] * 9
    assert mean_average_precision(many, [[hit(0.1)]] * 10) == 1.0
    assert mean_average_precision(many, [[hit(0.1)]] * 10, labels=frozenset({"dog"})) == 0.0


def test_an_empty_reference_has_no_precision() -> None:
    assert math.isnan(mean_average_precision([[]], [[hit(0.1)]]))


def test_counts_are_off_by_what_is_missed_or_too_much() -> None:
    found = [[hit(0.1, 0.9)], [hit(0.3, 0.9), hit(0.6, 0.2)], [hit(0.5, 0.9)]]
    assert count_error(TRUTH, found, "person", min_confidence=0.35) == pytest.approx(2 / 3)
    assert counts_of([[hit(0.1), hit(0.2, label="car")], [hit(0.1)]], min_confidence=0.5) == {"person": 2, "car": 1}
