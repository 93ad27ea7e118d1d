"""The register of who did and who looked, when, why: append-only (a trigger keeps it so)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from command_center.store.database import Database, dump, execute, load
from contracts.actions import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register."""

    at: datetime
    by: Actor
    act: str
    """evidence.look, picture.look, caller.reveal, action.dispatch, rejected.retry, session.open …"""
    what: str
    """what it was done to: an incident, a camera, a reference"""
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """never a personal field"""


_INSERT = """
    INSERT INTO audit (at, login, unit, role, act, object, reason, detail)
    VALUES (:at, :login, :unit, :role, :act, :object, :reason, CAST(:detail AS jsonb))
"""


async def write_entry(connection: AsyncConnection, entry: Entry) -> None:
    """Within the transaction of what it speaks of."""
    await execute(
        connection, _INSERT, at=entry.at, login=entry.by.user, unit=entry.by.unit, role=entry.by.role, act=entry.act,
        object=entry.what, reason=entry.reason, detail=dump(dict(entry.detail)),
    )  # fmt: skip


class Audit:
    """Entries that stand alone, and reading them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, entry: Entry) -> None:
        """Durable on return: a look is shown only after it was written down."""
        async with self._database.begin() as connection:
            await write_entry(connection, entry)

    async def page(self, *, before: int | None, limit: int) -> list[dict[str, Any]]:
        """Newest first."""
        found = await self._database.rows(
            "SELECT seq, at, login, unit, role, act, object, reason, detail FROM audit "
            "WHERE CAST(:before AS bigint) IS NULL OR seq < :before ORDER BY seq DESC LIMIT :limit",
            before=before,
            limit=limit,
        )
        return [{**row, "detail": load(row["detail"])} for row in found]
