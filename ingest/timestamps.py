"""When the camera saw a picture: arrival time, freed of network jitter by the stream's own clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP_S = 5.0
"""A stream clock that leaves the arrival time by more than this was restarted or is wrong: start anew."""

DRIFT = 0.001
"""How fast (s/s) the best offset may grow, so that a camera whose clock runs slow is followed."""


@dataclass(frozen=True, slots=True)
class StreamClock:
    """The smallest `arrival - pts` seen: the packet that was delayed least tells the true offset.

    `epoch` is the arrival the offsets are measured from.
    """

    epoch: datetime | None = None
    offset_s: float = 0.0
    last_arrival_s: float = 0.0
    last_captured: datetime | None = None

    def step(self, pts_s: float | None, arrival: datetime) -> tuple["StreamClock", datetime]:
        """The next state, and the time of capture: never after `arrival`, never before the one given last.

        Without a `pts_s` (FFmpeg may have none) it is the arrival itself. Times must not run backwards on arrival;
        where they do (the machine's clock was set), the state starts anew.
        """
        if pts_s is None:
            return self._keep(arrival, arrival)
        if self.epoch is None or self.last_captured is None:
            return self._anew(pts_s, arrival)
        arrival_s = (arrival - self.epoch).total_seconds()
        elapsed = arrival_s - self.last_arrival_s
        offset = min(self.offset_s + max(0.0, elapsed) * DRIFT, arrival_s - pts_s)
        if elapsed < -JUMP_S or arrival_s - pts_s - self.offset_s < -JUMP_S or arrival_s - pts_s - offset > JUMP_S:
            return self._anew(pts_s, arrival)
        captured = min(arrival, max(self.last_captured, self.epoch + timedelta(seconds=pts_s + offset)))
        return StreamClock(self.epoch, offset, arrival_s, captured), captured

    def _keep(self, arrival: datetime, captured: datetime) -> tuple["StreamClock", datetime]:
        last_s = (arrival - self.epoch).total_seconds() if self.epoch else 0.0
        return StreamClock(self.epoch, self.offset_s, last_s, captured), captured

    @staticmethod
    def _anew(pts_s: float, arrival: datetime) -> tuple["StreamClock", datetime]:
        return StreamClock(arrival, -pts_s, 0.0, arrival), arrival
