"""PostgreSQL: engines, migrations, and which errors mean that it is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from prometheus_client import Gauge
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from contracts.errors import ConfigurationError, DatabaseUnavailable
from hub.waiting import until_up

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_TIMEOUT_S = 5.0
MIGRATION_LOCK = 8_147_230_110
"""the advisory lock that makes processes starting together migrate one after the other"""

UP = Gauge("hub_database_up", "1 while PostgreSQL answered last time, 0 while it is being waited for")

_AWAY = ("08", "57P", "53")
"""SQLSTATE classes: connection exceptions, shutdown and start-up, out of connections or memory"""


def engine_url(url: str) -> URL:
    """The URL a person writes, for SQLAlchemy and asyncpg.

    Raises:
        ConfigurationError: it is no PostgreSQL URL.
    """
    hint = "HUB_DATABASE__URL=postgresql://user:password@host:5432/hub"
    try:
        made = make_url(url)
    except ArgumentError:
        raise ConfigurationError("not a database URL", where="HUB_DATABASE__URL", hint=hint) from None
    if made.get_backend_name() not in {"postgresql", "postgres"}:
        raise ConfigurationError("only PostgreSQL is supported", where="HUB_DATABASE__URL", hint=hint)
    query = dict(made.query)
    if "sslmode" in query:  # libpq's name for what asyncpg calls `ssl`
        query["ssl"] = query.pop("sslmode")
    return made.set(drivername="postgresql+asyncpg", query=query)


def plain_url(url: URL) -> str:
    """An engine's URL for asyncpg itself (LISTEN needs a connection of its own)."""
    query = dict(url.query)
    if "ssl" in query:
        query["sslmode"] = query.pop("ssl")
    return url.set(drivername="postgresql", query=query).render_as_string(hide_password=False)


def create_engine(url: str, *, pool_size: int = 5) -> AsyncEngine:
    """An engine; connects on first use. Dead pooled connections are replaced when taken."""
    engine = create_async_engine(
        engine_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=CONNECT_TIMEOUT_S,
        connect_args={"timeout": CONNECT_TIMEOUT_S, "server_settings": {"application_name": "hub", "jit": "off"}},
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, *_: object) -> None:
    # The event loop has seen the server's goodbye; a ping before every use would cost a round trip to learn the same.
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server closed this pooled connection")


@contextmanager
def outages() -> Iterator[None]:
    """Turn the many ways in which PostgreSQL is away into `DatabaseUnavailable`; a wrong statement stays a bug."""
    try:
        yield
    except (OSError, TimeoutError, PoolTimeout, asyncpg.InterfaceError) as away:
        UP.set(0)
        raise DatabaseUnavailable(_brief(away)) from away
    except DBAPIError as failed:
        if not (failed.connection_invalidated or _is_away(failed.orig)):
            raise
        UP.set(0)
        raise DatabaseUnavailable(_brief(failed.orig or failed)) from failed
    except asyncpg.PostgresError as failed:
        if not _is_away(failed):
            raise
        UP.set(0)
        raise DatabaseUnavailable(_brief(failed)) from failed


async def ping(engine: AsyncEngine) -> None:
    """One round trip.

    Raises:
        DatabaseUnavailable: no answer within a few seconds.
    """
    with outages():
        async with asyncio.timeout(CONNECT_TIMEOUT_S), engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    UP.set(1)


@asynccontextmanager
async def opened(url: str, *, pool_size: int = 5) -> AsyncIterator[AsyncEngine]:
    """An engine on a database that answers; waits for it as long as it takes."""
    engine = create_engine(url, pool_size=pool_size)
    try:
        await until_up("the database", lambda: ping(engine))
        yield engine
    finally:
        await engine.dispose()


async def upgrade(engine: AsyncEngine) -> str:
    """Bring the schema to the newest revision; processes that start together take turns. The revision."""
    with outages():
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            try:
                await connection.commit()
                await connection.run_sync(_upgrade)
                revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
                await connection.commit()
            finally:
                await connection.rollback()
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
                await connection.commit()
    return str(revision)


def _upgrade(connection: Connection) -> None:
    # Imported here: every process opens the database, one migrates it, and Alembic takes long to import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_away(error: BaseException | None) -> bool:
    # SQLAlchemy wraps asyncpg's errors twice; both wrappers carry the SQLSTATE.
    state = str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")
    return state.startswith(_AWAY) or isinstance(error.__cause__ if error else None, OSError | asyncpg.InterfaceError)


def _brief(error: BaseException) -> str:
    # The first line only, and never a statement or its parameters: they may be personal.
    return (str(error).splitlines() or [type(error).__name__])[0] or type(error).__name__
