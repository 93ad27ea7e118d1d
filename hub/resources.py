"""What a process opens: the database, the bus, the outbox, by its settings or where `hub up` put them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Bus
from contracts.errors import ConfigurationError
from hub import database
from hub.embedded import place
from hub.embedded.postgres import EmbeddedPostgres
from hub.kafka.bus import KafkaBus
from hub.kafka.connection import Connection, connection_of, embedded_connection
from hub.outbox import PostgresOutbox
from hub.settings import Settings


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """An engine (asyncpg) on a database that answers; an unreachable one is waited for, with backoff.

    Raises:
        ConfigurationError: no database is configured and no hub runs here.
    """
    async with database.opened(database_url(settings), pool_size=settings.database.pool_size) as engine:
        yield engine


@asynccontextmanager
async def open_own_database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The same, but for commands that also work while the hub is stopped: they start the embedded server themselves."""
    if settings.database.url.get_secret_value() or place.is_owned(settings.data_dir):
        async with open_database(settings) as engine:
            yield engine
        return
    with place.owned(settings.data_dir):
        server = EmbeddedPostgres(settings.data_dir)
        try:
            async with database.opened(await server.start()) as engine:
                await database.upgrade(engine)
                yield engine
        finally:
            await server.stop()


@asynccontextmanager
async def open_bus(settings: Settings) -> AsyncIterator[Bus]:
    """The bus. Connects on first use: a process starts while its broker is down, and says `BrokerUnavailable` then.

    Raises:
        ConfigurationError: no broker is configured and no hub runs here.
    """
    bus = KafkaBus(kafka_connection(settings))
    try:
        yield bus
    finally:
        await bus.close()


def open_outbox(engine: AsyncEngine, settings: Settings) -> PostgresOutbox:
    """The outbox in the database."""
    return PostgresOutbox(engine)


def database_url(settings: Settings) -> str:
    """The configured database, else the embedded one."""
    url = settings.database.url.get_secret_value()
    return url or _embedded(settings.data_dir, "HUB_DATABASE__URL").database_url


def kafka_connection(settings: Settings) -> Connection:
    """The configured broker, else the embedded one."""
    if settings.kafka.bootstrap_servers:
        return connection_of(settings.kafka)
    return embedded_connection(_embedded(settings.data_dir, "HUB_KAFKA__BOOTSTRAP_SERVERS").kafka)


def _embedded(data_dir: Path, variable: str) -> place.Place:
    found = place.read(data_dir)
    if found is None:
        raise ConfigurationError(
            "no hub is running on this folder",
            where=str(data_dir),
            hint=f"start it with `hub up`, set HUB_DATA_DIR to the folder of a running one, or set {variable}",
        )
    return found
