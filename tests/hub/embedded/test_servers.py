"""The embedded servers: data stays, ports stay, and no process is left, however the hub ends."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from contracts.errors import ConfigurationError
from hub.clock import monotonic_s
from hub.embedded.broker import EmbeddedBroker
from hub.embedded.postgres import EmbeddedPostgres

GONE_WITHIN_S = 10.0


def is_running(pid: int) -> bool:
    """Alive, and not just waiting to be reaped."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def family(pid: int) -> list[int]:
    """A process and its children's children."""
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    below = [int(child) for child in tasks.read_text().split()] if tasks.exists() else []
    return [pid, *(one for child in below for one in family(child))]


async def all_gone(pids: list[int]) -> bool:
    deadline = monotonic_s() + GONE_WITHIN_S
    while True:
        if not any(map(is_running, pids)):
            return True
        if monotonic_s() > deadline:
            return False
        await asyncio.sleep(0.05)


async def test_postgres_keeps_its_data_its_port_and_its_password(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder)
    url = await server.start()
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    await connection.close()
    await server.stop()
    assert await server.start() == url
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT one FROM kept") == 1
    assert await connection.fetchval("SHOW fsync") == "on"
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()
    await server.stop()


async def test_postgres_wants_the_password_that_only_the_owner_may_read(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder)
    url = await server.start()
    password = server_folder / "postgres.password"
    assert password.stat().st_mode & 0o077 == 0
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.replace(password.read_text(), "guess"))
    await server.stop()


async def test_a_folder_with_something_else_in_it_is_left_alone(server_folder: Path) -> None:
    (server_folder / "postgres").mkdir()
    (server_folder / "postgres" / "letters.txt").write_text("dear")
    with pytest.raises(ConfigurationError, match="not empty"):
        await EmbeddedPostgres(server_folder).start()
    assert (server_folder / "postgres" / "letters.txt").read_text() == "dear"


async def test_stopping_leaves_no_process_and_is_quick(server_folder: Path) -> None:
    servers: list[EmbeddedPostgres | EmbeddedBroker] = [EmbeddedPostgres(server_folder), EmbeddedBroker(server_folder)]
    for server in servers:
        await server.start()
    pids = [one for server in servers if server.pid for one in family(server.pid)]
    assert len(pids) >= 3
    began_s = monotonic_s()
    for server in servers:
        await server.stop()
    assert monotonic_s() - began_s < 5.0
    assert await all_gone(pids)


async def test_stopping_what_was_never_started_is_nothing(server_folder: Path) -> None:
    await EmbeddedPostgres(server_folder).stop()
    await EmbeddedBroker(server_folder).stop()


KILLED = """
import asyncio, pathlib, sys
from hub.embedded.broker import EmbeddedBroker
from hub.embedded.postgres import EmbeddedPostgres

async def main():
    folder = pathlib.Path(sys.argv[1])
    postgres, broker = EmbeddedPostgres(folder), EmbeddedBroker(folder)
    await postgres.start()
    await broker.start()
    print(postgres.pid, broker.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_hub_that_is_killed_takes_its_servers_with_it(server_folder: Path) -> None:
    hub = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(server_folder), stdout=subprocess.PIPE, env=os.environ
    )
    assert hub.stdout is not None
    async with asyncio.timeout(60):
        pids = [one for pid in (await hub.stdout.readline()).split() for one in family(int(pid))]
    hub.send_signal(signal.SIGKILL)
    await hub.wait()
    assert len(pids) >= 3
    assert await all_gone(pids)
    # The cluster was shut down in order: the next start needs no recovery.
    log = (server_folder / "logs" / "postgres.log").read_text()
    assert "received fast shutdown request" in log
