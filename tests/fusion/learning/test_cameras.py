"""How often a camera's rule was right, and what is suggested about it."""

import pytest

from fusion.learning.cameras import Shown, counts, interval, precisions, suggested


def shown(real: int, false: int, *, real_at: float = 0.9, false_at: float = 0.4) -> list[Shown]:
    return [Shown(f"r{n}", "c", "fight", real_at, True) for n in range(real)] + [
        Shown(f"f{n}", "c", "fight", false_at, False) for n in range(false)
    ]


@pytest.mark.parametrize(
    ("confirmed", "rejected", "mean", "low", "high"),
    [(0, 0, 0.5, 0.025, 0.975), (9, 1, 10 / 12, 0.587, 0.977), (0, 50, 1 / 52, 0.0005, 0.0698)],
)
def test_the_interval_of_a_beta(confirmed: int, rejected: int, mean: float, low: float, high: float) -> None:
    assert interval(confirmed, rejected) == pytest.approx((mean, low, high), abs=1e-3)


@pytest.mark.parametrize(("rejected", "mute"), [(34, False), (36, True)])
def test_a_mute_is_suggested_when_even_the_best_is_below_one_in_ten(rejected: int, mute: bool) -> None:
    assert precisions(shown(0, rejected))[0].mute is mute


def test_a_threshold_comes_with_what_it_would_have_kept_and_dropped() -> None:
    threshold = precisions(shown(10, 8))[0].threshold

    assert threshold is not None
    assert (threshold.confidence, threshold.kept_real, threshold.dropped_real, threshold.dropped_false) == (
        0.9,
        10,
        0,
        8,
    )
    assert set(threshold.dropped) == {f"f{n}" for n in range(8)}


@pytest.mark.parametrize(
    ("group", "why"),
    [
        (shown(3, 6), "nine are too few"),
        (shown(20, 4), "four false ones are no trouble"),
        (shown(10, 8, real_at=0.4, false_at=0.9), "what is real would go"),
        (shown(10, 8, real_at=0.5, false_at=0.5), "they are not told apart"),
    ],
)
def test_no_threshold_is_suggested_where_it_would_not_pay(group: list[Shown], why: str) -> None:
    assert suggested(group) is None, why


def test_rules_are_listed_worst_first() -> None:
    found = precisions([*shown(5, 0), *[Shown(f"x{n}", "b", "crowd", 0.5, False) for n in range(50)]])

    assert [one.camera for one in found] == ["b", "c"]
    assert counts(found) == {"rules": 2, "mute": 1, "threshold": 0}
