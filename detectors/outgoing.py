"""What is told but not yet stored: bounded, and a newer update of a happening takes the place of an older one."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.signals import Observation
from detectors.watching import Picture, Report

CAPACITY = 500
"""happenings, not updates; a city worker's cameras have far fewer at once"""
MAX_PICTURES = 4


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The newest observation of one happening with all its pictures that are not yet stored."""

    observation: Observation
    pictures: tuple[Picture, ...] = ()


class Outbasket:
    """Kept in order of first arrival. When full the oldest is dropped and counted: it is known by then to be late."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._waiting: dict[str, Outgoing] = {}
        self._capacity = capacity
        self.replaced = 0
        """updates that a newer one of the same happening took the place of"""
        self.dropped = 0
        """happenings lost because storage was away for too long"""

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, report: Report) -> None:
        """Add, or replace what waits of the same happening; its pictures stay."""
        signal_id = report.observation.signal_id
        before = self._waiting.get(signal_id)
        pictures = (*(before.pictures if before else ()), *([report.snapshot] if report.snapshot else ()))
        self.replaced += before is not None
        self._waiting[signal_id] = Outgoing(report.observation, pictures[:1] + pictures[1:][-(MAX_PICTURES - 1) :])
        if len(self._waiting) > self._capacity:
            del self._waiting[next(iter(self._waiting))]
            self.dropped += 1

    def peek(self, limit: int = 50) -> Sequence[Outgoing]:
        """The oldest happenings; they stay until `done`."""
        return list(self._waiting.values())[:limit]

    def done(self, stored: Sequence[Outgoing]) -> None:
        """Forget what was stored, except where something newer has come meanwhile."""
        for outgoing in stored:
            signal_id = outgoing.observation.signal_id
            if self._waiting.get(signal_id) is outgoing:
                del self._waiting[signal_id]
