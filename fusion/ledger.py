"""Fusion's ledger in PostgreSQL: one transaction a batch, fenced by the journal's own key, read again at a restart."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Record
from contracts.incidents import Decision
from contracts.topics import TOPICS
from fusion import ledger_statements as sql
from fusion.journal import Incoming, Stored
from fusion.ledger_rows import Page, page_columns, reseat_columns

Outages = Callable[[], AbstractContextManager[None]]
"""turns the ways in which the database is away into `DatabaseUnavailable`"""

_TOPICS = {topic.name: topic for topic in TOPICS}


class Fenced(Exception):
    """Another worker wrote at these journal positions: forget the states, read them again, decide again."""


class Ledger:
    """Fusion's only door to the database."""

    def __init__(self, engine: AsyncEngine, outages: Outages) -> None:
        self._engine, self._outages = engine, outages
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
        """for what is one statement, and so needs no BEGIN and COMMIT around it"""

    async def known(self, incoming: Sequence[Incoming]) -> set[tuple[str, str]]:
        """The (district, identity) pairs that are in the journal already.

        Raises:
            DatabaseUnavailable: no answer.
        """
        with self._outages():
            async with self._at_once.connect() as connection:
                rows = await connection.execute(
                    sql.KNOWN,
                    {
                        "districts": [one.district for one in incoming],
                        "identities": [one.identity for one in incoming],
                    },
                )
                return {(row.district, row.identity) for row in rows}

    async def write(self, page: Page, *, at: datetime) -> None:
        """All of a page or nothing of it.

        Raises:
            Fenced: another worker journalled in the meantime; nothing was written.
            DatabaseUnavailable: it is not known whether anything was written; the journal will tell.
        """
        with self._outages():
            moved = reseat_columns(page)
            try:
                if not moved["ids"]:
                    async with self._at_once.connect() as connection:
                        await connection.execute(sql.PAGE, page_columns(page) | {"at": at})
                    return
                async with self._engine.begin() as connection:
                    await connection.execute(sql.RESEAT, moved)
                    # Last: it takes the lock that orders all changes, and holds it until the commit.
                    await connection.execute(sql.PAGE, page_columns(page) | {"at": at})
            except IntegrityError as taken:
                if "journal" not in str(taken.orig):
                    raise
                raise Fenced("journal positions were taken by another worker") from taken

    async def load(self, district: str, *, whole: bool = False) -> tuple[bytes | None, list[Stored]]:
        """(snapshot, the journal after it); (None, everything) when there is none, or `whole` is asked for.

        Raises:
            DatabaseUnavailable: no answer.
        """
        with self._outages():
            async with self._engine.connect() as connection:
                row = (await connection.execute(sql.SNAPSHOT, {"district": district})).first()
                snapshot, position = (bytes(row.state), row.position) if row is not None and not whole else (None, 0)
                rows = await connection.execute(sql.TAIL, {"district": district, "position": position})
                return snapshot, [
                    Stored(row.position, row.record_type, row.arrived_at, bytes(row.record)) for row in rows
                ]

    async def recorded(self, district: str | None, since: datetime | None) -> AsyncIterator[Stored]:
        """What was heard, signals and actions of one district or all, in order of arrival; read as it is asked for.

        Raises:
            DatabaseUnavailable: no answer.
        """
        with self._outages():
            async with self._engine.connect() as connection:
                found = await connection.stream(sql.RECORDED, {"district": district, "since": since})
                async for row in found:
                    yield Stored(row.position, row.record_type, row.arrived_at, bytes(row.record))

    async def save_snapshot(self, district: str, position: int, state: bytes, *, at: datetime) -> None:
        """Keep a state; an older one never replaces a newer one."""
        with self._outages():
            async with self._engine.begin() as connection:
                await connection.execute(
                    sql.SAVE_SNAPSHOT, {"district": district, "position": position, "at": at, "state": state}
                )

    async def districts(self) -> list[str]:
        """Every district that has a journal."""
        with self._outages():
            async with self._engine.connect() as connection:
                return [row.district for row in await connection.execute(sql.DISTRICTS)]

    @asynccontextmanager
    async def untold(self, most: int) -> AsyncIterator[list[Record]]:
        """What Kafka has not been told yet; leaving the block without an error clears it.

        Empty while another worker is telling.
        """
        with self._outages():
            async with self._engine.begin() as connection:
                rows = (await connection.execute(sql.UNTOLD, {"most": most})).all()
                yield [Record(_TOPICS[row.topic], row.key, bytes(row.body)) for row in rows]
                if rows:
                    await connection.execute(sql.TOLD, {"ids": [row.id for row in rows]})

    async def decisions_of(self, signal_id: str) -> list[Decision]:
        """Every decision about a signal, oldest first."""
        with self._outages():
            async with self._engine.connect() as connection:
                rows: Iterable[str] = (await connection.execute(sql.DECISIONS_OF, {"signal_id": signal_id})).scalars()
                return [Decision.model_validate_json(doc) for doc in rows]
