"""A decoded picture's planes: its luma as a view, and BGR at the wanted size by one matrix over shrunk planes."""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

PLANES_420 = frozenset({"yuv420p", "yuvj420p"})
"""what decoders of cameras' streams give: three planes of 8 bits, those of colour half as wide and high"""
_BT709, _BT601 = (0.2126, 0.0722), (0.299, 0.114)
WEIGHTS = {1: _BT709, 2: _BT601, 5: _BT601, 6: _BT601}
"""matrix coefficients (ITU-T H.273 table 4) → share of red and of blue in luma; a stream that does not say, 2, is read
as BT.601, as FFmpeg does"""


def luma_of(picture: VideoFrame) -> Pixels | None:
    """A view of the luma plane (height, width) in the decoder's own memory: not to be written, nor kept.

    None where the picture has none of 8 bits (RGB, 10 bits).
    """
    first = picture.format.components[0]
    if not first.is_luma or first.bits != 8 or not picture.format.is_planar:
        return None
    return _plane(picture, 0)


def shrunk_bgr(picture: VideoFrame, size: tuple[int, int]) -> Pixels | None:
    """BGR (height, width, 3) at `size`, (width, height), which is half the picture's or less; None for other pictures.

    A third of what FFmpeg's scaler takes: it stretches the colour planes before it shrinks them.
    """
    weights = WEIGHTS.get(picture.colorspace)
    halved = 2 * size[0] <= picture.width and 2 * size[1] <= picture.height
    if weights is None or not halved or picture.format.name not in PLANES_420:
        return None
    is_full = picture.format.name == "yuvj420p" or picture.color_range == ColorRange.JPEG
    planes = [cv2.resize(_plane(picture, number), size, interpolation=cv2.INTER_AREA) for number in range(3)]
    return np.asarray(cv2.transform(cv2.merge(planes), _matrix(*weights, is_full=is_full)), np.uint8)


@cache
def _matrix(red: float, blue: float, *, is_full: bool) -> Floats:
    """(3, 4): luma, blue and red difference and 1 → blue, green, red (ITU-T H.273 §8.3, equations 38-46 solved)."""
    green = 1.0 - red - blue
    luma, colour = (1.0, 1.0) if is_full else (255 / 219, 255 / 224)
    from_blue, from_red = 2 * (1 - blue) * colour, 2 * (1 - red) * colour
    scales = np.array([
        [luma, from_blue, 0.0],
        [luma, -from_blue * blue / green, -from_red * red / green],
        [luma, 0.0, from_red],
    ])  # fmt: skip
    zero = np.array([0.0 if is_full else 16.0, 128.0, 128.0])
    return np.hstack([scales, -scales @ zero[:, None]]).astype(np.float32)


def _plane(picture: VideoFrame, number: int) -> Pixels:
    plane = picture.planes[number]
    rows: Pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
