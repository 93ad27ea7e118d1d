import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.letterbox import GREY, fit, letterbox
from tests.detectors.scenes import blank

sides = st.integers(8, 2000)


@pytest.mark.parametrize(
    ("picture", "into", "place"),
    [
        pytest.param((1080, 1920), (416, 416), (0, 91, 416, 234), id="wide into square"),
        pytest.param((360, 640), (256, 416), (0, 11, 416, 234), id="wide into wide"),
        pytest.param((576, 768), (256, 416), (37, 0, 341, 256), id="4:3 into wide"),
        pytest.param((416, 416), (416, 416), (0, 0, 416, 416), id="as it is"),
    ],
)
def test_a_picture_lies_in_the_middle(
    picture: tuple[int, int], into: tuple[int, int], place: tuple[int, int, int, int]
) -> None:
    found = fit(picture, into)
    assert (found.left, found.top, found.width, found.height) == place


@given(sides, sides, st.sampled_from([(416, 416), (256, 416), (640, 640)]))
def test_a_picture_always_fits_and_touches_two_edges(height: int, width: int, into: tuple[int, int]) -> None:
    place = fit((height, width), into)
    assert 0 <= place.left
    assert place.left + place.width <= into[1]
    assert 0 <= place.top
    assert place.top + place.height <= into[0]
    assert place.width == into[1] or place.height == into[0]


@given(sides, sides, st.tuples(*[st.floats(0, 1)] * 4))
def test_the_way_back_gives_fractions_of_the_picture(
    height: int, width: int, box: tuple[float, float, float, float]
) -> None:
    place = fit((height, width), (256, 416))
    inside = [
        place.left + box[0] * place.width, place.top + box[1] * place.height,
        place.left + box[2] * place.width, place.top + box[3] * place.height,
    ]  # fmt: skip
    assert place.to_fractions(np.array([inside], np.float32))[0] == pytest.approx(box, abs=1e-3)


def test_boxes_in_the_grey_border_are_cut_off() -> None:
    place = fit((1080, 1920), (416, 416))
    assert place.to_fractions(np.array([[-5.0, 0.0, 500.0, 416.0]], np.float32)).tolist() == [[0.0, 0.0, 1.0, 1.0]]


def test_the_blob_is_rgb_from_0_to_1_with_grey_borders() -> None:
    image = blank(90, 160)
    image[:] = (255, 0, 0)  # blue, in BGR
    blob, place = letterbox(image, (416, 416))
    assert blob.shape == (1, 3, 416, 416)
    assert blob.dtype == np.float32
    assert blob[0, :, 200, 200].tolist() == [0.0, 0.0, 1.0]
    assert blob[0, :, place.top - 1, 200] == pytest.approx([GREY / 255] * 3)


def test_as_bytes_it_is_blue_green_red_from_nought_to_255() -> None:
    image = np.full((32, 32, 3), (10, 20, 250), np.uint8)
    blob, _ = letterbox(image, (32, 32), as_bytes=True)
    assert blob[0, :, 5, 5].tolist() == [10, 20, 250]
