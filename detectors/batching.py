"""Which of the waiting pictures goes to the model next: fair between cameras, by deadline and priority.

A camera is due when its rules want a new picture. Of the due ones the longest unserved goes first: under overload
that is max-min fair, so the cheap cameras (a picture in 2 s) get all they want and the greedy ones (5 a second) share
the rest. A step of priority counts as twice the waiting, so important cameras keep their pace longest.
"""

from collections.abc import Iterable
from dataclasses import dataclass

EARLY = 0.9
"""a camera is due after this share of its interval, because pictures come when the camera sends them"""
MIDDLE_PRIORITY = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A camera whose newest picture lies ready. Times are seconds on one monotonic clock."""

    camera_id: str
    served_s: float
    """when its last picture went to the model, or when it was first seen"""
    interval_s: float
    """how often its rules want a picture"""
    priority: int = MIDDLE_PRIORITY
    """1 (first) to 5 (last)"""

    @property
    def due_s(self) -> float:
        """When its next picture is wanted."""
        return self.served_s + EARLY * self.interval_s


def urgency_s(camera: Waiting, now_s: float) -> float:
    """Seconds unserved, doubled for each step of priority above the middle, halved for each below."""
    return float((now_s - camera.served_s) * 2.0 ** (MIDDLE_PRIORITY - camera.priority))


def next_camera(waiting: Iterable[Waiting], now_s: float) -> Waiting | None:
    """The most urgent of those that are due, None when none is; of equals always the same one."""
    due = (camera for camera in waiting if camera.due_s <= now_s)
    return max(due, key=lambda camera: (urgency_s(camera, now_s), camera.camera_id), default=None)


def pause_s(waiting: Iterable[Waiting], now_s: float, *, most_s: float) -> float:
    """How long until one of them is due, at most `most_s`."""
    soonest = min((camera.due_s for camera in waiting), default=now_s + most_s)
    return min(most_s, max(0.0, soonest - now_s))
