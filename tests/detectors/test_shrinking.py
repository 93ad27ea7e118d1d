import numpy as np
import pytest

from detectors.shrinking import resized


def striped(width: int, every: int) -> np.ndarray:
    """White columns, one in `every`, on black."""
    picture = np.zeros((90, width, 3), np.uint8)
    picture[:, ::every] = 255
    return picture


@pytest.mark.parametrize(
    ("width", "is_grey"),
    [
        pytest.param(300, True, id="three to one: every pixel counts"),
        pytest.param(299, False, id="less: neighbours do"),
    ],
)
def test_what_is_shrunk_much_loses_no_pixel(width: int, is_grey: bool) -> None:
    small = resized(striped(width, 3), (100, 30))
    assert bool((small == 85).all()) is is_grey


def test_a_larger_picture_is_smooth() -> None:
    large = resized(striped(10, 2), (20, 90))
    assert 0 < int(large[0, 2, 0]) < 255
