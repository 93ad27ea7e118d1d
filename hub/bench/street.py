"""The street footage and what persons are on it, by hand: what the benches of detection are measured with."""

import json
from collections.abc import Iterable
from importlib import resources

import cv2
import numpy as np
import numpy.typing as npt

from contracts.detections import Box, Detection
from hub.assets import Assets

Image = npt.NDArray[np.uint8]
WIDTH, HEIGHT = 640, 360


def labelled_persons() -> dict[int, tuple[Detection, ...]]:
    """Number of a picture of the sub-stream's footage → the persons on it."""
    text = resources.files("hub.bench").joinpath("street_persons.json").read_text(encoding="utf-8")
    return {
        int(number): tuple(Detection("person", 1.0, _box(one)) for one in boxes)
        for number, boxes in json.loads(text)["pictures"].items()
    }


def pictures(assets: Assets, numbers: Iterable[int]) -> dict[int, Image]:
    """These pictures of the sub-stream's footage, 640×360."""
    wanted = set(numbers)
    video = cv2.VideoCapture(str(assets.street_360p))
    found: dict[int, Image] = {}
    try:
        for at in range(max(wanted) + 1):
            if not video.grab():
                break
            if at in wanted:
                found[at] = np.asarray(video.retrieve()[1], np.uint8)
    finally:
        video.release()
    return found


def _box(corners: list[int]) -> Box:
    x0, y0, x1, y1 = corners
    return Box(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT)
