"""The street footage by time, who walks there (labelled), its empty scene, and cut-outs to compose others from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from contracts.detections import Box, Detection

Image = npt.NDArray[np.uint8]
FPS = 10
LENGTH_S = 78.0
GAP_S = 1.3
"""a person behind the pole for no longer than this is still there"""
VAN = Box(0.845, 0.02, 0.945, 0.175)
"""the white van that is parked in the corner all the time"""
DIFFERENT = 22
"""grey levels by which a person differs from the empty street"""


@dataclass(frozen=True, slots=True)
class Cutout:
    """Something to be pasted: its pixels and how opaque each is."""

    image: Image
    alpha: npt.NDArray[np.float32]
    label: str = "person"

    def scaled(self, height: int) -> "Cutout":
        """So many pixels high."""
        size = (max(2, round(self.image.shape[1] * height / self.image.shape[0])), height)
        image = np.asarray(cv2.resize(self.image, size, interpolation=cv2.INTER_AREA), np.uint8)
        return Cutout(image, np.asarray(cv2.resize(self.alpha, size), np.float32), self.label)

    def lying(self) -> "Cutout":
        """Turned by a quarter."""
        image, alpha = np.rot90(self.image), np.rot90(self.alpha)
        return Cutout(np.ascontiguousarray(image), np.ascontiguousarray(alpha), self.label)

    def mirrored(self) -> "Cutout":
        """Facing the other way."""
        image, alpha = self.image[:, ::-1], self.alpha[:, ::-1]
        return Cutout(np.ascontiguousarray(image), np.ascontiguousarray(alpha), self.label)


class Street:
    """78 s of a real street at 640×360, ten pictures a second."""

    def __init__(self, path: Path) -> None:
        footage = cv2.VideoCapture(str(path))
        self._pictures: list[Image] = []
        while (read := footage.read())[0]:
            self._pictures.append(np.asarray(read[1], np.uint8))
        footage.release()
        self._tracks: list[list[list[float]]] = json.loads(files(__package__).joinpath("street.json").read_text())

    def at(self, seconds: float) -> Image:
        """The picture nearest to this time."""
        return self._pictures[min(max(round(seconds * FPS), 0), len(self._pictures) - 1)]

    def persons(self, seconds: float) -> tuple[Detection, ...]:
        """Everybody there, as labelled: between two labels along a straight line."""
        boxes = (box for track in self._tracks if (box := _between(track, seconds)) is not None)
        return tuple(Detection("person", 0.9, box) for box in boxes)

    def there(self, seconds: float) -> tuple[Detection, ...]:
        """Everybody, and the van that is parked in the corner."""
        return (*self.persons(seconds), Detection("car", 0.9, VAN))

    def tracks(self) -> Sequence[Sequence[Sequence[float]]]:
        """Rows of seconds, x0, y0, x1, y1 for each labelled person."""
        return self._tracks

    @cached_property
    def empty(self) -> Image:
        """The street without anybody: the median over time."""
        return np.asarray(np.median(np.stack(self._pictures[::15]), axis=0), np.uint8)

    def person(self, seconds: float, x: float, y: float) -> Cutout:
        """Whoever is labelled nearest to a point at a time, cut out by what differs from the empty street."""
        near = min(self.persons(seconds), key=lambda hit: abs(hit.box.foot[0] - x) + abs(hit.box.foot[1] - y))
        here, nobody = self._crop(self.at(seconds), near.box), self._crop(self.empty, near.box)
        differs = np.abs(here.astype(np.int16) - nobody).max(axis=2) > DIFFERENT
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
        mask = cv2.morphologyEx(differs.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
        alpha = cv2.GaussianBlur(mask.astype(np.float32), (3, 3), 0)
        return Cutout(here, np.asarray(alpha, np.float32))

    def van(self) -> Cutout:
        """The parked van, with soft edges."""
        image = self._crop(self.empty, VAN)
        alpha = np.zeros(image.shape[:2], np.float32)
        alpha[2:-2, 2:-2] = 1.0
        return Cutout(image, np.asarray(cv2.GaussianBlur(alpha, (5, 5), 0), np.float32), "car")

    def _crop(self, image: Image, box: Box) -> Image:
        height, width = image.shape[:2]
        return image[
            int(box.y0 * height) : int(box.y1 * height) + 1, int(box.x0 * width) : int(box.x1 * width) + 1
        ].copy()


def tall_at(y: float) -> float:
    """How high a person is, fraction of the picture, whose foot is at height `y`: measured on the labels."""
    return 0.06 + 0.23 * y


def paste(image: Image, cutout: Cutout, x: float, y: float) -> Box:
    """Draw a cut-out with its foot at (x, y), fractions; returns its box. What lies outside the picture is cut off."""
    height, width = image.shape[:2]
    tall, wide = cutout.image.shape[:2]
    left, top = round(x * width - wide / 2), round(y * height) - tall
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + wide, width), min(top + tall, height)
    if x1 > x0 and y1 > y0:
        part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        alpha = cutout.alpha[part][..., None]
        image[y0:y1, x0:x1] = (alpha * cutout.image[part] + (1 - alpha) * image[y0:y1, x0:x1]).astype(np.uint8)
    return Box(x0 / width, y0 / height, max(x1, x0) / width, max(y1, y0) / height)


def _between(track: Sequence[Sequence[float]], seconds: float) -> Box | None:
    for before, after in pairwise(track):
        if before[0] <= seconds <= after[0] and after[0] - before[0] <= GAP_S:
            share = (seconds - before[0]) / (after[0] - before[0])
            return Box(*(a + share * (b - a) for a, b in zip(before[1:], after[1:], strict=True)))
    return None
