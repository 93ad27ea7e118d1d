import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import ConfigurationError, DatabaseUnavailable
from hub import database


@pytest.mark.parametrize(
    ("written", "engine_url"),
    [
        pytest.param("postgresql://u:p@h:5432/hub", "postgresql+asyncpg://u:p@h:5432/hub", id="plain"),
        pytest.param("postgres://u:p@h/hub", "postgresql+asyncpg://u:p@h/hub", id="old scheme"),
        pytest.param("postgresql+psycopg://h/hub", "postgresql+asyncpg://h/hub", id="another driver"),
        pytest.param(
            "postgresql://h/hub?sslmode=require", "postgresql+asyncpg://h/hub?ssl=require", id="libpq's sslmode"
        ),
    ],
)
def test_a_database_url_is_read_as_people_write_it(written: str, engine_url: str) -> None:
    assert database.engine_url(written).render_as_string(hide_password=False) == engine_url


@pytest.mark.parametrize("written", ["mysql://h/hub", "nonsense"])
def test_another_database_is_refused_with_a_hint(written: str) -> None:
    with pytest.raises(ConfigurationError, match="HUB_DATABASE__URL"):
        database.engine_url(written)


async def test_migrating_twice_changes_nothing(engine: AsyncEngine) -> None:
    first = await database.upgrade(engine)
    assert await database.upgrade(engine) == first


async def test_a_fresh_database_has_the_schema_and_no_rows(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM outbox")) == 0


async def test_changes_are_numbered_without_a_gap(engine: AsyncEngine) -> None:
    log_changes = text("SELECT log_changes(ARRAY['a', 'b'], 'test', now())")
    async with engine.begin() as connection:
        first = await connection.scalar(log_changes)
    async with engine.connect() as connection:  # rolled back: its numbers are given to the next
        await connection.scalar(log_changes)
    async with engine.begin() as connection:
        second = await connection.scalar(log_changes)
        numbers = (await connection.scalars(text("SELECT seq FROM changes ORDER BY seq"))).all()
    assert (first, second) == (2, 4)
    assert numbers == [1, 2, 3, 4]


async def test_nobody_listening_is_an_outage() -> None:
    engine = database.create_engine("postgresql://u:p@127.0.0.1:1/hub")
    with pytest.raises(DatabaseUnavailable):
        await database.ping(engine)
    await engine.dispose()


async def test_a_wrong_statement_stays_a_bug(engine: AsyncEngine) -> None:
    with pytest.raises(ProgrammingError):
        await _execute(engine, "SELECT * FROM no_such_table")


async def test_a_connection_cut_by_the_server_is_an_outage_and_the_next_one_works(engine: AsyncEngine) -> None:
    with pytest.raises(DatabaseUnavailable):
        await _execute(engine, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    await database.ping(engine)


async def _execute(engine: AsyncEngine, *statements: str) -> None:
    with database.outages():
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
