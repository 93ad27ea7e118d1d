"""A YOLO's output tensor → boxes, told apart by shape: raw [1, 4+classes, n], or [1, n, 6] with NMS inside."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from contracts.errors import ConfigurationError

Floats = npt.NDArray[np.float32]
MAX_CANDIDATES = 300
"""the most confident so many go into NMS; a street has fewer"""


class Layout(StrEnum):
    """What an output tensor holds."""

    RAW = "raw"
    """[1, 4+classes, n]: middle x, middle y, width, height, one score per class"""
    END_TO_END = "end-to-end"
    """[1, n, 6]: x0, y0, x1, y1, score, class; NMS already done"""


def layout_of(shape: tuple[int, ...], classes: int, *, where: str) -> Layout:
    """Which layout an output of this shape has.

    Raises:
        ConfigurationError: neither; the model is not an ultralytics detection export.
    """
    if len(shape) == 3 and shape[1] == 4 + classes:
        return Layout.RAW
    if len(shape) == 3 and shape[2] == 6:
        return Layout.END_TO_END
    raise ConfigurationError(
        f"the model's output {list(shape)} is neither [1, {4 + classes}, n] nor [1, n, 6]",
        where=where,
        hint="export it with `yolo export model=… format=onnx`",
    )


def decode(output: Floats, layout: Layout, *, min_confidence: float, max_iou: float = 0.5) -> Floats:
    """Rows (n, 6) x0, y0, x1, y1, score, class in input pixels, most confident first, NMS per class done."""
    rows = _end_to_end(output[0]) if layout is Layout.END_TO_END else _raw(output[0], min_confidence)
    rows = rows[rows[:, 4] >= min_confidence]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")][:MAX_CANDIDATES]
    return rows if layout is Layout.END_TO_END else rows[suppress(rows, max_iou)]


def suppress(rows: Floats, max_iou: float) -> npt.NDArray[np.intp]:
    """Greedy NMS per class over rows sorted by score: the indices that stay, in order."""
    overlap = iou(rows[:, :4], rows[:, :4]) > max_iou
    overlap &= rows[:, None, 5] == rows[None, :, 5]
    alive = np.ones(len(rows), bool)
    for i in range(len(rows)):
        if alive[i]:
            alive[i + 1 :] &= ~overlap[i, i + 1 :]
    return np.flatnonzero(alive)


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of boxes (n, 4) and (m, 4) x0, y0, x1, y1 → (n, m); 0 where a box is empty."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    total = area(a)[:, None] + area(b)[None, :] - shared
    return np.asarray(np.divide(shared, total, out=np.zeros_like(shared), where=total > 0))


def area(boxes: Floats) -> Floats:
    """Areas (n,) of boxes (n, 4)."""
    return np.asarray(np.prod(np.clip(boxes[:, 2:4] - boxes[:, :2], 0, None), axis=1))


def _raw(columns: Floats, min_confidence: float) -> Floats:
    scores = columns[4:].max(axis=0)
    wanted = np.flatnonzero(scores >= min_confidence)
    middle, half = columns[:2, wanted].T, columns[2:4, wanted].T / 2
    classes = columns[4:, wanted].argmax(axis=0).astype(np.float32)
    return np.concatenate([middle - half, middle + half, scores[wanted, None], classes[:, None]], axis=1)


def _end_to_end(rows: Floats) -> Floats:
    return np.asarray(rows, np.float32)
