"""What the stores share: an engine whose outages are told as `DatabaseUnavailable`, and JSON columns."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.errors import DatabaseUnavailable

AWAY = (
    OSError, TimeoutError, PoolTimeout, asyncpg.InterfaceError, asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError,
)  # fmt: skip
"""what the driver raises when the server cannot be reached or closed the connection"""


class Database:
    """One engine; every store of the console is built on one of these."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction.

        Raises:
            DatabaseUnavailable: the server does not answer or went away; nothing was committed.
        """
        with _outages():
            async with self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[AsyncConnection]:
        """Each statement its own transaction: two round trips fewer where there is only one.

        Raises:
            DatabaseUnavailable: the server does not answer or went away.
        """
        with _outages():
            async with self._at_once.connect() as connection:
                yield connection

    async def rows(self, sql: str, **arguments: object) -> list[Mapping[str, Any]]:
        """The rows of one query in a transaction of its own."""
        async with self.at_once() as connection:
            return await rows(connection, sql, **arguments)

    async def execute(self, sql: str, **arguments: object) -> int:
        """One statement in a transaction of its own; the number of rows it touched."""
        async with self.at_once() as connection:
            return await execute(connection, sql, **arguments)


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except AWAY as gone:
        raise DatabaseUnavailable(f"PostgreSQL does not answer: {type(gone).__name__}") from gone
    except DBAPIError as failed:
        if not is_outage(failed):
            raise
        raise DatabaseUnavailable("PostgreSQL went away") from failed


async def rows(connection: AsyncConnection, sql: str, **arguments: object) -> list[Mapping[str, Any]]:
    """The rows of one query."""
    return [dict(row) for row in (await connection.execute(text(sql), arguments)).mappings()]


async def execute(connection: AsyncConnection, sql: str, **arguments: object) -> int:
    """One statement; the number of rows it touched."""
    return (await connection.execute(text(sql), arguments)).rowcount


def is_outage(failed: DBAPIError) -> bool:
    """Whether the connection was lost or refused, rather than the statement being wrong."""
    state = str(getattr(failed.orig, "sqlstate", None) or "")
    cause = failed.orig.__cause__ if failed.orig else None
    return failed.connection_invalidated or state.startswith(("08", "57P", "53")) or isinstance(cause, AWAY)


def load(value: object) -> Any:
    """A JSON column, whether the driver decoded it or not."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def dump(value: object) -> str:
    """A value for `CAST(:x AS jsonb)`."""
    return orjson.dumps(value).decode()
