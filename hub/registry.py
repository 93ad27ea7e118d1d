"""The table `cameras`: PostgreSQL is the registry. A file is applied as a difference, the console adds its own."""

import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.cameras import Camera
from contracts.topics import CAMERA_SHARES
from hub.database import outages

CHANNEL = "cameras"
"""NOTIFY of every change, by a trigger"""

APART = 39
"""the partitions of `camera-shares` by the golden ratio: the assignor hands out runs of shares, and in this order the
first few cameras lie evenly over all runs"""

Origin = Literal["file", "console"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying a file changed, by camera id; what stayed the same is not touched."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Registered:
    """A camera as the registry keeps it."""

    camera: Camera
    origin: Origin
    share: int
    """0 up to the partitions of `camera-shares`; it never changes while the camera is there"""
    entry: Mapping[str, Any] | None
    """as it was written, for a camera that stands in no file"""


def difference(known: Iterable[Camera], wanted: Iterable[Camera]) -> Difference:
    """What must change so that `known` becomes `wanted`."""
    before = {camera.camera_id: camera for camera in known}
    after = {camera.camera_id: camera for camera in wanted}
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(id for id in after.keys() & before.keys() if after[id] != before[id])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


async def cameras(engine: AsyncEngine) -> tuple[Camera, ...]:
    """Every camera of the registry, by id.

    Raises:
        DatabaseUnavailable: no answer.
    """
    return tuple(one.camera for one in await registered(engine))


async def registered(engine: AsyncEngine) -> tuple[Registered, ...]:
    """The same with what else is known of each.

    Raises:
        DatabaseUnavailable: no answer.
    """
    with outages():
        async with engine.connect() as connection:
            return await _all(connection)


async def apply(
    engine: AsyncEngine, wanted: Iterable[Camera], now: datetime, *, still: Callable[[], bool] = lambda: True
) -> Difference | None:
    """Make the registry say what a file says, in one transaction; returns what changed.

    The console's own cameras are left alone unless the file names them: then they are the file's. Two processes that
    start together apply one after the other, under a lock on the table; `still` is asked under it, and when the file
    is no longer the one that was read nothing is done and None returned.

    Raises:
        DatabaseUnavailable: nothing was done.
    """
    after = {camera.camera_id: camera for camera in wanted}
    with outages():
        async with engine.begin() as connection:
            await connection.execute(text("LOCK TABLE cameras IN SHARE ROW EXCLUSIVE MODE"))
            if not still():
                return None
            known = await _all(connection)
            from_file = [one.camera for one in known if one.origin == "file"]
            change = difference(from_file, after.values())
            shares = _emptiest_first(one for one in known if one.camera.camera_id not in change.removed)
            for camera_id in (*change.added, *change.changed):
                await _write(connection, Registered(after[camera_id], "file", next(shares), None), now)
            if change.removed:
                await _delete(connection, change.removed)
    return change


async def put(engine: AsyncEngine, camera: Camera, entry: Mapping[str, Any], now: datetime) -> None:
    """Add a camera that stands in no file, or change it.

    Raises:
        DatabaseUnavailable: nothing was done.
    """
    with outages():
        async with engine.begin() as connection:
            await connection.execute(text("LOCK TABLE cameras IN SHARE ROW EXCLUSIVE MODE"))
            share = next(_emptiest_first(await _all(connection)))
            await _write(connection, Registered(camera, "console", share, entry), now)


async def drop(engine: AsyncEngine, camera_id: str) -> None:
    """Remove a camera; one that is not there is no error.

    Raises:
        DatabaseUnavailable: nothing was done.
    """
    with outages():
        async with engine.begin() as connection:
            await _delete(connection, [camera_id])


def _emptiest_first(known: Iterable[Registered]) -> Iterator[int]:
    """Shares for new cameras, so that each holds as many as the others, and any run of shares its part of a few."""
    filled = Counter(one.share for one in known)
    spread = (turn * APART % CAMERA_SHARES.partitions for turn in range(CAMERA_SHARES.partitions))
    heap = [(filled[share], turn, share) for turn, share in enumerate(spread)]
    heapq.heapify(heap)
    while True:
        number, turn, share = heap[0]
        yield share
        heapq.heapreplace(heap, (number + 1, turn, share))


async def _all(connection: AsyncConnection) -> tuple[Registered, ...]:
    rows = await connection.execute(text("SELECT doc, origin, share, entry FROM cameras ORDER BY camera_id"))
    return tuple(Registered(Camera.model_validate(row.doc), row.origin, row.share, row.entry) for row in rows)


async def _write(connection: AsyncConnection, one: Registered, now: datetime) -> None:
    await connection.execute(
        text(
            "INSERT INTO cameras (camera_id, doc, updated_at, origin, share, entry) "
            "VALUES (:id, cast(:doc AS jsonb), :now, :origin, :share, cast(:entry AS jsonb)) "
            "ON CONFLICT (camera_id) DO UPDATE SET doc = excluded.doc, updated_at = excluded.updated_at, "
            "origin = excluded.origin, entry = excluded.entry"
        ),
        {
            "id": one.camera.camera_id, "doc": one.camera.model_dump_json(), "now": now, "origin": one.origin,
            "share": one.share, "entry": None if one.entry is None else json.dumps(dict(one.entry)),
        },
    )  # fmt: skip


async def _delete(connection: AsyncConnection, camera_ids: Iterable[str]) -> None:
    await connection.execute(text("DELETE FROM cameras WHERE camera_id = ANY(:ids)"), {"ids": list(camera_ids)})
