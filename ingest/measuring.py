"""What a stream shows of itself in passing: pictures and bits a second, and how wrong the camera's clock is."""

from datetime import datetime

from ingest.link import StreamFacts
from ingest.source import Unit

WINDOW_S = 4.0
BURST_S = 0.5
"""FFmpeg hands out at once what it held back while it probed the stream; that tells nothing"""
ALIKE = 0.5
"""the stream's own time counts when it passed at least so much as fast as ours and not so much faster"""


class Gauge:
    """Writes `fps`, `kbit_s` and `skew_s` of one connection's facts."""

    def __init__(self, facts: StreamFacts, now_s: float) -> None:
        self._facts = facts
        self._opened_s = self._since_s = now_s
        self._stream_since_s = 0.0
        self._packets = self._bytes = 0
        self._skew_s: float | None = None

    def step(self, unit: Unit, stream_s: float, now_s: float, arrived_at: datetime) -> None:
        """Fold one packet in; `stream_s`: its time on the stream's own clock."""
        if now_s - self._opened_s < BURST_S:
            self._since_s, self._stream_since_s = now_s, stream_s
            return
        self._packets += 1
        self._bytes += unit.packet.size
        self._compare_clocks(unit, arrived_at)
        if now_s - self._since_s >= WINDOW_S:
            passed_s = self._passed(stream_s, now_s)
            facts = self._facts
            facts.fps, facts.kbit_s = round(self._packets / passed_s, 1), round(self._bytes / passed_s / 125)
            facts.skew_s, facts.measured = self._skew_s, True
            self._since_s, self._stream_since_s = now_s, stream_s
            self._packets, self._bytes, self._skew_s = 0, 0, None

    def _passed(self, stream_s: float, now_s: float) -> float:
        """On the stream's own clock: a machine that reads late or in bursts must not tell another rate than was sent.
        On ours, where the stream's clock leapt or stands."""
        ours_s, its_s = now_s - self._since_s, stream_s - self._stream_since_s
        return its_s if ALIKE <= its_s / ours_s <= 1.0 / ALIKE else ours_s

    def _compare_clocks(self, unit: Unit, arrived_at: datetime) -> None:
        """The camera's sender reports (RTCP) date its pictures; the one that was delayed least tells the difference."""
        if unit.camera_s is not None:
            ahead_s = unit.camera_s - arrived_at.timestamp()
            self._skew_s = ahead_s if self._skew_s is None else max(self._skew_s, ahead_s)
