"""Is what always stands in the picture still there? Edges now against the edges that are usual, tile by tile."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from detectors.quality.baseline import Usual
from detectors.quality.measures import MAP, TILES, Floats

_VOTES = 0.02
"""mean square of the usual edges in a tile from which it can be missed"""
_GONE = 0.3
"""share of its usual edges below which a tile is gone"""
_TOO_DARK, _WAS_LIT = 22.0, 60.0
"""a tile that turned so dark may have lost its lamp; it counts only where it used to be in daylight"""
_STANDS = 0.35
"""share of what edges there are that have stood for some seconds: a crowd moves, a cover does not"""
_BARE = 0.6
"""a tile with so little of its usual detail is covered by something plain"""
_WORTH_A_SEARCH = 0.85
_LEAST_SHIFT_PX = 2
"""pixels of the map, 1 % of the width and 1.9 % of the height each: wind on a pole moves less"""
_SHIFT_GAIN, _SHIFT_FIT = 1.4, 0.35
_PARTS = 3
"""of six parts of the picture that must have gone somewhere"""


@dataclass(frozen=True, slots=True)
class Structure:
    """What became of the usual edges."""

    kept: float
    """share of them that is there, over the whole picture; 1: as usual"""
    covered: float
    """share of the picture in the largest patch of tiles that lost them and holds nothing that moves"""
    changed: float
    """share of all tiles that lost them"""
    shift: tuple[float, float] | None
    """to the right and down, as shares of width and height, when the same edges are found elsewhere"""
    votes: int
    """tiles that could tell"""


def compare(edges: Floats, standing: Floats, detail: Floats, light: Floats, usual: Usual) -> Structure:
    """Compare; `edges` of this picture, `standing` those of the last seconds."""
    power = _tiles(_dot(usual.edges, usual.edges))
    present = _tiles(_dot(standing, usual.edges))
    told = (power >= _VOTES) & ~((light < _TOO_DARK) & (usual.light < _WAS_LIT))
    stood = _tiles(_dot(standing, standing))
    likeness = present / np.maximum(np.maximum(power, np.sqrt(power * stood)), 1e-6)
    gone = told & (likeness < _GONE)
    votes = int(told.sum())
    stands = stood >= _STANDS * _tiles(_dot(edges, edges))
    plain = detail < _BARE * usual.detail
    patch = gone & (stands | plain)
    kept = float(present[told].sum() / power[told].sum()) if votes else 1.0
    return Structure(
        kept=kept,
        covered=_largest(patch, told),
        changed=float(gone.sum() / votes) if votes else 0.0,
        shift=_moved(standing, usual.edges) if kept < _WORTH_A_SEARCH else None,
        votes=votes,
    )


def _dot(left: Floats, right: Floats) -> Floats:
    return np.asarray((left * right).sum(axis=2), np.float32)


def _tiles(pixels: Floats) -> Floats:
    return np.asarray(cv2.resize(pixels, TILES, interpolation=cv2.INTER_AREA), np.float32)


def _largest(patch: npt.NDArray[np.bool_], told: npt.NDArray[np.bool_]) -> float:
    """Share of the picture of the largest connected patch; tiles that cannot tell join what surrounds them."""
    if not patch.any():
        return 0.0
    near = cv2.dilate(patch.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    joined = (patch | (near & ~told)).astype(np.uint8)
    count, labels = cv2.connectedComponents(joined, connectivity=4)
    sizes = [np.count_nonzero(labels == label) for label in range(1, count)]
    return float(max(sizes) / joined.size)


def _moved(now: Floats, usual: Floats) -> tuple[float, float] | None:
    """Where the usual edges are found again: all together, or, after a turn or a zoom, each part elsewhere."""
    whole = _shift(now, usual)
    if whole is not None:
        return whole
    height, width = MAP[1] // 2, MAP[0] // 3
    parts = [
        _shift(now[y : y + height, x : x + width], usual[y : y + height, x : x + width])
        for y in (0, height)
        for x in (0, width, 2 * width)
    ]
    found = [(x / 3, y / 2) for x, y in (part for part in parts if part is not None)]
    return max(found, key=lambda shift: max(map(abs, shift))) if len(found) >= _PARTS else None


def _shift(now: Floats, usual: Floats) -> tuple[float, float] | None:
    """The move that makes the usual edges fit, as shares of width and height, if it fits far better than none."""
    height, width = usual.shape[:2]
    power = float(_dot(usual, usual).sum())
    if power < _VOTES * height * width:
        return None
    fits = np.zeros((height, width))
    for channel in range(2):
        fits += np.fft.irfft2(
            np.fft.rfft2(now[..., channel]) * np.conj(np.fft.rfft2(usual[..., channel])), s=(height, width)
        )
    down, right = (int(place) for place in np.unravel_index(int(fits.argmax()), fits.shape))
    best = float(fits[down, right])
    dx, dy = (right + width // 2) % width - width // 2, (down + height // 2) % height - height // 2
    far = abs(dx) >= _LEAST_SHIFT_PX or abs(dy) >= _LEAST_SHIFT_PX
    clear = best >= _SHIFT_GAIN * max(float(fits[0, 0]), 0.0) and best >= _SHIFT_FIT * power
    return (dx / width, dy / height) if far and clear else None
