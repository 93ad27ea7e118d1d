"""A wide view in overlapping tiles, so that small things are seen, and the pieces put together again."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from contracts.detections import Box
from detectors.overlap import merge

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WHOLE = Box(0.0, 0.0, 1.0, 1.0)
OVERLAP = 0.2
"""share of a tile that its neighbour sees too: what is smaller than that is whole in one of them"""
EDGE = 0.01
"""a box that ends so near (share of a tile) at a cut is a piece of something; another view has the whole of it"""
SAME_IOU, SAME_INSIDE = 0.5, 0.8


def views_of(side: int, areas: Sequence[Box] = ()) -> tuple[Box, ...]:
    """The whole picture and, for `side` > 1, its side × side tiles, of these only such as touch one of `areas`
    (every tile when there are none).
    """
    if side <= 1:
        return (WHOLE,)
    extent = 1.0 / (side - (side - 1) * OVERLAP)
    starts = [number * extent * (1.0 - OVERLAP) for number in range(side)]
    tiles = [Box(x, y, min(1.0, x + extent), min(1.0, y + extent)) for y in starts for x in starts]
    return (WHOLE, *(tile for tile in tiles if not areas or any(_touch(tile, area) for area in areas)))


def cut_out(image: Image, view: Box) -> Image:
    """The part (height, width, 3) of the picture that the view shows; no copy."""
    height, width = image.shape[:2]
    return image[
        round(view.y0 * height) : round(view.y1 * height), round(view.x0 * width) : round(view.x1 * width)
    ]  # fmt: skip


def to_picture(rows: Floats, view: Box) -> Floats:
    """Rows (n, 6) in fractions of a view → in fractions of the picture, without the pieces at its cuts."""
    kept = rows[~_is_cut(rows, view)]
    corner = np.array([view.x0, view.y0] * 2, np.float32)
    extent = np.array([view.x1 - view.x0, view.y1 - view.y0] * 2, np.float32)
    return np.concatenate([kept[:, :4] * extent + corner, kept[:, 4:]], axis=1)


def together(parts: Sequence[Floats]) -> Floats:
    """What several views show, each thing once, the surest first."""
    if len(parts) == 1:
        return parts[0]
    rows = np.concatenate(parts)
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    return rows[merge(rows, SAME_IOU, SAME_INSIDE)]


def around(points: Sequence[tuple[float, float]]) -> Box:
    """The upright rectangle around a polygon."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _touch(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def _is_cut(rows: Floats, view: Box) -> npt.NDArray[np.bool_]:
    low, high = rows[:, :2] <= EDGE, rows[:, 2:4] >= 1.0 - EDGE
    low_is_cut = np.array([view.x0 > 0.0, view.y0 > 0.0])
    high_is_cut = np.array([view.x1 < 1.0, view.y1 < 1.0])
    return np.asarray((low & low_is_cut).any(axis=1) | (high & high_is_cut).any(axis=1))
