"""A YOLO's output tensor → boxes; which of the four layouts it has is told by its shape."""

from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from contracts.errors import ConfigurationError
from detectors.overlap import suppress

Floats = npt.NDArray[np.float32]
MAX_CANDIDATES = 300
"""the most confident so many go into NMS; a street has fewer"""
STRIDES = (8, 16, 32)
ANCHORS = 3
"""boxes per cell of a YOLOv5"""


class Layout(StrEnum):
    """What an output tensor holds."""

    RAW = "raw"
    """[1, 4+classes, n], every ultralytics export: middle x, middle y, width, height, one score per class"""
    END_TO_END = "end-to-end"
    """[1, n, 6]: x0, y0, x1, y1, score, class; NMS already done"""
    OBJECTNESS = "objectness"
    """[1, n, 5+classes] of three boxes a cell, YOLOv5 and v7: as raw, with an objectness before the scores"""
    GRID = "grid"
    """[1, n, 5+classes] of one box a cell, YOLOX: the same, but middles in cells and sizes as logarithms"""

    @property
    def wants_bytes(self) -> bool:
        """Whether the model was trained on BGR values 0..255 instead of RGB 0..1."""
        return self is Layout.GRID


def layout_of(shape: tuple[int, ...], classes: int, size: tuple[int, int], *, where: str) -> Layout:
    """Which layout an output of this shape has; `size` is the input's (height, width).

    Raises:
        ConfigurationError: none of them; the model is not a detector that is read here, or has other classes.
    """
    if len(shape) == 3:
        _, rows, columns = shape
        cells = len(grid(size)[0])
        by_objectness = {cells: Layout.GRID, ANCHORS * cells: Layout.OBJECTNESS}
        if columns == 5 + classes and rows in by_objectness:
            return by_objectness[rows]
        if rows == 4 + classes:
            return Layout.RAW
        if columns == 6:
            return Layout.END_TO_END
    raise ConfigurationError(
        f"the model's output {list(shape)} is none that is read here: with {classes} classes it would be "
        f"[1, {4 + classes}, n], [1, n, 6] or [1, n, {5 + classes}]",
        where=where,
        hint="are the class names those of this model? Export it with `yolo export model=… format=onnx`",
    )


def decode(
    output: Floats, layout: Layout, size: tuple[int, int], *, min_confidence: float, max_iou: float = 0.5
) -> Floats:
    """Rows (n, 6) x0, y0, x1, y1, score, class in input pixels, most confident first, NMS per class done."""
    rows = _READERS[layout](output[0], size, min_confidence)
    rows = rows[rows[:, 4] >= min_confidence]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")][:MAX_CANDIDATES]
    return rows if layout is Layout.END_TO_END else rows[suppress(rows, max_iou)]


@lru_cache(maxsize=8)
def grid(size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Corners (n, 2) in cells and strides (n, 1) of every cell of an input of (height, width)."""
    corners, strides = [], []
    for stride in STRIDES:
        x, y = np.meshgrid(np.arange(size[1] // stride), np.arange(size[0] // stride))
        corners.append(np.stack([x, y], axis=2).reshape(-1, 2))
        strides.append(np.full((x.size, 1), stride))
    return np.concatenate(corners).astype(np.float32), np.concatenate(strides).astype(np.float32)


def _raw(columns: Floats, size: tuple[int, int], min_confidence: float) -> Floats:
    wanted = np.flatnonzero(columns[4:].max(axis=0) >= min_confidence)
    return _rows(columns[:2, wanted].T, columns[2:4, wanted].T, columns[4:, wanted].T)


def _end_to_end(rows: Floats, size: tuple[int, int], min_confidence: float) -> Floats:
    return np.asarray(rows, np.float32)


def _objectness(rows: Floats, size: tuple[int, int], min_confidence: float) -> Floats:
    # A score is at most the objectness, so most rows fall at the first look.
    rows = rows[rows[:, 4] >= min_confidence]
    return _rows(rows[:, :2], rows[:, 2:4], rows[:, 5:] * rows[:, 4:5])


def _grid(rows: Floats, size: tuple[int, int], min_confidence: float) -> Floats:
    wanted = np.flatnonzero(rows[:, 4] >= min_confidence)
    corners, strides = grid(size)
    rows, stride = rows[wanted], strides[wanted]
    middle, extent = (rows[:, :2] + corners[wanted]) * stride, np.exp(rows[:, 2:4]) * stride
    return _rows(middle, extent, rows[:, 5:] * rows[:, 4:5])


def _rows(middle: Floats, extent: Floats, scores: Floats) -> Floats:
    """Middles (n, 2), sizes (n, 2) and scores (n, classes) → rows (n, 6)."""
    best, half = scores.argmax(axis=1), extent / 2
    surest = scores[np.arange(len(scores)), best]
    return np.concatenate(
        [middle - half, middle + half, surest[:, None], best[:, None].astype(np.float32)], axis=1, dtype=np.float32
    )


_READERS = {
    Layout.RAW: _raw,
    Layout.END_TO_END: _end_to_end,
    Layout.OBJECTNESS: _objectness,
    Layout.GRID: _grid,
}
