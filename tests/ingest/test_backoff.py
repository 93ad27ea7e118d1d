import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import CameraFault
from ingest.backoff import CAP_S, HEALTHY_AFTER_S, Backoff

CHANCE = st.floats(0, 1, exclude_max=True)


def test_the_ceiling_doubles_up_to_twenty_seconds() -> None:
    state, waits = Backoff(), []
    for _ in range(8):
        state = state.after(0)
        waits.append(state.delay_s(1.0 - 1e-12))
    assert [round(wait) for wait in waits] == [1, 2, 4, 8, 16, 20, 20, 20]


@given(st.integers(0, 10_000), CHANCE)
def test_a_wait_lies_in_the_upper_half_of_its_ceiling(failures: int, chance: float) -> None:
    wait = Backoff(failures).delay_s(chance)
    ceiling = min(CAP_S, 2.0 ** min(max(failures, 1) - 1, 16))
    assert ceiling / 2 <= wait <= ceiling


@pytest.mark.parametrize(
    ("lived_s", "failures"),
    [
        pytest.param(0.0, 6, id="never opened"),
        pytest.param(HEALTHY_AFTER_S - 0.001, 6, id="just short of health"),
        pytest.param(HEALTHY_AFTER_S, 1, id="healthy for long enough"),
    ],
)
def test_only_minutes_of_health_forgive_what_went_before(lived_s: float, failures: int) -> None:
    assert Backoff(5).after(lived_s) == Backoff(failures)


@given(CHANCE)
def test_wrong_passwords_are_tried_slowly_so_that_the_camera_does_not_lock_the_account(chance: float) -> None:
    assert Backoff(1).delay_s(chance, CameraFault.UNAUTHORIZED) >= 12
    assert Backoff(1).delay_s(chance, CameraFault.ENDED) <= 1.0
