import numpy as np
import pytest

from detectors.quality.diagnosis import START, step
from detectors.quality.keeping import dumped, loaded
from tests.detectors.quality.scenes import HEIGHT, WIDTH, at, known, street, watched


def test_what_was_learned_comes_back_and_judges_the_same() -> None:
    state = known()
    again = loaded(dumped(state))
    before, after = state.sizes[WIDTH, HEIGHT], again.sizes[WIDTH, HEIGHT]
    assert before.lately is not None
    assert after.lately is not None
    assert after.lately.last == before.lately.last
    assert after.lately.sharpness == before.lately.sharpness
    assert [hour is None for hour in after.hours] == [hour is None for hour in before.hours]
    np.testing.assert_allclose(after.lately.edges, before.lately.edges, atol=0.005)
    _, verdicts = watched(again, lambda image, _: image[:, ::-1].copy(), seconds=30)
    assert verdicts[-1].defects


def test_a_camera_of_which_nothing_is_known_is_kept_as_that() -> None:
    assert loaded(dumped(START)).sizes == {}


@pytest.mark.parametrize("data", [b"", b"no zip", dumped(known(seconds=80))[:-40]], ids=["empty", "foreign", "cut off"])
def test_what_cannot_be_read_is_learned_anew(data: bytes) -> None:
    assert loaded(data).sizes == {}


def test_a_day_of_one_camera_stays_small() -> None:
    state = START
    for hour in range(24):
        for second in range(0, 80, 8):
            state, _ = step(state, street(second), at(3600 * hour + second))
    assert len(dumped(state)) < 400_000
