import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.trend import trend_of


def line(slope: float, *, points: int = 12, noise: float = 0.0, seed: int = 1) -> list[tuple[float, float]]:
    dice = random.Random(seed)
    return [(5.0 * n, 3 + slope * 5.0 * n + dice.gauss(0, noise)) for n in range(points)]


@pytest.mark.parametrize(("points", "said"), [(5, False), (6, True)])
def test_few_points_say_nothing(points: int, said: bool) -> None:
    assert (trend_of(line(0.1, points=points)) is not None) is said


@given(st.floats(-2, 2))
def test_a_straight_line_is_found_exactly(slope: float) -> None:
    trend = trend_of(line(slope))
    assert trend is not None
    assert trend.slope == pytest.approx(slope, abs=1e-6)
    assert trend.level == pytest.approx(3 + slope * 55, abs=1e-5)
    assert trend.low - 1e-9 <= trend.slope <= trend.high + 1e-9


def test_one_wild_point_changes_little() -> None:
    points = line(0.2)
    points[6] = (points[6][0], 90.0)
    trend = trend_of(points)
    assert trend is not None
    assert trend.slope == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("slope", [0.0, 0.1, 0.4])
def test_the_interval_holds_the_true_slope_about_nine_times_in_ten(slope: float) -> None:
    trends = [trend_of(line(slope, points=16, noise=1.0, seed=seed)) for seed in range(400)]
    held = sum(trend is not None and trend.low <= slope <= trend.high for trend in trends) / 400
    assert 0.86 <= held <= 1.0


def test_slow_wandering_widens_the_interval() -> None:
    dice = random.Random(7)
    level, wandering = 0.0, []
    for n in range(24):
        level = 0.8 * level + dice.gauss(0, 1)
        wandering.append((5.0 * n, 8 + level))
    shuffled = [y for _, y in wandering]
    dice.shuffle(shuffled)
    slow, quick = trend_of(wandering), trend_of([(t, y) for (t, _), y in zip(wandering, shuffled, strict=True)])
    assert slow is not None
    assert quick is not None
    assert slow.high - slow.low > quick.high - quick.low
