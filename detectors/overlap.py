"""How much boxes overlap, and which of several that show one thing stay."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def suppress(rows: Floats, max_iou: float) -> npt.NDArray[np.intp]:
    """Greedy NMS per class over rows (n, 6) sorted by score: the indices that stay, in order."""
    return _greedy(iou(rows[:, :4], rows[:, :4]) > max_iou, rows)


def merge(rows: Floats, max_iou: float, max_inside: float) -> npt.NDArray[np.intp]:
    """As `suppress`, and a box that lies inside a surer one by more than `max_inside` of the smaller goes too:
    the pieces of one thing that several tiles show.
    """
    boxes = rows[:, :4]
    return _greedy((iou(boxes, boxes) > max_iou) | (inside(boxes, boxes) > max_inside), rows)


def _greedy(overlap: npt.NDArray[np.bool_], rows: Floats) -> npt.NDArray[np.intp]:
    overlap &= rows[:, None, 5] == rows[None, :, 5]
    alive = np.ones(len(rows), bool)
    for i in range(len(rows)):
        if alive[i]:
            alive[i + 1 :] &= ~overlap[i, i + 1 :]
    return np.flatnonzero(alive)


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of boxes (n, 4) and (m, 4) x0, y0, x1, y1 → (n, m); 0 where a box is empty."""
    shared = intersection(a, b)
    return _share(shared, area(a)[:, None] + area(b)[None, :] - shared)


def inside(a: Floats, b: Floats) -> Floats:
    """Intersection over the smaller box (n, m); 0 where a box is empty."""
    return _share(intersection(a, b), np.minimum(area(a)[:, None], area(b)[None, :]))


def intersection(a: Floats, b: Floats) -> Floats:
    """Area that boxes (n, 4) and (m, 4) share → (n, m)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    return np.asarray(np.prod(np.clip(high - low, 0, None), axis=2))


def area(boxes: Floats) -> Floats:
    """Areas (n,) of boxes (n, 4)."""
    return np.asarray(np.prod(np.clip(boxes[:, 2:4] - boxes[:, :2], 0, None), axis=1))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))
