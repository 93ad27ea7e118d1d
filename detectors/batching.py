"""Which of the waiting pictures goes to the model next: fair between cameras, and by deadline.

A camera's share is its wanted rate. What counts is how late it is in its own intervals, weighted by priority: a
keyframe camera that waited for 2 s and a tracked one that waited for 200 ms are equally due. Under overload every
camera gets the same fraction of what it wants; a camera of priority 1 gets about twice that of one of priority 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A camera whose newest picture lies ready. Times are seconds on one monotonic clock."""

    camera_id: str
    served_s: float
    """when a picture of it was last analysed, or when it was first seen"""
    interval_s: float
    """how often its rules want a picture"""
    priority: int = 3
    """1 (first) to 5 (last)"""


def lateness(camera: Waiting, now_s: float) -> float:
    """How many of its own intervals it has waited, weighted by priority."""
    weight = 1.5 - camera.priority / 6
    return weight * (now_s - camera.served_s) / camera.interval_s


def next_camera(waiting: Iterable[Waiting], now_s: float) -> Waiting | None:
    """The one that is due most; of equals the first by id, so that the choice is the same every time."""
    return max(waiting, key=lambda camera: (lateness(camera, now_s), camera.camera_id), default=None)
