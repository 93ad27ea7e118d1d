"""What lies on both sides of the districts' borders, read from fusion's own tables; and the one who may look at it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.actions import Action
from contracts.incidents import OVER, OVER_IN_SQL, Incident
from contracts.signals import SIGNAL
from fusion.border_weighing import Side, Usual
from fusion.ledger import Outages
from fusion.ledger_rows import sent_columns
from fusion.ledger_statements import SEND
from fusion.neighbours import Placed

_INCIDENT: TypeAdapter[Incident] = TypeAdapter(Incident)

_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('fusion_border'))")
_NEWEST = text("SELECT n FROM change_counter WHERE feed = 'board'")
_PLACED = "SELECT incident_id, district, exercise, lat, lon, kind, state FROM incidents"
_ALL = text(f"{_PLACED} WHERE state NOT IN {OVER_IN_SQL}")
_SINCE = text(f"{_PLACED} WHERE incident_id IN (SELECT incident_id FROM changes WHERE seq > :seq) ORDER BY incident_id")
_SIDE = text("""
    SELECT CAST(i.doc AS text) AS incident, array_agg(CAST(s.doc AS text) ORDER BY s.signal_id) AS signals
    FROM incidents i JOIN signals s ON s.incident_id = i.incident_id
    WHERE i.incident_id = :incident_id GROUP BY i.incident_id
""")
WORDS_OF_LATE = 20_000
"""signals after which a district halves its own counts, too"""
# The index signals_with_words has this very condition and order.
USUAL = text("""
    WITH late AS (SELECT doc FROM signals WHERE doc -> 'words' <> '[]' ORDER BY received_at DESC LIMIT :most)
    SELECT word, count(*) AS signals, (SELECT count(*) FROM late) AS heard
    FROM late, jsonb_array_elements_text(doc->'words') AS word GROUP BY word
""")


class BorderLook:
    """One look, in one transaction."""

    def __init__(self, connection: AsyncConnection, partitions: dict[str, int]) -> None:
        self._connection, self._partitions = connection, partitions
        self._sides: dict[str, Side | None] = {}
        """read already: one incident may have many neighbours"""

    async def newest(self) -> int:
        """The number of the last change."""
        return int(await self._connection.scalar(_NEWEST) or 0)

    async def placed(self, since: int | None) -> list[Placed]:
        """What changed after that number; None: everything that lives."""
        found = await self._connection.execute(*((_ALL,) if since is None else (_SINCE, {"seq": since})))
        return [
            Placed(
                row.incident_id, row.district, row.exercise, row.lat, row.lon, row.kind,
                row.state not in OVER,
            )
            for row in found
        ]  # fmt: skip

    async def side(self, incident_id: str) -> Side | None:
        """An incident with its signals; None when it has none any more."""
        if incident_id not in self._sides:
            self._sides[incident_id] = await self._read_side(incident_id)
        return self._sides[incident_id]

    async def _read_side(self, incident_id: str) -> Side | None:
        row = (await self._connection.execute(_SIDE, {"incident_id": incident_id})).first()
        if row is None:
            return None
        return Side(_INCIDENT.validate_json(row.incident), tuple(SIGNAL.validate_json(doc) for doc in row.signals))

    async def usual(self) -> Usual:
        """How usual words have been of late, in all districts."""
        rows = list(await self._connection.execute(USUAL, {"most": WORDS_OF_LATE}))
        return Usual({row.word: row.signals for row in rows if row.word is not None}, rows[0].heard if rows else 0)

    async def put(self, actions: Sequence[Action]) -> None:
        """Into the outbox, durable when the look ends; the same action twice is one."""
        if actions:
            columns = sent_columns(actions, self._partitions)
            await self._connection.execute(SEND, {f"sent_{name}": column for name, column in columns.items()})


class BorderLedger:
    """Opens looks: one worker at a time."""

    def __init__(self, engine: AsyncEngine, outages: Outages, partitions: dict[str, int]) -> None:
        self._engine, self._outages, self._partitions = engine, outages, partitions

    @asynccontextmanager
    async def look(self) -> AsyncIterator[BorderLook | None]:
        """None while another worker looks.

        Raises:
            DatabaseUnavailable: nothing was sent.
        """
        with self._outages():
            async with self._engine.begin() as connection:
                alone = bool(await connection.scalar(_ALONE))
                yield BorderLook(connection, self._partitions) if alone else None
