"""A picture of any size into a model's fixed input without distorting it, and the way back."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from detectors.shrinking import resized

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
GREY = 114
"""what ultralytics and YOLOX pad with, so models saw it in training"""


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the picture lies inside the input, pixels."""

    left: int
    top: int
    width: int
    height: int

    def to_fractions(self, xyxy: Floats) -> Floats:
        """Boxes (n, 4) in input pixels → fractions of the picture, cut off at its edges."""
        origin = np.array([self.left, self.top] * 2, np.float32)
        extent = np.array([self.width, self.height] * 2, np.float32)
        return np.asarray(np.clip((xyxy - origin) / extent, 0.0, 1.0), np.float32)


def fit(picture: tuple[int, int], into: tuple[int, int]) -> Fit:
    """The largest place of a (height, width) picture inside an input of (height, width), in its middle."""
    scale = min(into[0] / picture[0], into[1] / picture[1])
    height = max(1, min(into[0], round(picture[0] * scale)))
    width = max(1, min(into[1], round(picture[1] * scale)))
    return Fit((into[1] - width) // 2, (into[0] - height) // 2, width, height)


def letterbox(image: Image, into: tuple[int, int], *, as_bytes: bool = False) -> tuple[Floats, Fit]:
    """BGR (height, width, 3) → RGB (1, 3, *into) in 0..1 with grey borders, and where the picture lies in it.

    `as_bytes`: BGR in 0..255 instead.
    """
    place = fit(image.shape[:2], into)
    canvas = np.full((*into, 3), GREY, np.uint8)
    canvas[place.top : place.top + place.height, place.left : place.left + place.width] = resized(
        image, (place.width, place.height)
    )
    blob = cv2.dnn.blobFromImage(canvas, scalefactor=1.0 if as_bytes else 1 / 255, swapRB=not as_bytes)
    return np.asarray(blob, np.float32), place
