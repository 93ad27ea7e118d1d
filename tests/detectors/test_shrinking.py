import numpy as np
import pytest

from detectors.shrinking import resized


def striped(width: int, height: int, every: int) -> np.ndarray:
    """White columns, one in `every`, on black."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, ::every] = 255
    return picture


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((960, 540), id="2.3 to one, the main stream"),
        pytest.param((640, 360), id="1.5 to one, the sub-stream"),
        pytest.param((832, 468), id="two to one"),
        pytest.param((1920, 1080), id="4.6 to one"),
    ],
)
def test_a_smaller_picture_is_as_bright_as_the_whole(size: tuple[int, int]) -> None:
    fine = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    small = resized(fine, (416, 234))
    assert small.shape == (234, 416, 3)
    assert small.mean() == pytest.approx(fine.mean(), abs=1.0)
    assert small.std() < fine.std() * 0.75  # many pixels went into each


def test_of_whole_multiples_every_pixel_counts_alike() -> None:
    assert (resized(striped(300, 90, 3), (100, 30)) == 85).all()


def test_a_larger_picture_is_smooth() -> None:
    large = resized(striped(10, 90, 2), (20, 180))
    assert 0 < int(large[0, 2, 0]) < 255
