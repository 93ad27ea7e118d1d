"""The table `cameras`: PostgreSQL is the registry, streams.yaml is applied to it as a difference."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Camera


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying a file changed, by camera id; what stayed the same is not touched."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


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
    """Every camera of the registry, by id."""
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT doc FROM cameras ORDER BY camera_id"))
        return tuple(Camera.model_validate(doc) for doc in rows.scalars())


async def apply(engine: AsyncEngine, wanted: Iterable[Camera], now: datetime) -> Difference:
    """Make the registry say what `wanted` says, in one transaction; returns what changed.

    Two processes that start together apply one after the other, under a lock on the table.
    """
    after = {camera.camera_id: camera for camera in wanted}
    async with engine.begin() as connection:
        await connection.execute(text("LOCK TABLE cameras IN SHARE ROW EXCLUSIVE MODE"))
        rows = await connection.execute(text("SELECT doc FROM cameras"))
        change = difference([Camera.model_validate(doc) for doc in rows.scalars()], after.values())
        for camera_id in (*change.added, *change.changed):
            await connection.execute(
                text(
                    "INSERT INTO cameras (camera_id, doc, updated_at) VALUES (:id, cast(:doc AS jsonb), :now) "
                    "ON CONFLICT (camera_id) DO UPDATE SET doc = excluded.doc, updated_at = excluded.updated_at"
                ),
                {"id": camera_id, "doc": after[camera_id].model_dump_json(), "now": now},
            )
        if change.removed:
            await connection.execute(
                text("DELETE FROM cameras WHERE camera_id = ANY(:ids)"), {"ids": list(change.removed)}
            )
    return change
