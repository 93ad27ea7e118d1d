"""A picture that proves an observation: the very frame it speaks of, boxes drawn, named by reference."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

import cv2
import numpy as np
import numpy.typing as npt

from contracts.cameras import Line, Zone
from contracts.detections import Box

Image = npt.NDArray[np.uint8]

MAX_WIDTH = 1280
LAST_WIDTH = 640
SNAPSHOT_QUALITY = 85
LAST_QUALITY = 75
_BOX_COLOUR = (38, 92, 255)
_ZONE_COLOUR = (0, 200, 255)
TICK_PX = 18


def snapshot_ref(signal_id: str, update: int, at: datetime) -> str:
    """`ev/YYYY/MM/DD/<signal id>-<update>.jpg`, days in UTC, nothing in it that a file system could misread."""
    return f"ev/{at:%Y/%m/%d}/{_safe(signal_id.replace(':', '_'))}-{update}.jpg"


def last_ref(camera_id: str) -> str:
    """Reference of a camera's last picture."""
    return f"last/{_safe(camera_id)}.jpg"


def _safe(name: str) -> str:
    """Plain ASCII; what had to be changed is told apart by a digest, so that two names never share a file."""
    plain = re.sub(r"[^A-Za-z0-9_@-]+", "_", name)
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def snapshot(image: Image, boxes: Sequence[Box], zone: Zone | None = None, line: Line | None = None) -> bytes:
    """JPEG of at most 1280 pixels across with the boxes, and the rule's zone or line, drawn into it. A line has a tick
    on its right hand: which way is which."""
    picture = _scaled(image, MAX_WIDTH).copy()
    height, width = picture.shape[:2]
    if zone is not None:
        outline = np.array([[x * width, y * height] for x, y in zone.points]).round().astype(np.int32)
        cv2.polylines(picture, [outline], isClosed=True, color=_ZONE_COLOUR, thickness=1, lineType=cv2.LINE_AA)
    if line is not None:
        start, end = (np.array(point) * (width, height) for point in (line.start, line.end))
        middle, along = (start + end) / 2, (end - start) / max(1.0, float(np.hypot(*(end - start))))
        right = middle + TICK_PX * np.array([-along[1], along[0]])  # y grows downwards in a picture
        for one, other in ((start, end), (middle, right)):
            cv2.line(picture, _pixel(one), _pixel(other), _ZONE_COLOUR, 2, cv2.LINE_AA)
    for box in boxes:
        corners = (int(box.x0 * width), int(box.y0 * height)), (int(box.x1 * width), int(box.y1 * height))
        cv2.rectangle(picture, *corners, _BOX_COLOUR, 2)
    return _jpeg(picture, SNAPSHOT_QUALITY)


def _pixel(point: npt.NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def last_picture(image: Image) -> bytes:
    """JPEG of at most 640 pixels across with nothing drawn into it."""
    return _jpeg(_scaled(image, LAST_WIDTH), LAST_QUALITY)


def _scaled(image: Image, max_width: int) -> Image:
    height, width = image.shape[:2]
    if width <= max_width:
        return image
    size = (max_width, max(1, round(height * max_width / width)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)  # for eyes: four times faster


def _jpeg(image: Image, quality: int) -> bytes:
    whole, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not whole:
        raise ValueError(f"a picture of shape {image.shape} cannot be written as JPEG")
    return bytes(data)
