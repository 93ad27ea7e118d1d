"""What every test may ask for: a database of its own, a bus in memory, an embedded broker."""

import asyncio
import itertools
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.database import create_engine, upgrade
from hub.embedded.broker import EmbeddedBroker
from hub.embedded.postgres import EmbeddedPostgres
from hub.kafka.bus import KafkaBus
from hub.kafka.connection import embedded_connection
from hub.loopback import LoopbackBus

# How fast anything is, a benchmark says; on a busy machine any example may take long, or be long in the making. The
# gate judges a change by the same examples each time; whoever runs `make test` looks at new ones.
settings.register_profile(
    "hub",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("HUB_NO_SKIPS", "") not in ("", "0"),
)
settings.load_profile("hub")

pytest_plugins = ["tests.no_skips"]
pytest.register_assert_rewrite("tests.hub.buses")

TEMPLATE = "hub_template"
# Tests may lose their database in a power cut; nothing else about it differs from the product's.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The embedded server of this run, with a migrated database to copy from."""
    # Not under pytest's own folder: when root runs the tests, the server is `nobody`, and every other run of pytest
    # that starts meanwhile closes that folder to others.
    with tempfile.TemporaryDirectory(prefix="hub-postgres-") as folder:
        server = EmbeddedPostgres(Path(folder), options=FAST)
        asyncio.run(_start(server))
        yield server
        asyncio.run(server.stop())


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder in which a test starts servers of its own."""
    with tempfile.TemporaryDirectory(prefix="hub-servers-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def database_url(postgres: EmbeddedPostgres) -> str:
    """A migrated database shared by the whole run: for tests that only need one to be there."""
    return postgres.url


@pytest.fixture
async def fresh_database_url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A migrated, empty database of the test's own."""
    name = f"t{next(_numbers)}_{secrets.token_hex(3)}"
    # Copied as files: through the log, as is the default, it takes four times as long.
    await _statement(postgres.url, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY file_copy')
    yield postgres.url.rsplit("/", 1)[0] + f"/{name}"
    await _statement(postgres.url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def engine(fresh_database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a fresh, migrated database."""
    made = create_engine(fresh_database_url)
    yield made
    await made.dispose()


@pytest.fixture
def loopback() -> LoopbackBus:
    """A bus in memory."""
    return LoopbackBus()


@pytest.fixture
async def embedded_broker(tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    """A running embedded broker of the test's own, with nothing in it."""
    broker = EmbeddedBroker(tmp_path)
    await broker.start()
    yield broker
    await broker.stop()


@pytest.fixture
async def embedded_bus(embedded_broker: EmbeddedBroker) -> AsyncIterator[KafkaBus]:
    """A bus on the embedded broker."""
    bus = KafkaBus(embedded_connection(embedded_broker.servers))
    yield bus
    await bus.close()


async def _start(server: EmbeddedPostgres) -> None:
    url = await server.start()
    made = create_engine(url)
    await upgrade(made)
    await made.dispose()
    await _statement(url.rsplit("/", 1)[0] + "/postgres", f'CREATE DATABASE "{TEMPLATE}" TEMPLATE hub')


async def _statement(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
