import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.detections import Box, Detection
from detectors import turned
from detectors.detector import Look

STOOD = Box(0.48, 0.4, 0.52, 0.6)
PICTURE = np.zeros((360, 640, 3), np.uint8)
ASPECT = 640 / 360


class Knows:
    """A detector that sees an upright person wherever the white bar of the picture is upright."""

    model = "knows"
    labels = frozenset({"person"})

    def __init__(self) -> None:
        self.runs = 0

    def detect(self, image: npt.NDArray[np.uint8], look: Look) -> tuple[Detection, ...]:
        self.runs += 1
        rows, columns = np.nonzero(image[..., 0])
        if not len(rows) or np.ptp(rows) <= np.ptp(columns):
            return ()
        height, width = image.shape[:2]
        box = Box(columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height)
        return (Detection("person", 0.8, box),)


def lies(x0: int, y0: int, x1: int, y1: int) -> npt.NDArray[np.uint8]:
    picture = PICTURE.copy()
    picture[y0:y1, x0:x1] = 255
    return picture


def look(picture: npt.NDArray[np.uint8], *, seen: tuple[Detection, ...] = ()) -> tuple[Detection, ...]:
    return turned.lying(Knows(), picture, (STOOD,), seen)  # type: ignore[arg-type]


def test_who_lies_where_somebody_stood_is_seen_by_a_model_that_knows_only_upright_people() -> None:
    found = look(lies(290, 200, 360, 220))
    assert found
    box = found[0].box
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((290 / 640, 200 / 360, 360 / 640, 220 / 360), abs=0.005)
    assert len(found) == 1


def test_who_stands_there_is_not_lying() -> None:
    assert look(lies(310, 150, 330, 220)) == ()


@pytest.mark.parametrize(("confidence", "found"), [(0.9, 0), (0.3, 1)], ids=["surely", "hardly"])
def test_who_was_seen_anyway_is_nobody_new(confidence: float, found: int) -> None:
    known = Detection("person", confidence, Box(290 / 640, 200 / 360, 360 / 640, 220 / 360))
    assert len(look(lies(290, 200, 360, 220), seen=(known,))) == found


def test_without_a_place_the_model_is_not_asked_and_with_many_only_for_two() -> None:
    eye = Knows()
    assert turned.lying(eye, PICTURE, (), ()) == ()  # type: ignore[arg-type]
    assert eye.runs == 0
    turned.lying(eye, PICTURE, (STOOD,) * 5, ())  # type: ignore[arg-type]
    assert eye.runs == 2 * turned.MOST


@given(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.05, 0.2), st.floats(0.05, 0.2), st.sampled_from([1, 3]))
def test_a_box_in_a_turned_view_comes_back_to_where_it_was(
    x: float, y: float, w: float, h: float, quarter: int
) -> None:
    view = Box(0.2, 0.1, 0.7, 0.9)
    as_turned = Box(y, 1 - x - w, y + h, 1 - x) if quarter == 1 else Box(1 - y - h, x, 1 - y, x + w)
    found = turned.back(as_turned, view, quarter)
    expected = (0.2 + x * 0.5, 0.1 + y * 0.8, 0.2 + (x + w) * 0.5, 0.1 + (y + h) * 0.8)
    assert (found.x0, found.y0, found.x1, found.y1) == pytest.approx(expected)
