"""A street drawn by a few lines, with people who walk, and what can happen to the camera that looks at it."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import numpy.typing as npt

from detectors.quality.diagnosis import START, State, Verdict, step

Image = npt.NDArray[np.uint8]
Change = Callable[[Image, int], Image]

T0 = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WIDTH, HEIGHT = 640, 360


def street(number: int) -> Image:
    """Picture `number`: houses, a road with marks, noise, and three people who walk."""
    houses, noises = _drawn()
    image = houses.copy()
    for person in range(3):
        x, y = (number * 11 + person * 200) % WIDTH, 120 + 70 * person
        cv2.rectangle(image, (x, y), (x + 14, y + 44), (40, 40, 60 + 60 * person), -1)
    return coded(cv2.add(image, noises[number % len(noises)], dtype=cv2.CV_8U), 85)


@functools.cache
def _drawn() -> tuple[Image, list[npt.NDArray[np.int16]]]:
    rng = np.random.default_rng(7)
    image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    for _ in range(60):
        x, y = int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT))
        w, h = (int(size) for size in rng.integers(20, 90, 2))
        cv2.rectangle(image, (x, y), (x + w, y + h), tuple(int(c) for c in rng.integers(60, 200, 3)), -1)
    return image, [rng.normal(0, 2, image.shape).astype(np.int16) for _ in range(7)]


def coded(image: cv2.typing.MatLike, quality: int) -> Image:
    """As it comes out of a codec."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def known(seconds: int = 2000, every: int = 8) -> State:
    """A camera that was watched for half an hour, with nothing wrong."""
    state = START
    for second in range(0, seconds, every):
        state, verdict = step(state, street(second), at(second))
        assert not verdict.defects
    return state


def watched(state: State, change: Change, *, start: int = 2000, seconds: int = 60) -> tuple[State, list[Verdict]]:
    """One picture a second from `start` on, each changed."""
    verdicts = []
    for second in range(seconds):
        state, verdict = step(state, change(street(start + second), second), at(start + second))
        verdicts.append(verdict)
    return state, verdicts
