import pytest

from command_center.room import LATEST_S, SOONEST_S, rest_s


@pytest.mark.parametrize(
    ("written", "rest"),
    [(0, SOONEST_S), (2, SOONEST_S), (33, SOONEST_S), (34, 0.0051), (500, 0.075), (666, 0.0999), (667, LATEST_S)],
)
def test_a_few_seats_are_told_at_once_and_hundreds_together(written: int, rest: float) -> None:
    assert rest_s(written) == pytest.approx(rest)
