"""The durable log of the cameras' health: one row per stretch in which it stayed the same, for 在线率 and 完好率."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Bureau, CameraHealth, CameraStatus
from hub.database import outages
from hub.waiting import until_up

GAP = timedelta(seconds=20)
"""statuses come every 5 s; after a longer silence nothing is known of the time between"""
STORE_EVERY_S = 10.0
PRUNE_EVERY_TURNS = 8640
KEPT = timedelta(days=400)
"""a year can be compared with the year before"""
MOST_WAITING = 20_000
"""stretches kept while the database is away; the oldest are lost first, and are then «no data»"""

_UPSERT = text(
    """
    INSERT INTO camera_health (camera_id, began_at, seen_until, bureau, online, defects)
    VALUES (:camera_id, :began_at, :seen_until, :bureau, :online, :defects)
    ON CONFLICT (camera_id, began_at) DO UPDATE SET seen_until = greatest(camera_health.seen_until, excluded.seen_until)
    """
)
_PRUNE = text("DELETE FROM camera_health WHERE seen_until < :before")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which nothing changed."""

    camera_id: str
    bureau: Bureau
    began_at: datetime
    seen_until: datetime
    online: bool
    defects: tuple[str, ...] = ()


def heard(before: Stretch | None, status: CameraStatus, bureau: Bureau) -> tuple[Stretch | None, Stretch | None]:
    """What a status makes of the open stretch: (as it ended, if it did; the one that is open now).

    Stale counts as offline: there is no picture. While a camera starts nothing is known, so no stretch is open.
    """
    if before is not None and status.at < before.seen_until:
        return None, before
    follows = before is not None and status.at - before.seen_until <= GAP
    if status.health is CameraHealth.STARTING:
        return before, None
    online = status.health is CameraHealth.ONLINE
    defects = tuple(sorted(one.defect.value for one in status.defects)) if online else ()
    if before is not None and follows and (before.online, before.defects) == (online, defects):
        return None, replace(before, seen_until=status.at)
    if before is not None and follows:  # what was seen last held until what is seen now
        before = replace(before, seen_until=status.at)
    return before, Stretch(status.camera_id, bureau, status.at, status.at, online, defects)


class HealthLog:
    """Takes statuses at once, stores what changed when asked to. On the event loop."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = engine, clock
        self._open: dict[str, Stretch] = {}
        self._waiting: dict[tuple[str, datetime], Stretch] = {}

    def hear(self, status: CameraStatus, bureau: Bureau) -> None:
        """Fold a status in; does not block."""
        ended, now_open = heard(self._open.pop(status.camera_id, None), status, bureau)
        for stretch in (ended, now_open):
            if stretch is not None:
                self._waiting[stretch.camera_id, stretch.began_at] = stretch
        if now_open is not None:
            self._open[status.camera_id] = now_open
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    def forget(self, camera_id: str) -> None:
        """This worker no longer holds the camera."""
        self._open.pop(camera_id, None)

    async def run(self) -> None:
        """Store every few seconds, for ever, and forget what is older than anybody asks for; waits out the database."""
        turn = 0
        while True:
            if turn % PRUNE_EVERY_TURNS == 0:
                await until_up("the log of camera health", self.prune)
            await until_up("the log of camera health", self.store)
            turn += 1
            await asyncio.sleep(STORE_EVERY_S)

    async def store(self) -> None:
        """Store what is not stored yet.

        Raises:
            DatabaseUnavailable: no answer; it waits for the next time.
        """
        waiting = dict(self._waiting)
        if not waiting:
            return
        with outages():
            async with self._engine.begin() as connection:
                await connection.execute(_UPSERT, [_row(stretch) for stretch in waiting.values()])
        for key, stretch in waiting.items():
            if self._waiting.get(key) is stretch:
                del self._waiting[key]

    async def prune(self) -> None:
        """Forget what ended longer ago than is kept.

        Raises:
            DatabaseUnavailable: no answer.
        """
        with outages():
            async with self._engine.begin() as connection:
                await connection.execute(_PRUNE, {"before": self._clock() - KEPT})


def _row(stretch: Stretch) -> Mapping[str, object]:
    return {
        "camera_id": stretch.camera_id, "began_at": stretch.began_at, "seen_until": stretch.seen_until,
        "bureau": stretch.bureau.value, "online": stretch.online, "defects": list(stretch.defects),
    }  # fmt: skip
