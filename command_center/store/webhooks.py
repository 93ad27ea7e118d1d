"""The outbox of the webhooks: how far each target has read the change log, what it has yet to hear, dead letters."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from prometheus_client import Counter

from command_center.board import Change
from command_center.rows import WallRow
from command_center.store.database import Database, execute, rows
from command_center.store.wall import read_after

log = logging.getLogger(__name__)

MISSED = Counter("hub_webhook_missed_total", "Changes that left the log before they were told", ["target"])
LEASE = timedelta(seconds=60)
"""who takes a delivery and dies holds it so long; then another console tries it"""

Make = Callable[[Change, str, WallRow], bytes | None]
"""(change, cause, row) → the body, or None when the target is not told"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One change to be told to one target."""

    id: int
    target: str
    incident_id: str
    body: bytes
    tries: int
    """before this one"""

    @property
    def webhook_id(self) -> str:
        """The same at every try; a header carries ASCII only, and a target may be called 城管."""
        return f"{quote(self.target, safe='')}-{self.id}"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What could not be told."""

    id: int
    target: str
    incident_id: str
    revision: int
    created_at: datetime
    tries: int
    last_error: str


class WebhookBox:
    """Fed from the change log, emptied by deliveries; any number of consoles may do both."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def feed(self, target: str, make: Make, now: datetime, limit: int = 200) -> int:
        """Take the next changes in for a target, once, in one transaction; how many numbers were read. A new target
        begins at the newest number: it is not told of the past."""
        async with self._database.begin() as connection:
            await execute(
                connection,
                "INSERT INTO webhook_cursors (target, seq) SELECT :target, n FROM change_counter WHERE feed = 'board' "
                "ON CONFLICT DO NOTHING",
                target=target,
            )
            found = await rows(
                connection, "SELECT seq FROM webhook_cursors WHERE target = :target FOR UPDATE", target=target
            )
            changes, wall = await read_after(connection, found[0]["seq"], limit)
            if not changes:
                return 0
            if missed := changes[0].seq - found[0]["seq"] - 1:
                MISSED.labels(target).inc(missed)
                log.warning(
                    "webhook %s: %d changes left the log before it was asked for; it is not told", target, missed
                )
            causes = {
                row["seq"]: row["cause"]
                for row in await rows(
                    connection, "SELECT seq, cause FROM changes WHERE seq BETWEEN :first AND :last",
                    first=changes[0].seq, last=changes[-1].seq,
                )
            }  # fmt: skip
            by_id = {one.row.incident_id: one for one in wall}
            for change in changes:
                one = by_id.get(change.incident_id)
                body = make(change, causes.get(change.seq, ""), one) if one else None
                if one is not None and body is not None:
                    await execute(
                        connection,
                        "INSERT INTO webhook_deliveries (target, incident_id, revision, body, created_at, next_try_at) "
                        "VALUES (:target, :incident, :revision, :body, :now, :now)",
                        target=target, incident=change.incident_id, revision=one.row.revision, body=body, now=now,
                    )  # fmt: skip
            await execute(
                connection, "UPDATE webhook_cursors SET seq = :seq WHERE target = :target", seq=changes[-1].seq,
                target=target,
            )  # fmt: skip
        return len(changes)

    async def take(self, target: str, now: datetime, limit: int = 20) -> list[Delivery]:
        """What is due, the oldest first; nobody else takes it while the lease lasts."""
        found = await self._database.rows(
            "UPDATE webhook_deliveries SET next_try_at = :until WHERE id IN ("
            "SELECT id FROM webhook_deliveries WHERE target = :target AND state = 'waiting' AND next_try_at <= :now "
            "ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED) RETURNING id, target, incident_id, body, tries",
            target=target, now=now, until=now + LEASE, limit=limit,
        )  # fmt: skip
        taken = [
            Delivery(row["id"], row["target"], row["incident_id"], bytes(row["body"]), row["tries"]) for row in found
        ]
        return sorted(taken, key=lambda one: one.id)

    async def told(self, one: Delivery) -> None:
        """The target has it."""
        await self._database.execute("DELETE FROM webhook_deliveries WHERE id = :id", id=one.id)

    async def failed(self, one: Delivery, error: str, next_try_at: datetime | None, now: datetime) -> None:
        """It has not: tried again at `next_try_at`, or a dead letter when that is None."""
        await self._database.execute(
            "UPDATE webhook_deliveries SET tries = tries + 1, last_error = :error, next_try_at = :at, state = :state "
            "WHERE id = :id",
            id=one.id, error=error[:300], at=next_try_at or now, state="waiting" if next_try_at else "dead",
        )  # fmt: skip

    async def waiting(self) -> dict[str, tuple[int, int]]:
        """Target → (waiting, dead)."""
        found = await self._database.rows(
            "SELECT target, count(*) FILTER (WHERE state = 'waiting') AS waiting, "
            "count(*) FILTER (WHERE state = 'dead') AS dead FROM webhook_deliveries GROUP BY target"
        )
        return {row["target"]: (row["waiting"], row["dead"]) for row in found}

    async def dead(self, limit: int) -> list[DeadLetter]:
        """The newest first."""
        found = await self._database.rows(
            "SELECT id, target, incident_id, revision, created_at, tries, last_error FROM webhook_deliveries "
            "WHERE state = 'dead' ORDER BY id DESC LIMIT :limit",
            limit=limit,
        )
        return [_letter(row) for row in found]

    async def revive(self, delivery_id: int, now: datetime) -> bool:
        """Try a dead letter again, from the first wait on. False: there is no such one."""
        return bool(
            await self._database.execute(
                "UPDATE webhook_deliveries SET state = 'waiting', tries = 0, next_try_at = :now "
                "WHERE id = :id AND state = 'dead'",
                id=delivery_id,
                now=now,
            )
        )


def _letter(row: Mapping[str, Any]) -> DeadLetter:
    return DeadLetter(**{name: row[name] for name in DeadLetter.__slots__})
