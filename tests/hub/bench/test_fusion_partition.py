"""How like two partitions are, against tables worked by hand."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.learning.reliability import Bin, expected_calibration_error, reliability
from hub.bench.fusion_set.certainty import certain_joins
from hub.bench.fusion_set.partition import likeness

TRUE = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 3}
FOUND = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y", "f": "z"}
SOURCE = {"a": "camera", "b": "police_110", "c": "grid", "d": "camera", "e": "camera", "f": "grid"}
# True pairs: ab ac bc de. Found pairs: ab cd ce de. Both: ab de.
# Across sources, true: ab ac bc. Found: ab cd ce. Both: ab.


def test_a_table_worked_by_hand_comes_out() -> None:
    like = likeness(FOUND, TRUE, SOURCE)

    assert (like.pair_precision, like.pair_recall, like.pair_f1) == (0.5, 0.5, 0.5)
    assert (like.cross_precision, like.cross_recall, like.cross_f1) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    # B-cubed precision: a 1, b 1, c 1/3, d 2/3, e 2/3, f 1 → 14/18. Recall: a 2/3, b 2/3, c 1/3, d 1, e 1, f 1 → 14/18.
    assert like.bcubed_f1 == pytest.approx(14 / 18)
    # 15 pairs in all: (2 − 4·4/15) / (4 − 4·4/15)
    assert like.ari == pytest.approx((2 - 16 / 15) / (4 - 16 / 15))
    assert like.split_rate == pytest.approx(1 / 3)
    assert like.merge_rate == pytest.approx(1 / 3)
    assert like.reduction == pytest.approx(0.5)


def test_the_truth_itself_is_found_perfect() -> None:
    like = likeness({name: f"other {cluster}" for name, cluster in TRUE.items()}, TRUE, SOURCE)

    assert like[:8] == pytest.approx((1.0,) * 8)
    assert (like.split_rate, like.merge_rate) == (0.0, 0.0)


def test_only_singletons_find_nothing_and_claim_nothing_wrong() -> None:
    like = likeness({name: name for name in TRUE}, TRUE, SOURCE)

    assert (like.pair_precision, like.pair_recall, like.pair_f1) == (1.0, 0.0, 0.0)
    assert (like.ari, like.reduction) == (0.0, 0.0)


def test_what_is_not_in_the_truth_is_not_judged() -> None:
    assert likeness(FOUND | {"petition": "x"}, TRUE, SOURCE) == likeness(FOUND, TRUE, SOURCE)


def test_a_signal_that_was_lost_is_no_silent_zero() -> None:
    with pytest.raises(KeyError):
        likeness({name: cluster for name, cluster in FOUND.items() if name != "f"}, TRUE, SOURCE)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("cpg")), min_size=2, max_size=12))
def test_counting_cells_is_counting_pairs(rows: list[tuple[int, int, str]]) -> None:
    names = [str(number) for number in range(len(rows))]
    found = dict(zip(names, (row[0] for row in rows), strict=True))
    true = dict(zip(names, (row[1] for row in rows), strict=True))
    source = dict(zip(names, (row[2] for row in rows), strict=True))
    pairs = [(a, b) for a, b in itertools.combinations(names, 2) if source[a] != source[b]]
    both = sum(1 for a, b in pairs if found[a] == found[b] and true[a] == true[b])
    claimed, there = sum(found[a] == found[b] for a, b in pairs), sum(true[a] == true[b] for a, b in pairs)

    like = likeness(found, true, source)

    assert like.cross_precision == pytest.approx(both / claimed if claimed else 1.0)
    assert like.cross_recall == pytest.approx(both / there if there else 1.0)


def test_certain_joins_leave_out_a_call_beside_a_call_and_what_is_not_certain() -> None:
    true = dict.fromkeys("abcd", 1) | {"e": 2}
    found = dict.fromkeys("abcde", "x")
    source = {"a": "police_110", "b": "police_110", "c": "camera", "d": "grid", "e": "camera"}
    p_of = {"a": 1.0, "b": 0.95, "c": 0.9, "d": 0.89, "e": 0.99}

    certain = certain_joins(found, p_of, true, source)

    # Certain: a b c e. Their pairs without ab: ac bc ae be ce; right: ac bc. True pairs without ab: ac ad bc bd cd.
    assert certain.precision == pytest.approx(2 / 5)
    assert certain.share == pytest.approx(2 / 5)


def test_a_reliability_diagram_by_hand() -> None:
    rows = reliability([(0.95, True, 1.0), (0.91, False, 1.0), (0.55, True, 2.0), (1.0, True, 2.0)])

    assert rows[0] == Bin(pytest.approx(0.55), 1.0, 2.0)
    assert rows[1] == Bin(pytest.approx((0.95 + 0.91 + 2.0) / 4), pytest.approx(0.75), 4.0)
    assert expected_calibration_error(rows) == pytest.approx((2 * 0.45 + 4 * abs(0.965 - 0.75)) / 6)
    assert expected_calibration_error([]) == 0.0
