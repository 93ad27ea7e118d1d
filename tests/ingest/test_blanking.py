import numpy as np
import pytest

from contracts.cameras import Zone
from ingest.blanking import SIZES, Blanks, covered

WINDOW = Zone(name="window", points=((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))
CORNER = Zone(name="corner", points=((0.0, 0.0), (0.3, 0.0), (0.0, 0.3)))


@pytest.mark.parametrize("shape", [(40, 80, 3), (40, 80)], ids=["colours", "luma"])
def test_every_pixel_under_a_mask_and_at_its_edge_is_black_and_the_others_stay(shape: tuple[int, ...]) -> None:
    image = np.full(shape, 200, np.uint8)
    Blanks((WINDOW,)).blank(image)
    assert not image[10:30, 20:60].any()
    assert (image[:8] == 200).all()
    assert (image[32:] == 200).all()
    assert (image[:, :18] == 200).all()
    assert (image[:, 62:] == 200).all()


def test_masks_fit_any_size_of_the_same_view() -> None:
    big, small = covered((WINDOW, CORNER), (1080, 1920)), covered((WINDOW, CORNER), (90, 160))
    assert small.mean() == pytest.approx(big.mean(), abs=0.05)
    assert not (big[6::12, 6::12][:90, :160] & ~small).any()  # no big pixel shows through in the small picture


def test_a_camera_without_masks_is_left_alone() -> None:
    image = np.full((4, 4), 9, np.uint8)
    Blanks(()).blank(image)
    assert (image == 9).all()


def test_a_stream_that_changes_its_size_for_ever_does_not_fill_the_memory() -> None:
    blanks = Blanks((WINDOW,))
    for size in range(10, 10 + 3 * SIZES):
        blanks.blank(np.zeros((size, size), np.uint8))
    assert len(blanks._known) <= SIZES
