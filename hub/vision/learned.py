"""What was learned of the cameras' pictures, in PostgreSQL: a restart or another worker goes on from it."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Camera
from contracts.errors import DatabaseUnavailable
from detectors.quality.diagnosis import State
from detectors.quality.keeping import dumped, loaded
from hub.database import outages

log = logging.getLogger(__name__)

KEEP_EVERY_S = 300.0
ANSWER_WITHIN_S = 3.0

_LOAD = text("SELECT learned FROM camera_baselines WHERE camera_id = :camera_id AND view = :view")
_SAVE = text(
    """
    INSERT INTO camera_baselines (camera_id, view, learned, updated_at) VALUES (:camera_id, :view, :learned, :now)
    ON CONFLICT (camera_id) DO UPDATE SET
        view = excluded.view, learned = excluded.learned, updated_at = excluded.updated_at
    """
)


class LearnedPictures:
    """One row a camera."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = engine, clock

    async def of(self, camera: Camera) -> State:
        """What is known of its picture; nothing when it hangs or looks otherwise than when it was learned.

        Raises:
            DatabaseUnavailable: no answer.
        """
        with outages():
            async with self._engine.connect() as connection:
                rows = await connection.execute(_LOAD, {"camera_id": camera.camera_id, "view": view_of(camera)})
                kept = rows.scalar_one_or_none()
        return State() if kept is None else loaded(kept)

    async def run(self, known: Callable[[], Iterable[tuple[Camera, State]]]) -> None:
        """Keep what is known every few minutes, for ever; while the database is away it is tried again next time."""
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            for one in list(known()):
                await self.keep_if_up([one])

    async def keep_if_up(self, known: Iterable[tuple[Camera, State]]) -> None:
        """Keep, unless the database is away: that is only said."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self.keep(known, self._clock())
        except (DatabaseUnavailable, TimeoutError) as away:
            log.warning("what was learned of a camera's picture is not kept now: %s", away)

    async def of_if_up(self, camera: Camera) -> State:
        """What is known of its picture; nothing while the database is away."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await self.of(camera)
        except (DatabaseUnavailable, TimeoutError) as away:
            log.warning("camera %s: its usual picture is learned anew: %s", camera.camera_id, away)
            return State()

    async def keep(self, known: Iterable[tuple[Camera, State]], now: datetime) -> None:
        """Keep what is known now, all or nothing; a camera of which nothing is known yet is left out.

        Raises:
            DatabaseUnavailable: no answer; nothing was kept.
        """
        rows = [
            {"camera_id": camera.camera_id, "view": view_of(camera), "learned": dumped(state), "now": now}
            for camera, state in known
            if state.sizes
        ]
        if rows:
            with outages():
                async with self._engine.begin() as connection:
                    await connection.execute(_SAVE, rows)


def view_of(camera: Camera) -> str:
    """Changes with everything in a camera's entry that changes what it shows: then it is learned anew."""
    shows = (
        camera.url, camera.sub_url, camera.place, camera.view, camera.height_m, camera.bearing_deg,
        camera.view_angle_deg, camera.masks,
    )  # fmt: skip
    return hashlib.sha256(repr(shows).encode()).hexdigest()[:16]
