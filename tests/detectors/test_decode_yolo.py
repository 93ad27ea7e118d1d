import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from contracts.errors import ConfigurationError
from detectors.decode_yolo import Floats, Layout, decode, iou, layout_of, suppress


@pytest.mark.parametrize(
    ("shape", "classes", "layout"),
    [
        pytest.param((1, 84, 8400), 80, Layout.RAW, id="raw"),
        pytest.param((1, 300, 6), 80, Layout.END_TO_END, id="NMS inside"),
        pytest.param((1, 6, 8400), 2, Layout.RAW, id="two classes look like six columns"),
    ],
)
def test_a_layout_is_told_by_its_shape(shape: tuple[int, ...], classes: int, layout: Layout) -> None:
    assert layout_of(shape, classes, where="m.onnx") is layout


@pytest.mark.parametrize("shape", [(1, 85, 8400), (1, 3549, 85), (84, 8400), (1, 84, 80, 80)])
def test_another_layout_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigurationError, match="neither"):
        layout_of(shape, 80, where="m.onnx")


def raw(*rows: tuple[float, float, float, float, float, int]) -> Floats:
    """(middle x, middle y, width, height, score, class) of three classes."""
    output = np.zeros((1, 7, max(1, len(rows))), np.float32)
    for column, (x, y, width, height, score, number) in enumerate(rows):
        output[0, :4, column] = x, y, width, height
        output[0, 4 + number, column] = score
    return output


def test_raw_boxes_come_out_as_corners_the_surest_first() -> None:
    rows = decode(raw((50, 60, 20, 40, 0.6, 1), (200, 60, 10, 10, 0.9, 2)), Layout.RAW, min_confidence=0.5)
    assert rows[:, :4].tolist() == [[195, 55, 205, 65], [40, 40, 60, 80]]
    assert rows[:, 5].tolist() == [2, 1]


def test_the_least_confidence_is_taken_and_less_is_not() -> None:
    output = raw((50, 60, 20, 40, 0.5, 0), (200, 60, 20, 40, 0.4999, 0))
    assert len(decode(output, Layout.RAW, min_confidence=0.5)) == 1


def test_of_overlapping_boxes_of_one_class_the_surest_stays() -> None:
    output = raw((50, 60, 20, 40, 0.6, 0), (51, 60, 20, 40, 0.9, 0), (52, 60, 20, 40, 0.7, 1))
    rows = decode(output, Layout.RAW, min_confidence=0.5)
    assert rows[:, 4].tolist() == pytest.approx([0.9, 0.7])
    assert rows[:, 5].tolist() == [0, 1]


def test_end_to_end_boxes_pass_as_they_are() -> None:
    output = np.zeros((1, 300, 6), np.float32)
    output[0, 3] = [10, 20, 30, 60, 0.8, 7]
    output[0, 5] = [11, 20, 30, 60, 0.7, 7]
    rows = decode(output, Layout.END_TO_END, min_confidence=0.5)
    assert rows[0].tolist() == pytest.approx([10, 20, 30, 60, 0.8, 7])
    assert len(rows) == 2


@pytest.mark.parametrize("layout", list(Layout))
def test_nothing_seen_is_nothing(layout: Layout) -> None:
    empty = raw() if layout is Layout.RAW else np.zeros((1, 300, 6), np.float32)
    assert decode(empty, layout, min_confidence=0.3).shape == (0, 6)


boxes = arrays.arrays(np.float32, st.tuples(st.integers(1, 12), st.just(4)), elements=st.floats(0, 100, width=32))


@given(boxes)
def test_overlap_is_a_share_and_the_same_both_ways(corners: Floats) -> None:
    overlap = iou(corners, corners)
    assert (overlap >= 0).all()
    assert (overlap <= 1 + 1e-5).all()
    assert np.allclose(overlap, overlap.T)


@given(boxes, st.floats(0.1, 0.9))
def test_what_stays_does_not_overlap_and_what_goes_did(corners: Floats, limit: float) -> None:
    rows = np.concatenate([corners, np.zeros((len(corners), 2), np.float32)], axis=1)
    kept = suppress(rows, limit)
    among = iou(rows[kept, :4], rows[kept, :4])
    np.fill_diagonal(among, 0)
    assert (among <= limit).all()
    gone = sorted(set(range(len(rows))) - set(kept.tolist()))
    assert all(iou(rows[[i], :4], rows[kept, :4]).max() > limit for i in gone)
