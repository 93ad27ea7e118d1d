"""streams.yaml applied to the registry, at the start and whenever it changes; a bad one changes nothing and is said."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import registry, streams
from hub.database import outages
from hub.registry import Difference
from hub.streams import Problem, StreamsError
from hub.streams.noticing import twice
from hub.waiting import until_up

log = logging.getLogger(__name__)

PROBLEMS = Gauge("hub_streams_problems", "problems of streams.yaml as last read; while there are any it is not applied")

LOOK_EVERY_S = 1.0
"""a changed file is applied once two looks in a row find it the same, so that half a file is not taken for a whole"""
MISSING = "no file"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileState:
    """What became of a file."""

    source: str
    read_at: datetime
    cameras: int
    """how many it named when it was last right"""
    problems: tuple[Problem, ...] = ()


class CamerasFile:
    """One file and the registry that it is applied to."""

    def __init__(self, path: Path, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self.path = path
        self._engine, self._clock = engine, clock
        self._applied: str | None = None
        self._bad: StreamsError | None = None

    def missing(self) -> list[str]:
        """Why what the file says is not what runs; empty when it is."""
        return [f"{self.path} is not applied, the cameras before it run on: {self._bad.message}"] if self._bad else []

    async def apply(self) -> Difference:
        """Read the file and make the registry say the same.

        Raises:
            StreamsError: the file has problems; the registry is as it was, and the problems are told.
            DatabaseUnavailable: nothing was done.
        """
        while True:
            digest = digest_of(self.path)
            try:
                read = await off_the_loop(lambda: streams.load(self.path))
            except StreamsError as bad:
                await self._tell_bad(bad, digest)
                raise
            change = await registry.apply(
                self._engine,
                read.cameras,
                self._clock(),
                still=lambda: digest_of(self.path) == digest,  # noqa: B023
            )
            if change is not None:
                await self._tell_applied(change, len(read.cameras), digest)
                for pair in twice(read.cameras) if change else ():
                    log.warning("perhaps one camera in the list twice: %s", pair)
                return change

    async def keep(self) -> None:
        """Apply the file whenever it changes, for ever; waits out the database."""
        seen = self._applied
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            digest = digest_of(self.path)
            settled, seen = digest == seen, digest
            never_there = digest == MISSING and self._applied is None
            if settled and digest != self._applied and not never_there:
                await until_up("the registry of cameras", self._try)

    async def _try(self) -> None:
        try:
            await self.apply()
        except StreamsError as bad:
            log.warning("the cameras run on as they were: %s", bad)

    async def _tell_bad(self, bad: StreamsError, digest: str) -> None:
        PROBLEMS.set(len(bad.problems))
        self._bad = bad
        await _remember(self._engine, FileState(str(self.path), self._clock(), 0, bad.problems))
        self._applied = digest

    async def _tell_applied(self, change: Difference, cameras: int, digest: str) -> None:
        PROBLEMS.set(0)
        self._bad = None
        await _remember(self._engine, FileState(str(self.path), self._clock(), cameras))
        self._applied = digest
        if change:
            log.info(
                "%s: %d cameras added, %d changed, %d removed",
                self.path, len(change.added), len(change.changed), len(change.removed),
            )  # fmt: skip


def digest_of(path: Path) -> str:
    """What tells this text of the file from any other."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return MISSING
    except OSError as problem:
        return str(problem.strerror)


async def off_the_loop(work: Callable[[], T]) -> T:
    """A thousand cameras take YAML seconds, in which nobody else should wait."""
    with ThreadPoolExecutor(1, thread_name_prefix="streams.yaml") as own:
        return await asyncio.get_running_loop().run_in_executor(own, work)


async def state(engine: AsyncEngine) -> FileState | None:
    """What became of the file, by the process that read it last; None for a hub that has none.

    Raises:
        DatabaseUnavailable: no answer.
    """
    with outages():
        async with engine.connect() as connection:
            row = (await connection.execute(text("SELECT * FROM camera_files ORDER BY read_at DESC LIMIT 1"))).first()
    if row is None:
        return None
    return FileState(row.source, row.read_at, row.cameras, tuple(Problem(**one) for one in row.problems))


async def _remember(engine: AsyncEngine, state: FileState) -> None:
    with outages():
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO camera_files (source, read_at, cameras, problems) "
                    "VALUES (:source, :read_at, :cameras, cast(:problems AS jsonb)) "
                    "ON CONFLICT (source) DO UPDATE SET read_at = excluded.read_at, problems = excluded.problems, "
                    "cameras = CASE WHEN excluded.problems = '[]' THEN excluded.cameras ELSE camera_files.cameras END"
                ),
                {
                    "source": state.source, "read_at": state.read_at, "cameras": state.cameras,
                    "problems": json.dumps([asdict(one) for one in state.problems]),
                },
            )  # fmt: skip
            await connection.execute(text("SELECT pg_notify('cameras', '')"))
