"""How often the detectors find time for a camera: what they cannot take is not decoded (`ingest.cadence`). Pure.

The measure is the mailbox between camera and detectors: pictures that a newer one replaced before anybody looked were
decoded for nothing. The spacing follows the pictures that were taken, and gives way as soon as none is lost.
"""

from dataclasses import dataclass

WINDOW_S = 8.0
MANY_LOST, HARDLY_ANY_LOST = 0.15, 0.02
"""shares of lost pictures: above the one there is overload, below the other there is time to spare"""
PRESS = 0.9
"""pictures come a little oftener than they are taken, so that more is taken as soon as there is time"""
RELAX = 0.85
"""how fast the spacing shrinks when nothing is lost"""
MOST_S = 10.0
LEAST_S = 0.2
"""below this it is no spacing"""


@dataclass(frozen=True, slots=True)
class Pressure:
    """What was counted since `since_s`, and the spacing that follows from the window before."""

    spacing_s: float = 0.0
    since_s: float | None = None
    put: int = 0
    lost: int = 0

    def step(self, put: int, lost: int, now_s: float) -> "Pressure":
        """Fold the mailbox's running counts in; `now_s` on a monotonic clock."""
        if self.since_s is None:
            return Pressure(0.0, now_s, put, lost)
        passed_s = now_s - self.since_s
        if passed_s < max(WINDOW_S, 2 * self.spacing_s):
            return self
        came, missed = put - self.put, lost - self.lost
        return Pressure(self._spacing_s(came, missed, passed_s), now_s, put, lost)

    def _spacing_s(self, came: int, missed: int, passed_s: float) -> float:
        if missed > MANY_LOST * came:
            return min(MOST_S, PRESS * passed_s / max(1, came - missed))
        if missed > HARDLY_ANY_LOST * came:
            return self.spacing_s
        relaxed = self.spacing_s * RELAX
        return relaxed if relaxed >= LEAST_S else 0.0
