"""What people do, each in one transaction: handling, its log, the audit, the outbox to fusion, the change log last."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from command_center.messages import Handling, HistoryEntry
from command_center.rows import WallRow
from command_center.store.audit import Entry
from command_center.store.database import Database, dump, execute, load, rows
from command_center.store.wall import read_rows, touch
from contracts.incidents import Incident
from contracts.outbox import HandsOn, Pending


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of `handling_log`."""

    action_id: str
    incident_id: str
    action: str
    login: str
    at: datetime
    reason: str
    arguments: Mapping[str, Any]
    before: Handling | None
    after: Handling | None
    undone_by: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known when a desk is opened."""

    incident: Incident | None
    """as fusion has it now"""
    handling: Handling
    """a fresh one when nobody has touched the incident"""
    logged: Logged | None
    """the action, when it was taken before"""


_STANDING = """
    SELECT (SELECT doc FROM incidents WHERE incident_id = :incident) AS incident,
           (SELECT doc FROM handling WHERE incident_id = :incident) AS handling,
           (SELECT to_jsonb(l) FROM handling_log l WHERE action_id = :action) AS logged
"""
# One statement, because a person waits for it and every round trip counts; PostgreSQL runs each part once.
_TAKEN = """
    WITH kept AS (
        INSERT INTO handling (incident_id, version, doc) VALUES (:incident_id, 1, CAST(:after AS jsonb))
        ON CONFLICT (incident_id) DO UPDATE SET version = handling.version + 1, doc = excluded.doc),
    noted AS (
        INSERT INTO handling_log (action_id, incident_id, action, login, at, reason, arguments, before, after)
        VALUES (:action_id, :incident_id, :action, :login, :at, :reason, CAST(:arguments AS jsonb),
                CAST(:before AS jsonb), CAST(:after AS jsonb))),
    audited AS (
        INSERT INTO audit (at, login, unit, role, act, object, reason, detail)
        VALUES (:at, :login, :unit, :role, :act, :incident_id, :reason, CAST(:detail AS jsonb))),
    sent AS (
        INSERT INTO outbox (identity, topic, key, partition, body, published_at, tries)
        SELECT :identity, :topic, :key, CAST(:partition AS int), CAST(:body AS bytea),
               CAST(:handed_on AS timestamptz), CASE WHEN CAST(:handed_on AS timestamptz) IS NULL THEN 0 ELSE 1 END
        WHERE CAST(:identity AS text) IS NOT NULL
        ON CONFLICT (identity) DO NOTHING)
    SELECT CASE WHEN CAST(:identity AS text) IS NOT NULL AND CAST(:handed_on AS timestamptz) IS NULL
                THEN pg_notify('outbox', '') END
"""


class Desk:
    """An open transaction about one incident, alone with it: two seats that press at once are served in turn."""

    def __init__(self, connection: AsyncConnection, incident_id: str, handover: HandsOn | None) -> None:
        self._connection, self._handover = connection, handover
        self.incident_id = incident_id
        self.handed_on: list[Pending] = []
        """marked as published: given to the handover once committed"""

    async def standing(self, action_id: str) -> Standing:
        """The incident, its handling, and the action if it was taken before."""
        found = (await rows(self._connection, _STANDING, incident=self.incident_id, action=action_id))[0]
        incident, handling, logged = found["incident"], found["handling"], found["logged"]
        return Standing(
            Incident.model_validate(load(incident)) if incident else None,
            Handling.model_validate(load(handling)) if handling else Handling(),
            _logged(load(logged)) if logged else None,
        )

    async def incident(self, incident_id: str) -> Incident | None:
        """Another incident, as fusion has it now."""
        found = await rows(self._connection, "SELECT doc FROM incidents WHERE incident_id = :id", id=incident_id)
        return Incident.model_validate(load(found[0]["doc"])) if found else None

    async def save(self, handling: Handling) -> None:
        """Write the handling as the next version."""
        await execute(
            self._connection,
            "INSERT INTO handling (incident_id, version, doc) VALUES (:id, 1, CAST(:doc AS jsonb)) "
            "ON CONFLICT (incident_id) DO UPDATE SET version = handling.version + 1, doc = excluded.doc",
            id=self.incident_id,
            doc=dump(handling.model_dump(mode="json")),
        )

    async def logged(self, action_id: str) -> Logged | None:
        """An action that was taken before."""
        found = await rows(self._connection, "SELECT * FROM handling_log WHERE action_id = :id", id=action_id)
        return _logged(found[0]) if found else None

    async def taken(self, line: Logged, entry: Entry, pending: Pending | None) -> None:
        """Write an action down: the handling as it leaves it, its line in the log, the audit, and what goes to fusion
        through the outbox; the same identity twice is one."""
        record = pending.record if pending else None
        handed = pending is not None and self._handover is not None and self._handover.has_room(1)
        if pending is not None and handed:
            self.handed_on.append(pending)
        await execute(
            self._connection,
            _TAKEN,
            action_id=line.action_id, incident_id=line.incident_id, action=line.action, login=line.login, at=line.at,
            reason=line.reason, arguments=dump(dict(line.arguments)), before=_json(line.before),
            after=_json(line.after), unit=entry.by.unit, role=entry.by.role, act=entry.act,
            detail=dump(dict(entry.detail)), identity=pending.identity if pending else None,
            topic=record.topic.name if record else None, key=record.key if record else None,
            partition=record.partition if record else None, body=record.value if record else None,
            handed_on=line.at if handed else None,
        )  # fmt: skip

    async def mark_undone(self, action_id: str, by: str, *, refused: str = "") -> bool:
        """False when it was undone before. `refused`: why fusion would not do it."""
        return bool(
            await execute(
                self._connection,
                "UPDATE handling_log SET undone_by = :by, refused = :why WHERE action_id = :id AND undone_by IS NULL",
                id=action_id,
                by=by,
                why=refused,
            )
        )

    async def tell(self, cause: str, at: datetime) -> None:
        """The last step: the change log, whose lock is held until commit."""
        await touch(self._connection, [self.incident_id], cause, at)

    async def row(self) -> WallRow:
        """The row as it now is."""
        return (await read_rows(self._connection, [self.incident_id]))[0]

    async def changed_since(self, revision: int) -> list[dict[str, Any]]:
        """What made the later revisions, newest last: fusion's decisions and people's steps."""
        decided = await rows(
            self._connection,
            "SELECT doc->>'chosen' AS what, signal_id, decided_at AS at, (doc->>'revision')::int AS revision "
            "FROM decisions WHERE incident_id = :id AND (doc->>'revision')::int > :revision ORDER BY position LIMIT 20",
            id=self.incident_id,
            revision=revision,
        )
        return [{**row, "at": row["at"].isoformat()} for row in decided]


class Desks:
    """Opens desks, and reads what was done."""

    def __init__(self, database: Database, handover: HandsOn | None = None) -> None:
        self._database, self._handover = database, handover

    @asynccontextmanager
    async def open(self, incident_id: str) -> AsyncIterator[Desk]:
        """One transaction; it is committed on leaving, and nothing of it is kept when an error leaves it."""
        async with self._database.begin() as connection:
            await execute(connection, "SELECT pg_advisory_xact_lock(hashtextextended(:id, 110))", id=incident_id)
            desk = Desk(connection, incident_id, self._handover)
            yield desk
        if self._handover is not None and desk.handed_on:
            self._handover.give(desk.handed_on)

    async def incident_of(self, action_id: str) -> str | None:
        """The incident on which an action was taken."""
        found = await self._database.rows("SELECT incident_id FROM handling_log WHERE action_id = :id", id=action_id)
        return found[0]["incident_id"] if found else None

    async def history(self, incident_ids: list[str]) -> list[HistoryEntry]:
        """What people did on these incidents, oldest first."""
        found = await self._database.rows(
            "SELECT l.action_id, l.action, coalesce(u.display_name, l.login) AS by, coalesce(u.unit, '') AS unit, "
            "l.at, l.reason, l.undone_by IS NOT NULL AS undone, l.refused "
            "FROM handling_log l LEFT JOIN users u USING (login) "
            "WHERE l.incident_id = ANY(:ids) ORDER BY l.at, l.action_id",
            ids=incident_ids,
        )
        return [HistoryEntry.model_validate(row) for row in found]


def _json(handling: Handling | None) -> str | None:
    return None if handling is None else dump(handling.model_dump(mode="json"))


def _logged(row: Mapping[str, Any]) -> Logged:
    def state(value: object) -> Handling | None:
        return None if value is None else Handling.model_validate(load(value))

    at = row["at"]
    return Logged(
        action_id=row["action_id"], incident_id=row["incident_id"], action=row["action"], login=row["login"],
        at=datetime.fromisoformat(at) if isinstance(at, str) else at, reason=row["reason"],
        arguments=load(row["arguments"]), before=state(row["before"]), after=state(row["after"]),
        undone_by=row["undone_by"],
    )  # fmt: skip
