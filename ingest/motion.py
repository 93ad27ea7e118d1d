"""Does anything move? A small grid of the luma plane against a learned background, before any colour is made. Pure.

The grid is coarse on purpose: a model that looks at 416 of 1,920 columns finds nothing that is smaller than two cells.
Light that changes everywhere is taken out as one gain; what always rustles (leaves, water) raises its own threshold;
a picture that changed as a whole (infrared switched on, the camera turned) is looked at once and learned anew. What
stands still is learned too, on purpose: the looks that no gate holds back are for crowds and for a person who lies.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

COLUMNS = 160
LEARN_S, LEARN_NOISE_S = 20.0, 60.0
"""time constants of the background and of how much each cell usually changes"""
LEARN_EVERY_S = 0.9
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
    expected: Luma
    """`level` as it is compared"""
    limit: Luma
    """how far a cell may differ from it"""
    learned_s: float


def step(state: Background | None, luma: Luma, at_s: float) -> tuple[Background, bool]:
    """Fold a grid (rows, columns) in; the next state and whether something moved. The first picture always has."""
    if state is None or state.level.shape != luma.shape:
        return _anew(luma, at_s), True
    gain = _gain(state.mean, cv2.mean(luma)[0])
    same_light = abs(gain - 1.0) < SAME_LIGHT
    expected = state.expected if same_light else _rounded(state.level * np.float32(gain))
    change = np.asarray(cv2.absdiff(luma, expected), np.uint8)
    hot = np.asarray(cv2.compare(change, state.limit, cv2.CMP_GT), np.uint8)
    changed = cv2.countNonZero(hot)
    if changed > ANOTHER_SCENE * hot.size:
        return _anew(luma, at_s), True
    if at_s - state.learned_s >= LEARN_EVERY_S:
        state = _learned(state, luma, change, 1.0 if same_light else gain, at_s)
    return state, changed >= PATCH.size and _solid(hot)


def _anew(luma: Luma, at_s: float) -> Background:
    level = luma.astype(np.float32)
    return _kept(level, np.full_like(level, FIRST_NOISE), at_s)


def _learned(state: Background, luma: Luma, change: Luma, gain: float, at_s: float) -> Background:
    passed_s = at_s - state.learned_s
    level, noise = state.level * np.float32(gain), state.noise.copy()
    cv2.accumulateWeighted(luma, level, _share(passed_s, LEARN_S))
    cv2.accumulateWeighted(np.minimum(change, MOST_NOISE), noise, _share(passed_s, LEARN_NOISE_S))
    return _kept(level, noise, at_s)


def _kept(level: Floats, noise: Floats, at_s: float) -> Background:
    limit = np.asarray(cv2.convertScaleAbs(noise, alpha=NOISES, beta=LEAST_CHANGE), np.uint8)
    return Background(level, noise, cv2.mean(level)[0], _rounded(level), limit, at_s)


def _rounded(values: Floats) -> Luma:
    return np.asarray(cv2.convertScaleAbs(values), np.uint8)


def _share(passed_s: float, constant_s: float) -> float:
    return 1.0 - math.exp(-passed_s / constant_s)


def _gain(before: float, after: float) -> float:
    """How much brighter it has become everywhere: clouds, exposure, dusk."""
    return min(MOST_GAIN, max(1.0 / MOST_GAIN, (after + 1.0) / (before + 1.0)))


def _solid(hot: Luma) -> bool:
    """Whether some two by two cells changed together; a single one is noise."""
    return cv2.countNonZero(cv2.erode(hot, PATCH, borderType=cv2.BORDER_CONSTANT, borderValue=0)) > 0


def grid(plane: Luma) -> Luma:
    """A luma plane (height, width) as `COLUMNS` cells a row, each the mean of two pixels side by side in its middle.

    One row of pixels a row of cells: what costs is the memory that is touched, not the sum. A new array, always.
    """
    height, width = plane.shape
    columns = min(width, COLUMNS)
    size = (columns, max(1, round(height * columns / width)))
    across, down = width // size[0], height // size[1]
    if across < 2 or (size[0] * across, size[1] * down) != (width, height):  # 704×576, 854×480 and the like
        return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    rows = plane[down // 2 :: down]
    left, right = (np.ascontiguousarray(rows[:, first::across]) for first in (across // 2 - 1, across // 2))
    return np.asarray(cv2.addWeighted(left, 0.5, right, 0.5, 0.0), np.uint8)
