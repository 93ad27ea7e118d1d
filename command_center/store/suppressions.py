"""The table of suppressions and of what they covered; each change of state is told to the wall in its transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from command_center.polygon import bounds
from command_center.store.audit import Entry, write_entry
from command_center.store.database import Database, dump, execute, load, rows
from command_center.store.wall import LIVE, touch
from command_center.suppression import Suppression

Hit = tuple[str, str, str]
"""(suppression_id, signal_id, incident_id)"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A suppression with what it has covered so far."""

    suppression: Suppression
    signals: int
    incidents: int
    last_hit: datetime | None


_COUNTED = """
    SELECT s.doc, count(h.signal_id) AS signals, count(DISTINCT h.incident_id) AS incidents, max(h.at) AS last_hit
    FROM suppressions s LEFT JOIN suppression_hits h USING (suppression_id)
"""
# Exactly which signals are covered is judged when the rows are read again: here too many do no harm.
_CONCERNED = f"""
    SELECT DISTINCT i.incident_id FROM incidents i JOIN signals s USING (incident_id)
    WHERE i.{LIVE} AND s.observed_at >= :starts_at AND s.observed_at < :ends_at AND s.exercise = :exercise
      AND s.source = ANY(:sources) AND s.doc->>'kind' = ANY(:kinds)
      AND CAST(s.doc->'place'->>'lat' AS float8) BETWEEN :south AND :north
      AND CAST(s.doc->'place'->>'lon' AS float8) BETWEEN :west AND :east
"""


class Suppressions:
    """Reads them, and moves each from planned to active to ended, once, whoever of the consoles comes first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> list[Counted]:
        """Those that have not ended, the next to end first."""
        found = await self._database.rows(
            f"{_COUNTED} WHERE s.state <> 'ended' GROUP BY s.suppression_id ORDER BY s.ends_at, s.suppression_id"
        )
        return [_counted(row) for row in found]

    async def past(self, limit: int) -> list[Counted]:
        """Those that have ended, the newest end first."""
        found = await self._database.rows(
            f"{_COUNTED} WHERE s.state = 'ended' GROUP BY s.suppression_id "
            "ORDER BY s.ended_at DESC, s.suppression_id LIMIT :limit",
            limit=limit,
        )
        return [_counted(row) for row in found]

    async def one(self, suppression_id: str) -> Suppression | None:
        """One of them, by its id."""
        found = await self._database.rows("SELECT doc FROM suppressions WHERE suppression_id = :id", id=suppression_id)
        return Suppression.model_validate(load(found[0]["doc"])) if found else None

    async def add(self, one: Suppression, entry: Entry) -> None:
        """Write it down with its line of the audit; when it begins at once, the wall is told."""
        async with self._database.begin() as connection:
            await execute(
                connection,
                "INSERT INTO suppressions (suppression_id, state, starts_at, ends_at, created_at, doc) "
                "VALUES (:id, :state, :starts_at, :ends_at, :created_at, CAST(:doc AS jsonb))",
                id=one.suppression_id, state=one.state, starts_at=one.starts_at, ends_at=one.ends_at,
                created_at=one.created_at, doc=_doc(one),
            )  # fmt: skip
            await write_entry(connection, entry)
            await _tell(connection, one, entry.at)

    async def move_on(self, before: Suppression, after: Suppression, entry: Entry) -> bool:
        """To the next state, and every row that this may show or hide onto the change log. False: another console was
        first."""
        async with self._database.begin() as connection:
            moved = await execute(
                connection,
                "UPDATE suppressions SET state = :after, ended_at = :ended_at, doc = CAST(:doc AS jsonb) "
                "WHERE suppression_id = :id AND state = :before",
                id=before.suppression_id, before=before.state, after=after.state, ended_at=after.ended_at,
                doc=_doc(after),
            )  # fmt: skip
            if not moved:
                return False
            await write_entry(connection, entry)
            await _tell(connection, after, entry.at)
        return True

    async def note(self, hits: Iterable[Hit], at: datetime) -> None:
        """Count each signal that was covered, once."""
        found = list(hits)
        await self._database.execute(
            "INSERT INTO suppression_hits (suppression_id, signal_id, incident_id, at) "
            "SELECT s, g, i, :at FROM unnest(CAST(:ids AS text[]), CAST(:signals AS text[]), "
            "CAST(:incidents AS text[])) AS t(s, g, i) ON CONFLICT DO NOTHING",
            ids=[one[0] for one in found], signals=[one[1] for one in found], incidents=[one[2] for one in found],
            at=at,
        )  # fmt: skip


async def _tell(connection: AsyncConnection, one: Suppression, at: datetime) -> None:
    """The last step of a transaction: it holds the change log's lock to the end. The lock is taken before the rows are
    looked up, so that no row that is read meanwhile stays hidden by what has ended."""
    await execute(connection, "SELECT n FROM change_counter WHERE feed = 'board' FOR UPDATE")
    south, west, north, east = bounds(one.polygon)
    found = await rows(
        connection, _CONCERNED, starts_at=one.starts_at, ends_at=one.ends_at, exercise=one.exercise,
        sources=list(one.sources), kinds=[kind.value for kind in one.kinds], south=south, north=north, west=west,
        east=east,
    )  # fmt: skip
    await touch(connection, sorted(row["incident_id"] for row in found), "suppression", at)


def _doc(one: Suppression) -> str:
    return dump(one.model_dump(mode="json"))


def _counted(row: Mapping[str, Any]) -> Counted:
    one = Suppression.model_validate(load(row["doc"]))
    return Counted(one, row["signals"], row["incidents"], row["last_hit"])
