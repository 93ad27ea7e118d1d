"""Composed luma for `hub bench gate`: a real street without people, and people cut out of its footage put back in.

What moves is known for every picture, because it was put there. Noise, clouds and a lamp are synthetic.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from hub.assets import Assets
from hub.bench import street

Luma = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WIDTH, HEIGHT = 1920, 1080
FPS = 5
PLATE_STEP = 20
NOISE = 2.5
SEED = 11


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture and what is true of it."""

    luma: Luma
    at_s: float
    moves: bool
    present: bool
    """somebody is in the picture, moving or not"""


class Stage:
    """An empty street and the people to put on it; all sizes are those of a 1080p main stream."""

    def __init__(self, assets: Assets) -> None:
        labelled = street.labelled_persons()
        shown = street.pictures(assets, {*labelled, *range(0, max(labelled), PLATE_STEP)})
        grey = {number: cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) for number, picture in shown.items()}
        plate = np.median(np.stack(list(grey.values())), axis=0).astype(np.float32)
        self.plate: Floats = _scaled(plate, (WIDTH, HEIGHT))
        self.people = [
            _scaled(grey[number][y0:y1, x0:x1].astype(np.float32), ((x1 - x0) * 3, (y1 - y0) * 3))
            for number, persons in labelled.items() if number in grey
            for x0, y0, x1, y1 in (_pixels(person.box) for person in persons)
            if y1 - y0 >= 30 and x1 > x0
        ]  # fmt: skip
        rng = np.random.default_rng(SEED)
        self._noise = [rng.normal(0, NOISE, (HEIGHT, WIDTH)).astype(np.float32) for _ in range(5)]

    def shot(self, number: int, people: list[tuple[Floats, int, int]], light: float = 1.0) -> Luma:
        """Picture `number` with cut-outs at (left, top), under so much light, with the sensor's noise."""
        scene = self.plate.copy()
        for cut, left, top in people:
            x0, y0 = max(0, left), max(0, top)
            x1, y1 = min(WIDTH, left + cut.shape[1]), min(HEIGHT, top + cut.shape[0])
            if x1 > x0 and y1 > y0:
                scene[y0:y1, x0:x1] = cut[y0 - top : y1 - top, x0 - left : x1 - left]
        noise = np.roll(self._noise[number % 5], number * 13, axis=1)
        return np.asarray(np.clip(scene * light + noise, 0, 255), np.uint8)


def scenes(stage: Stage) -> Mapping[str, Iterator[Shown]]:
    """By name; each begins with half a minute of empty street."""
    return {
        "walkers, near and far": _walkers(stage),
        "a crowd that came and stands": _crowd(stage),
        "a person who falls and lies": _fallen(stage),
        "nobody, clouds and noise": _empty(stage),
    }


def _quiet(stage: Stage, seconds: int) -> Iterator[Shown]:
    for number in range(seconds * FPS):
        yield Shown(stage.shot(number, []), number / FPS, moves=False, present=False)


def _walkers(stage: Stage) -> Iterator[Shown]:
    yield from _quiet(stage, 30)
    start = 30 * FPS
    for walk, cut in enumerate(stage.people[:: max(1, len(stage.people) // 8)][:8]):
        size = (1.0, 0.5)[walk % 2]  # the same person twice as far away
        small = _scaled(cut, (int(cut.shape[1] * size), int(cut.shape[0] * size)))
        for step in range(6 * FPS):
            number = start + walk * 6 * FPS + step
            left, top = 200 + step * int(28 * size), 350 + (walk % 3) * 120
            yield Shown(stage.shot(number, [(small, left, top)]), number / FPS, moves=True, present=True)


def _crowd(stage: Stage) -> Iterator[Shown]:
    yield from _quiet(stage, 30)
    start, people = 30 * FPS, stage.people[:8]
    for step in range(60 * FPS):
        walking = step < 6 * FPS
        here = min(step, 6 * FPS) * 20
        placed = [(cut, 300 + place * 90 - 600 + here, 420 + place % 3 * 60) for place, cut in enumerate(people)]
        number = start + step
        yield Shown(stage.shot(number, placed), number / FPS, moves=walking, present=True)


def _fallen(stage: Stage) -> Iterator[Shown]:
    yield from _quiet(stage, 30)
    start, cut = 30 * FPS, stage.people[0]
    lying = np.ascontiguousarray(np.rot90(cut))
    for step in range(60 * FPS):
        number = start + step
        walking = step < 5 * FPS
        left = 500 + min(step, 5 * FPS) * 20
        one = (cut, left, 450) if walking else (lying, left, 450 + cut.shape[0] - lying.shape[0])
        yield Shown(stage.shot(number, [one]), number / FPS, moves=step <= 5 * FPS, present=True)


def _empty(stage: Stage) -> Iterator[Shown]:
    for number in range(120 * FPS):
        at_s = number / FPS
        light = 1.0 - 0.25 * (0.5 - 0.5 * np.cos(at_s / 40 * 2 * np.pi)) if at_s > 40 else 1.0
        yield Shown(stage.shot(number, [], float(light)), at_s, moves=False, present=False)


def _pixels(box: object) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (getattr(box, name) for name in ("x0", "y0", "x1", "y1"))
    return int(x0 * street.WIDTH), int(y0 * street.HEIGHT), int(x1 * street.WIDTH), int(y1 * street.HEIGHT)


def _scaled(image: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.float32)
