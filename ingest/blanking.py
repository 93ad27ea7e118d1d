"""Privacy masks: the pixels under them are black before anything outside the decoder sees them."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from contracts.cameras import Zone

Pixels = npt.NDArray[np.uint8]

SIZES = 8
"""a camera shows one or two sizes, each as picture and as grid; one that lies does not fill the memory"""


class Blanks:
    """The masks of one camera; their pixels are worked out once for each size of picture."""

    def __init__(self, masks: Sequence[Zone]) -> None:
        self._masks = masks
        self._known: dict[tuple[int, int], npt.NDArray[np.bool_]] = {}

    def __bool__(self) -> bool:
        return bool(self._masks)

    def blank(self, image: Pixels) -> None:
        """Blacken (height, width) or (height, width, 3) in place; also each pixel that a mask only touches."""
        if not self._masks:
            return
        size = (image.shape[0], image.shape[1])
        if size not in self._known:
            if len(self._known) >= SIZES:
                self._known.clear()
            self._known[size] = covered(self._masks, size)
        image[self._known[size]] = 0


def covered(masks: Sequence[Zone], size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Which pixels of a picture of `size` (height, width) lie under a mask, or at its edge."""
    height, width = size
    drawn = np.zeros(size, np.uint8)
    for mask in masks:
        corners = np.round(np.asarray(mask.points, np.float64) * (width, height) - 0.5).astype(np.int32)
        cv2.fillPoly(drawn, [corners], 1)
    return cv2.dilate(drawn, np.ones((3, 3), np.uint8)).astype(np.bool_)
