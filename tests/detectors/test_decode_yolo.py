import numpy as np
import pytest

from contracts.errors import ConfigurationError
from detectors.decode_yolo import Floats, Layout, decode, grid, layout_of

BIG = (640, 640)


@pytest.mark.parametrize(
    ("shape", "classes", "size", "layout"),
    [
        pytest.param((1, 84, 8400), 80, BIG, Layout.RAW, id="raw"),
        pytest.param((1, 300, 6), 80, BIG, Layout.END_TO_END, id="NMS inside"),
        pytest.param((1, 6, 8400), 2, BIG, Layout.RAW, id="two classes look like six columns"),
        pytest.param((1, 5, 8400), 1, BIG, Layout.RAW, id="one class"),
        pytest.param((1, 3549, 85), 80, (416, 416), Layout.GRID, id="YOLOX"),
        pytest.param((1, 3549, 6), 1, (416, 416), Layout.GRID, id="YOLOX of one class looks like NMS inside"),
        pytest.param((1, 25200, 85), 80, BIG, Layout.OBJECTNESS, id="YOLOv5"),
        pytest.param((1, 2184, 85), 80, (256, 416), Layout.GRID, id="YOLOX for a wide picture"),
    ],
)
def test_a_layout_is_told_by_its_shape(
    shape: tuple[int, ...], classes: int, size: tuple[int, int], layout: Layout
) -> None:
    assert layout_of(shape, classes, size, where="m.onnx") is layout


@pytest.mark.parametrize("shape", [(1, 85, 8400), (1, 3549, 85), (84, 8400), (1, 84, 80, 80), (1, 8400, 84)])
def test_another_layout_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigurationError, match="none that is read here"):
        layout_of(shape, 80, BIG, where="m.onnx")


def test_a_grid_holds_each_cell_of_each_stride_once() -> None:
    corners, strides = grid((64, 96))
    assert len(corners) == len(strides) == 8 * 12 + 4 * 6 + 2 * 3
    assert (corners * strides).max(axis=0).tolist() == [88, 56]


@pytest.mark.parametrize("layout", [Layout.GRID, Layout.OBJECTNESS])
def test_a_sure_class_of_a_doubtful_object_is_doubtful(layout: Layout) -> None:
    rows = np.zeros((1, 84, 7), np.float32)
    rows[0, 3] = [1, 1, 1, 1, 0.6, 0.2, 0.8]
    (found,) = decode(rows, layout, (64, 64), min_confidence=0.4)
    assert found[4:].tolist() == pytest.approx([0.48, 1])
    assert len(decode(rows, layout, (64, 64), min_confidence=0.49)) == 0


def raw(*rows: tuple[float, float, float, float, float, int]) -> Floats:
    """(middle x, middle y, width, height, score, class) of three classes."""
    output = np.zeros((1, 7, max(1, len(rows))), np.float32)
    for column, (x, y, width, height, score, number) in enumerate(rows):
        output[0, :4, column] = x, y, width, height
        output[0, 4 + number, column] = score
    return output


def test_raw_boxes_come_out_as_corners_the_surest_first() -> None:
    rows = decode(raw((50, 60, 20, 40, 0.6, 1), (200, 60, 10, 10, 0.9, 2)), Layout.RAW, BIG, min_confidence=0.5)
    assert rows[:, :4].tolist() == [[195, 55, 205, 65], [40, 40, 60, 80]]
    assert rows[:, 5].tolist() == [2, 1]


def test_the_least_confidence_is_taken_and_less_is_not() -> None:
    output = raw((50, 60, 20, 40, 0.5, 0), (200, 60, 20, 40, 0.4999, 0))
    assert len(decode(output, Layout.RAW, BIG, min_confidence=0.5)) == 1


def test_of_overlapping_boxes_of_one_class_the_surest_stays() -> None:
    output = raw((50, 60, 20, 40, 0.6, 0), (51, 60, 20, 40, 0.9, 0), (52, 60, 20, 40, 0.7, 1))
    rows = decode(output, Layout.RAW, BIG, min_confidence=0.5)
    assert rows[:, 4].tolist() == pytest.approx([0.9, 0.7])
    assert rows[:, 5].tolist() == [0, 1]


def test_end_to_end_boxes_pass_as_they_are() -> None:
    output = np.zeros((1, 300, 6), np.float32)
    output[0, 3] = [10, 20, 30, 60, 0.8, 7]
    output[0, 5] = [11, 20, 30, 60, 0.7, 7]
    rows = decode(output, Layout.END_TO_END, BIG, min_confidence=0.5)
    assert rows[0].tolist() == pytest.approx([10, 20, 30, 60, 0.8, 7])
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("layout", "empty"),
    [
        (Layout.RAW, raw()),
        (Layout.END_TO_END, np.zeros((1, 300, 6), np.float32)),
        (Layout.GRID, np.zeros((1, 84, 7), np.float32)),
        (Layout.OBJECTNESS, np.zeros((1, 252, 7), np.float32)),
    ],
)
def test_nothing_seen_is_nothing(layout: Layout, empty: Floats) -> None:
    assert decode(empty, layout, (64, 64), min_confidence=0.3).shape == (0, 6)
