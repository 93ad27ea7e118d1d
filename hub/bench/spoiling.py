"""What can happen to a camera's picture, in growing strength: injected into footage to count what is noticed."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from contracts.cameras import Defect

Image = npt.NDArray[np.uint8]
Spoil = Callable[[Image, int], Image]


@dataclass(frozen=True)
class Case:
    """One defect at one strength. `must`: it has to be noticed; the weaker ones show where noticing begins."""

    defect: Defect
    strength: str
    spoil: Spoil
    must: bool


def coded(image: Image, quality: int = 60) -> Image:
    """As it comes out of a codec."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(np.asarray(data), cv2.IMREAD_COLOR), np.uint8)


def cases(still: Image) -> tuple[Case, ...]:
    """All of them; `still` is the picture in which a frozen camera stands."""
    return (
        Case(Defect.BLACK, "no light", scaled(0.0), True),
        *(Case(Defect.FROZEN, f"coded anew at {q}", _frozen(still, q), True) for q in (90, 50)),
        *(Case(Defect.TOO_DARK, f"× {by}", scaled(by), by <= 0.2) for by in (0.5, 0.3, 0.2)),
        *(Case(Defect.TOO_BRIGHT, f"+ {by}", _lifted(by), by >= 160) for by in (80, 120, 160, 200)),
        *(Case(Defect.BLURRED, f"σ {s} of 960", _blurred(s), s >= 3) for s in (1.0, 2.0, 3.0, 6.0, 12.0)),
        *(
            Case(Defect.COLOUR_CAST, f"magenta {s:.0%}", scaled((1 + s, 1 - s, 1 + s)), s >= 0.2)
            for s in (0.05, 0.1, 0.2, 0.4)
        ),
        *(Case(Defect.OCCLUDED, f"{s:.0%} grey", _covered(s), s >= 0.3) for s in (0.15, 0.2, 0.3, 0.35, 0.5, 1.0)),
        *(Case(Defect.OCCLUDED, f"{s:.0%} a hand, out of focus", _hand(s), s >= 0.35) for s in (0.35, 0.6)),
        *(Case(Defect.MOVED, f"{s:.0%} of the width", _pushed(s), s >= 0.03) for s in (0.01, 0.03, 0.1, 0.3)),
        *(Case(Defect.MOVED, f"turned {d}°", _pushed(0.0, d), d >= 10) for d in (2, 5, 10)),
        *(Case(Defect.MOSAIC, f"{s:.0%} of the blocks", _in_blocks(s), s >= 0.05) for s in (0.01, 0.05, 0.2)),
    )  # fmt: skip


def scaled(by: float | tuple[float, float, float]) -> Spoil:
    """Every pixel, or blue, green and red, times so much."""
    return lambda image, _: np.asarray(np.clip(image * np.asarray(by), 0, 255), np.uint8)


def _lifted(by: int) -> Spoil:
    return lambda image, _: np.asarray(np.clip(image.astype(np.int16) + by, 0, 255), np.uint8)


def _blurred(sigma: float) -> Spoil:
    return lambda image, _: np.asarray(cv2.GaussianBlur(image, (0, 0), sigma * image.shape[1] / 960), np.uint8)


def _frozen(still: Image, quality: int) -> Spoil:
    return lambda _, number: coded(still, quality + number % 4)


def _covered(share: float) -> Spoil:
    def cover(image: Image, _: int) -> Image:
        image = image.copy()
        image[:, : round(share * image.shape[1])] = (88, 92, 90)
        return image

    return cover


def _hand(share: float) -> Spoil:
    def cover(image: Image, _: int) -> Image:
        image, width = image.copy(), round(share * image.shape[1])
        image[:, :width] = cv2.GaussianBlur(image, (0, 0), image.shape[1] / 12)[:, :width] // 2 + 50
        return image

    return cover


def _pushed(right: float, turn: float = 0.0) -> Spoil:
    def push(image: Image, _: int) -> Image:
        height, width = image.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
        matrix[0, 2] += right * width
        return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)

    return push


def _in_blocks(share: float) -> Spoil:
    def damage(image: Image, number: int) -> Image:
        rng, image = np.random.default_rng(number), image.copy()
        rows, columns = image.shape[0] // 16, image.shape[1] // 16
        for _ in range(round(share * rows * columns)):
            y, from_y = (16 * int(rng.integers(rows)) for _ in range(2))
            x, from_x = (16 * int(rng.integers(columns)) for _ in range(2))
            image[y : y + 16, x : x + 16] = image[from_y : from_y + 16, from_x : from_x + 16]
        return image

    return damage
