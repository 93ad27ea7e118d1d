"""Composed scenes: cut-outs that move over the empty street."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from contracts.detections import Box, Detection
from hub.bench.rule_set.street import VAN, Cutout, Image, Street, paste, tall_at

CUT_FROM = [(0.6, 0.40, 0.64), (12.6, 0.84, 0.62), (15.6, 0.73, 0.65), (18.6, 0.85, 0.67), (18.6, 0.43, 0.61),
            (18.6, 0.23, 0.46), (24.6, 0.84, 0.77), (45.6, 0.45, 0.62), (45.6, 0.71, 0.68), (66.6, 0.82, 0.83),
            (69.6, 0.23, 0.48), (51.6, 0.83, 0.79)]  # fmt: skip
"""seconds and foot of persons in the footage who stand clear of others"""
HIDDEN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Scene:
    """One actor: where along the picture by time, at which height, from when to when."""

    cutout: Cutout
    x: Callable[[float], float]
    y: float
    appears: float
    leaves: float
    tall: float | None = None
    """fraction of the picture; as a person there would be when absent"""
    falls_at: float | None = None
    hides_at: float | None = None
    """from then on something stands before the lower half"""


def actors(street: Street, places: Sequence[tuple[float, float, float, float]]) -> tuple[Scene, ...]:
    """Persons who stand at (x, y) from one time to another; each another person of the footage in turn."""
    people = [street.person(*one) for one in CUT_FROM]
    return tuple(
        Scene(people[n % len(people)], lambda _, x=x: x, y, appears, leaves)  # type: ignore[misc]
        for n, (x, y, appears, leaves) in enumerate(places)
    )


def shown(street: Street, scenes: Sequence[Scene], t: float) -> tuple[Image, tuple[Detection, ...]]:
    """The picture at a time, the farthest drawn first, and what is truly there; the parked van is always there."""
    image = street.empty.copy()
    there = [Detection("car", 0.9, VAN)]
    for one in sorted(scenes, key=lambda scene: scene.y):
        if one.appears <= t < one.leaves:
            box = _drawn(image, one, t)
            if box.area > 0:
                there.append(Detection(one.cutout.label, 0.9, box))
    return image, tuple(there)


def _drawn(image: Image, one: Scene, t: float) -> Box:
    tall = round((one.tall or tall_at(one.y)) * image.shape[0])
    cutout = one.cutout.scaled(tall)
    if one.falls_at is not None and t >= one.falls_at:
        return paste(image, cutout.lying(), one.x(t), one.y)
    box = paste(image, cutout, one.x(t), one.y)
    if one.hides_at is not None and t >= one.hides_at:
        return _behind(image, box)
    return box


def _behind(image: Image, box: Box) -> Box:
    """A grey crate before the lower half; what is seen ends where it begins."""
    height, width = image.shape[:2]
    top = box.y1 - HIDDEN_SHARE * (box.y1 - box.y0)
    crate = np.s_[int(top * height) : int(box.y1 * height) + 4, int(box.x0 * width) - 12 : int(box.x1 * width) + 12]
    image[crate] = 105
    return Box(box.x0, box.y0, box.x1, top)
