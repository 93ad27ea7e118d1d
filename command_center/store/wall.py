"""Rows of the wall and the change log, as fusion and the console wrote them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from command_center.board import Change
from command_center.messages import Handling
from command_center.rows import SignalFact, WallRow, wall_row
from command_center.store.database import Database, execute, load, rows
from command_center.suppression import Claim, Suppression
from contracts.incidents import OVER_IN_SQL, Incident
from contracts.kinds import Kind, Severity

# Of the members that keep a row of their own and of all calls: only a call is ever confidential. While anything is
# suppressed, of all members: a row is hidden only when each of them is covered.
_ABOUT = """
    active AS (SELECT doc FROM suppressions WHERE state = 'active'),
    handled AS (SELECT incident_id, doc FROM handling WHERE incident_id IN (
        SELECT incident_id FROM found UNION SELECT jsonb_array_elements_text(doc->'redirects') FROM found)),
    facts AS (SELECT signal_id, jsonb_build_object('severity', doc->>'severity', 'confidential', doc->>'confidential',
            'text', coalesce(doc->>'content', doc->>'description', ''), 'source', source, 'kind', doc->>'kind',
            'observed_at', observed_at, 'lat', doc->'place'->'lat', 'lon', doc->'place'->'lon', 'exercise', exercise)
        AS doc FROM signals WHERE signal_id IN (
        SELECT member->>'signal_id' FROM found, jsonb_array_elements(doc->'signals') AS member
        WHERE member->>'source' = 'police_110'
           OR member->>'provisional' = 'true' AND member->>'keeps_row' = 'true' OR EXISTS (SELECT 1 FROM active)))
    SELECT 'incident' AS part, incident_id AS key, CAST(doc AS text) AS words, CAST(NULL AS timestamptz) AS at
    FROM found
    UNION ALL SELECT 'handling', incident_id, CAST(doc AS text), NULL FROM handled
    UNION ALL SELECT 'fact', signal_id, CAST(doc AS text), NULL FROM facts
    UNION ALL SELECT 'active', '', CAST(doc AS text), NULL FROM active
"""
_BY_ID = text(f"WITH found AS (SELECT incident_id, doc FROM incidents WHERE incident_id = ANY(:ids)), {_ABOUT}")
_AFTER = text(
    f"""
    WITH next AS (SELECT seq, incident_id, at FROM changes WHERE seq > :seq ORDER BY seq LIMIT :limit),
    found AS (SELECT incident_id, doc FROM incidents WHERE incident_id IN (SELECT incident_id FROM next)), {_ABOUT}
    UNION ALL SELECT 'change', CAST(seq AS text), incident_id, at FROM next
    """
)
LIVE = f"state NOT IN {OVER_IN_SQL}"
CHUNK = 500


class Loaded(NamedTuple):
    """The whole wall at one number of the change log."""

    seq: int
    rows: list[WallRow]
    log: list[Change]


class Wall:
    """Reads `incidents`, `handling`, `signals` and `changes`; prunes the last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, log_length: int) -> Loaded:
        """Everything live, and the newest stretch of the log, as of one moment."""
        async with self._database.begin() as connection:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            seq = (await rows(connection, "SELECT n FROM change_counter WHERE feed = 'board'"))[0]["n"]
            found = await rows(
                connection,
                "SELECT seq, incident_id, at FROM changes WHERE seq > :since ORDER BY seq",
                since=seq - log_length,
            )
            log = [Change(row["seq"], row["incident_id"], row["at"]) for row in found]
            live = await rows(connection, f"SELECT incident_id FROM incidents WHERE {LIVE}")
            ids = list(dict.fromkeys([row["incident_id"] for row in live] + [one.incident_id for one in log]))
            wall: list[WallRow] = []
            for start in range(0, len(ids), CHUNK):
                wall.extend(await read_rows(connection, ids[start : start + CHUNK]))
        return Loaded(seq, wall, _unbroken(log, seq))

    async def head(self) -> int:
        """The newest number."""
        return int((await self._database.rows("SELECT n FROM change_counter WHERE feed = 'board'"))[0]["n"])

    async def after(self, seq: int, limit: int = CHUNK) -> tuple[list[Change], list[WallRow]]:
        """The next changes and the newest rows of their incidents. The rows may be newer than the last of the
        changes; what made them so has a number of its own and comes later."""
        async with self._database.at_once() as connection:
            return await read_after(connection, seq, limit)

    async def rows(self, ids: Sequence[str]) -> list[WallRow]:
        """The rows of these incidents, in this order; unknown ids are left out."""
        async with self._database.at_once() as connection:
            by_id = {one.row.incident_id: one for one in await read_rows(connection, ids)}
        return [by_id[one] for one in ids if one in by_id]

    async def prune(self, now: datetime, *, keep: int, older_than: timedelta) -> int:
        """Drop changes that are both old and many; how many went."""
        return await self._database.execute(
            "DELETE FROM changes WHERE at < :before AND seq <= "
            "(SELECT n FROM change_counter WHERE feed = 'board') - :keep",
            before=now - older_than,
            keep=keep,
        )


async def read_after(connection: AsyncConnection, seq: int, limit: int) -> tuple[list[Change], list[WallRow]]:
    """As `Wall.after`, within a transaction."""
    parts = await _parts(connection, _AFTER, {"seq": seq, "limit": limit})
    changes = [Change(int(row.key), row.words, row.at) for row in parts["change"]]
    return sorted(changes), _wall_rows(parts)


async def read_rows(connection: AsyncConnection, ids: Sequence[str]) -> list[WallRow]:
    """The rows of these incidents within a transaction, in no order."""
    if not ids:
        return []
    return _wall_rows(await _parts(connection, _BY_ID, {"ids": list(ids)}))


async def _parts(connection: AsyncConnection, statement: TextClause, asked: dict[str, Any]) -> dict[str, list[Any]]:
    """The statement's lines by what they are: change, incident, handling, fact, active suppression."""
    parts: dict[str, list[Any]] = {"change": [], "incident": [], "handling": [], "fact": [], "active": []}
    for row in await connection.execute(statement, asked):
        parts[row.part].append(row)
    return parts


def _wall_rows(parts: dict[str, list[Any]]) -> list[WallRow]:
    handled = {row.key: Handling.model_validate_json(row.words) for row in parts["handling"]}
    active = [Suppression.model_validate_json(row.words) for row in parts["active"]]
    facts = {row.key: _fact(row.key, load(row.words), claimed=bool(active)) for row in parts["fact"]}
    nothing = Handling()
    return [
        wall_row(
            one,
            handled.get(one.incident_id, nothing),
            {member.signal_id: facts[member.signal_id] for member in one.signals if member.signal_id in facts},
            [handled[other] for other in one.redirects if other in handled],
            active,
        )
        for one in (Incident.model_validate_json(row.words) for row in parts["incident"])
    ]


async def touch(connection: AsyncConnection, ids: Sequence[str], cause: str, at: datetime) -> None:
    """Log the change of these incidents. The last statement of a transaction: it holds the log's lock to the end."""
    await execute(connection, "SELECT log_changes(:ids, :cause, :at)", ids=list(ids), cause=cause, at=at)


def _fact(signal_id: str, found: Mapping[str, Any], *, claimed: bool) -> SignalFact:
    severity = Severity(int(found["severity"] or 4))
    claim = None
    if claimed:
        claim = Claim(
            signal_id, found["source"], Kind(found["kind"]), severity, datetime.fromisoformat(found["observed_at"]),
            found["lat"], found["lon"], found["exercise"],
        )  # fmt: skip
    return SignalFact(signal_id, severity, found["confidential"] == "true", found["text"], claim)


def _unbroken(log: list[Change], seq: int) -> list[Change]:
    """The tail of the log that has no hole before `seq`."""
    start = len(log)
    for place in range(len(log) - 1, -1, -1):
        if log[place].seq != seq - (len(log) - 1 - place):
            break
        start = place
    return log[start:]
