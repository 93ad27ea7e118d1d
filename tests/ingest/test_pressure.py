import pytest

from ingest.pressure import MOST_S, WINDOW_S, Pressure


def after(put: int, lost: int, *, spacing_s: float = 0.0) -> float:
    """The spacing after one window in which so many pictures came and were lost."""
    start = Pressure(spacing_s, 0.0, 100, 10)
    return start.step(100 + put, 10 + lost, max(WINDOW_S, 2 * spacing_s)).spacing_s


def test_nothing_is_concluded_before_a_window_is_over() -> None:
    pressure = Pressure().step(0, 0, 0.0)
    assert pressure.step(50, 49, WINDOW_S - 0.1) == pressure


@pytest.mark.parametrize(
    ("put", "lost", "before_s", "after_s"),
    [
        pytest.param(40, 20, 0.0, 0.36, id="half is lost: twice as far apart"),
        pytest.param(40, 7, 0.0, 0.218, id="just too many"),
        pytest.param(40, 6, 0.0, 0.0, id="chance"),
        pytest.param(4, 4, 0.0, 7.2, id="nothing was taken"),
        pytest.param(20, 2, 0.4, 0.4, id="a few lost: well chosen"),
        pytest.param(20, 0, 1.0, 0.85, id="none lost: it gives way"),
        pytest.param(20, 0, 0.22, 0.0, id="… to nothing"),
        pytest.param(0, 0, 4.0, 3.4, id="no picture came at all"),
        pytest.param(40, 40, 9.0, MOST_S, id="never more than the most"),
    ],
)
def test_the_spacing_follows_what_is_looked_at(put: int, lost: int, before_s: float, after_s: float) -> None:
    assert after(put, lost, spacing_s=before_s) == pytest.approx(after_s, abs=0.01)
