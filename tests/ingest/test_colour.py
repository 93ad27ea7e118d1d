"""BGR by our own matrix against FFmpeg's scaler, for every way that cameras code colour."""

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Interpolation

from ingest.colour import shrunk_bgr

BT709, UNSPECIFIED, BT470BG, SMPTE170M, BT2020 = 1, 2, 5, 6, 9
SIZE = (320, 180)


def picture(matrix: int = UNSPECIFIED, range_: int = 1, form: str = "yuv420p") -> av.VideoFrame:
    """Soft colours in all directions, 640 × 360."""
    y, x = np.mgrid[0:360, 0:640].astype(np.float32)
    image = np.stack([x / 640 * 200 + 20, y / 360 * 200 + 20, (x + y) / 1000 * 200 + 20], axis=2).astype(np.uint8)
    made = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format=form)
    made.colorspace, made.color_range = matrix, range_
    return made


def by_ffmpeg(shown: av.VideoFrame) -> np.ndarray:
    scaled = shown.reformat(width=SIZE[0], height=SIZE[1], format="bgr24", interpolation=Interpolation.AREA)
    return np.asarray(scaled.to_ndarray(), np.int16)


@pytest.mark.parametrize("matrix", [BT709, UNSPECIFIED, BT470BG, SMPTE170M])
@pytest.mark.parametrize("range_", [ColorRange.UNSPECIFIED, ColorRange.MPEG, ColorRange.JPEG])
@pytest.mark.parametrize("form", ["yuv420p", "yuvj420p"])
def test_colours_are_those_of_ffmpegs_scaler(matrix: int, range_: int, form: str) -> None:
    shown = picture(matrix, int(range_), form)
    ours = shrunk_bgr(shown, SIZE)
    assert ours is not None
    assert ours.shape == (180, 320, 3)
    away = ours - by_ffmpeg(shown)
    assert np.abs(away.mean(axis=(0, 1))).max() < 2.5  # its tables make green darker by up to two levels
    assert np.abs(away).max() <= 6


@pytest.mark.parametrize(
    ("form", "matrix", "size"),
    [
        ("yuv420p", UNSPECIFIED, (322, 180)),
        ("yuv420p", UNSPECIFIED, (320, 182)),
        ("yuv420p", UNSPECIFIED, (640, 360)),
        ("yuv420p", BT2020, SIZE),
        ("yuv422p", UNSPECIFIED, SIZE),
        ("nv12", UNSPECIFIED, SIZE),
        ("yuv420p10le", UNSPECIFIED, SIZE),
    ],
)
def test_every_other_picture_is_left_to_ffmpeg(form: str, matrix: int, size: tuple[int, int]) -> None:
    assert shrunk_bgr(picture(matrix, form=form), size) is None


def test_odd_sides_and_more_than_half_are_shrunk_too() -> None:
    odd = picture().reformat(width=639, height=359)
    ours = shrunk_bgr(odd, (160, 90))
    assert ours is not None
    assert ours.shape == (90, 160, 3)
    assert np.abs(ours.mean(axis=(0, 1)) - by_ffmpeg(odd).mean(axis=(0, 1))).max() < 3
