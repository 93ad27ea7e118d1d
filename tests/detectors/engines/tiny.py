"""Models of a few bytes: whatever they are shown, they answer one person at a known place, in any layout."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from detectors.decode_yolo import ANCHORS, Layout, grid

Floats = npt.NDArray[np.float32]
SIDE = 64
LABELS = ("car", "person")
DETECT = {"names": "{0: 'car', 1: 'person'}", "imgsz": f"[{SIDE}, {SIDE}]", "task": "detect"}
BOX = (8.0, 16.0, 24.0, 48.0)
"""x0, y0, x1, y1 of the person in input pixels"""
SCORE = 0.75


def answer(layout: Layout, labels: int = len(LABELS)) -> Floats:
    """The output tensor that says: a person, which is the last class, in BOX with SCORE."""
    x0, y0, x1, y1 = BOX
    middle, extent = ((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0, y1 - y0)
    cells = len(grid((SIDE, SIDE))[0])
    if layout is Layout.END_TO_END:
        rows = np.zeros((1, 300, 6), np.float32)
        rows[0, 0] = [*BOX, SCORE, labels - 1]
    elif layout is Layout.RAW:
        rows = np.zeros((1, 4 + labels, cells), np.float32)
        rows[0, :4, 5], rows[0, -1, 5] = [*middle, *extent], SCORE
    else:
        anchors = 1 if layout is Layout.GRID else ANCHORS
        rows = np.zeros((1, anchors * cells, 5 + labels), np.float32)
        said = _in_cells(*middle, *extent, cell=5) if layout is Layout.GRID else [*middle, *extent]
        rows[0, 5, :5], rows[0, 5, -1] = [*said, SCORE], 1.0
    return rows


def _in_cells(x: float, y: float, width: float, height: float, *, cell: int) -> list[float]:
    corners, strides = grid((SIDE, SIDE))
    (left, top), stride = corners[cell].tolist(), float(strides[cell, 0])
    return [x / stride - left, y / stride - top, float(np.log(width / stride)), float(np.log(height / stride))]


def export(
    path: Path,
    output: Floats,
    metadata: dict[str, str],
    *,
    side: int | str = SIDE,
    kind: int = TensorProto.FLOAT,
    batch: int | str = 1,
) -> Path:
    """An ONNX model with these properties, as an ultralytics export has them. `side` as text: left open."""
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    constants = [
        numpy_helper.from_array(output.astype(dtype), "said"),
        numpy_helper.from_array(np.zeros((), dtype), "nought"),
    ]
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "nought"], ["nothing"]),
        helper.make_node("Add", ["said", "nothing"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", kind, [batch, 3, side, side])],
        [helper.make_tensor_value_info("output0", kind, list(output.shape))],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, metadata)
    onnx.save(model, str(path))
    return path
