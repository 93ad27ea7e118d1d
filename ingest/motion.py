"""Does anything move? A small grid of the luma plane against a learned background, before any colour is made. Pure.

The grid is coarse on purpose: a model that looks at 416 of 1,920 columns finds nothing that is smaller than two cells.
Light that changes everywhere is taken out as one gain; what always rustles (leaves, water) raises its own threshold;
a picture that changed as a whole (infrared switched on, the camera turned) is looked at once and learned anew. What
stands still is learned too, on purpose: the looks that no gate holds back are for crowds and for a person who lies.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

Luma = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

COLUMNS = 160
LEARN_S, LEARN_NOISE_S = 20.0, 60.0
"""time constants of the background and of how much each cell usually changes"""
LEARN_EVERY_S = 3.9
LEAST_CHANGE = 5.0
"""grey levels, by which a cell always must differ"""
NOISES = 3.0
"""… and so many times its usual change on top"""
FIRST_NOISE, MOST_NOISE = 1.5, 8
"""the most, so that a busy road does not become blind to its own traffic"""
ANOTHER_SCENE = 0.5
"""share of changed cells from which it is not motion but another picture"""
SAME_LIGHT = 0.01
MOST_GAIN = 2.0
PATCH = np.ones((2, 2), np.uint8)


@dataclass(frozen=True, slots=True)
class Background:
    """What has been learned, per cell of the grid."""

    level: Floats
    noise: Floats
    mean: float
    """of `level`"""
    limit: Luma
    """how far a cell may differ from its level"""
    low: Luma
    high: Luma
    """within which it does not"""
    learned_s: float


def step(state: Background | None, luma: Luma, at_s: float) -> tuple[Background, bool]:
    """Fold a grid (rows, columns) in; the next state and whether something moved. The first picture always has."""
    if state is None or state.level.shape != luma.shape:
        return _anew(luma, at_s), True
    still: MatLike = cv2.inRange(luma, state.low, state.high)
    changed = luma.size - cv2.countNonZero(still)
    if changed >= PATCH.size and _is_lit_otherwise(gain := _gain(state, luma)):
        still = cv2.inRange(luma, *_bounds(_rounded(state.level * np.float32(gain)), state.limit))
        changed = luma.size - cv2.countNonZero(still)
    if changed > ANOTHER_SCENE * luma.size:
        return _anew(luma, at_s), True
    if at_s - state.learned_s >= LEARN_EVERY_S:
        state = _learned(state, luma, at_s)
    return state, changed >= PATCH.size and _is_solid(still)


def _anew(luma: Luma, at_s: float) -> Background:
    level = luma.astype(np.float32)
    return _kept(level, np.full_like(level, FIRST_NOISE), at_s)


def _learned(state: Background, luma: Luma, at_s: float) -> Background:
    passed_s, gain = at_s - state.learned_s, _gain(state, luma)
    level = state.level * np.float32(gain) if _is_lit_otherwise(gain) else state.level.copy()
    change = cv2.absdiff(luma, _rounded(level))
    noise = state.noise.copy()
    cv2.accumulateWeighted(luma, level, _share(passed_s, LEARN_S))
    cv2.accumulateWeighted(np.minimum(change, MOST_NOISE), noise, _share(passed_s, LEARN_NOISE_S))
    return _kept(level, noise, at_s)


def _kept(level: Floats, noise: Floats, at_s: float) -> Background:
    limit = np.asarray(cv2.convertScaleAbs(noise, alpha=NOISES, beta=LEAST_CHANGE), np.uint8)
    low, high = _bounds(_rounded(level), limit)
    return Background(level, noise, cv2.mean(level)[0], limit, low, high, at_s)


def _bounds(expected: Luma, limit: Luma) -> tuple[Luma, Luma]:
    """Both included; black and white stop at the end of the scale."""
    return np.asarray(cv2.subtract(expected, limit), np.uint8), np.asarray(cv2.add(expected, limit), np.uint8)


def _rounded(values: Floats) -> Luma:
    return np.asarray(cv2.convertScaleAbs(values), np.uint8)


def _share(passed_s: float, constant_s: float) -> float:
    return 1.0 - math.exp(-passed_s / constant_s)


def _gain(state: Background, luma: Luma) -> float:
    """How much brighter it has become everywhere: clouds, exposure, dusk."""
    return min(MOST_GAIN, max(1.0 / MOST_GAIN, (cv2.mean(luma)[0] + 1.0) / (state.mean + 1.0)))


def _is_lit_otherwise(gain: float) -> bool:
    return abs(gain - 1.0) >= SAME_LIGHT


def _is_solid(still: MatLike) -> bool:
    """Whether some two by two cells changed together; a single one is noise."""
    around = cv2.dilate(still, PATCH, borderType=cv2.BORDER_CONSTANT, borderValue=255)
    return cv2.countNonZero(around) < still.size


def grid(plane: Luma) -> Luma:
    """A luma plane (height, width) as `COLUMNS` cells a row, each the mean of two pixels side by side in its middle.

    One row of pixels a row of cells: what costs is the memory that is touched, not the sum. A new array, always.
    """
    taps = _taps(*plane.shape)
    if taps.down == 0:
        return np.asarray(cv2.resize(plane, taps.size, interpolation=cv2.INTER_LINEAR), np.uint8)
    rows = plane[taps.down // 2 :: taps.down]
    left = np.ascontiguousarray(rows[:, taps.across // 2 - 1 :: taps.across])
    right = np.ascontiguousarray(rows[:, taps.across // 2 :: taps.across])
    return np.asarray(cv2.addWeighted(left, 0.5, right, 0.5, 0.0), np.uint8)


class _Taps(NamedTuple):
    """The pixels that stand for a cell."""

    size: tuple[int, int]
    """cells across and down"""
    across: int
    down: int
    """pixels a cell; 0 where they do not come out even: 704×576, 854×480 and the like"""


@cache
def _taps(height: int, width: int) -> _Taps:
    columns = min(width, COLUMNS)
    size = (columns, max(1, round(height * columns / width)))
    across, down = width // size[0], height // size[1]
    even = across >= 2 and (size[0] * across, size[1] * down) == (width, height)
    return _Taps(size, across, down) if even else _Taps(size, 0, 0)
