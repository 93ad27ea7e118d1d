"""Which of the waiting pictures goes to the model next: promises first, then what is most urgent.

Two promises hold under overload: a camera of high priority is looked at as often as its rules want, every other one at
least once in `LEAST_EVERY_S`. What is left goes to the longest unserved: that is max-min fair, so the cheap cameras (a
picture in 2 s) get all they want and the greedy ones (5 a second) share the rest. Promises that cannot all be kept are
all stretched alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass

EARLY = 0.9
"""a camera is due after this share of its interval, because pictures come when the camera sends them"""
HIGH_PRIORITY, MIDDLE_PRIORITY = 2, 3
"""up to the one, the full pace is promised"""
LEAST_EVERY_S = 8.0


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

    @property
    def promised_s(self) -> float:
        """How often it is looked at, whatever else waits."""
        return self.interval_s if self.priority <= HIGH_PRIORITY else max(self.interval_s, LEAST_EVERY_S)


def urgency_s(camera: Waiting, now_s: float) -> float:
    """Seconds unserved, doubled for each step of priority above the middle, halved for each below."""
    return float((now_s - camera.served_s) * 2.0 ** (MIDDLE_PRIORITY - camera.priority))


def owed(camera: Waiting, now_s: float) -> float:
    """How much of its promised interval has passed: from `EARLY` on, it goes before all that nothing is promised to."""
    return (now_s - camera.served_s) / camera.promised_s


def next_camera(waiting: Iterable[Waiting], now_s: float) -> Waiting | None:
    """The one whose promise is nearest to being broken, else the most urgent that is due, None when none is due."""
    due = [camera for camera in waiting if camera.due_s <= now_s]
    promised = [camera for camera in due if owed(camera, now_s) >= EARLY]
    if promised:
        return max(promised, key=lambda camera: (owed(camera, now_s), camera.camera_id))
    return max(due, key=lambda camera: (urgency_s(camera, now_s), camera.camera_id), default=None)


def pause_s(waiting: Iterable[Waiting], now_s: float, *, most_s: float) -> float:
    """How long until one of them is due, at most `most_s`."""
    soonest = min((camera.due_s for camera in waiting), default=now_s + most_s)
    return min(most_s, max(0.0, soonest - now_s))
