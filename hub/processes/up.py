"""Everything on one machine: broker and database unless others are named, and the four processes as children."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus

from contracts.errors import ConfigurationError
from hub import clock, database, streams
from hub.embedded import place
from hub.embedded.broker import EmbeddedBroker
from hub.embedded.ports import why_not
from hub.embedded.postgres import EmbeddedPostgres
from hub.logs import keep_small
from hub.people import demo_links
from hub.probe import status_of
from hub.resources import open_database
from hub.settings import Settings
from hub.supervision import Part, Say, keep_running, keep_serving
from hub.telemetry import UP_PORT, serve_metrics

log = logging.getLogger(__name__)

PROCESSES = ("console", "fusion", "feeds", "vision")
DEMO_SOURCES = ("camera-sim", "simulate")


async def run(settings: Settings, *, demo: bool = False, say: Say = print) -> None:
    """Start all, keep it running, stop all when cancelled.

    Raises:
        ConfigurationError: a port is in use, another hub runs on this folder, or a process has a file or setting
            that a person must mend.
    """
    streams.load(settings.vision.streams)
    with place.owned(settings.data_dir):
        _refuse_used_port(settings)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_embedded(settings, say))
            ready: list[str] = ["starting"]
            await stack.enter_async_context(serve_metrics(settings, UP_PORT, lambda: ready))
            async with open_database(settings) as engine, asyncio.TaskGroup() as tasks:
                await database.upgrade(engine)
                tasks.create_task(keep_small(settings.data_dir / "logs"), name="keep logs small")
                for part in parts(settings, demo=demo):
                    tasks.create_task(keep_running(part, say), name=f"keep {part.name}")
                links = await demo_links(engine, base_url(settings), clock.now()) if demo else []
                await _console_answers(settings)
                ready.clear()
                _announce(settings, links, say)


def parts(settings: Settings, *, demo: bool) -> list[Part]:
    """The child processes, those first that take longest to be of use."""
    environment = {**os.environ, "HUB_LOG_FORMAT": "json", "HUB_DATA_DIR": str(settings.data_dir.resolve())}
    commands: dict[str, Sequence[str]] = {name: ("run", name) for name in PROCESSES}
    if demo:
        commands |= {name: (name, "--demo") for name in DEMO_SOURCES}
    logs = settings.data_dir.resolve() / "logs"
    return [
        Part(name, [sys.executable, "-m", "hub", *arguments], logs / f"{name}.log", environment)
        for name, arguments in commands.items()
    ]


def base_url(settings: Settings) -> str:
    """How browsers reach the console."""
    return settings.console.public_url.rstrip("/") or f"http://{_host(settings)}:{settings.console.port}"


def _host(settings: Settings) -> str:
    return "127.0.0.1" if settings.console.host in {"0.0.0.0", "::"} else settings.console.host


@asynccontextmanager
async def _embedded(settings: Settings, say: Say) -> AsyncIterator[None]:
    """What is not configured is started here, and written where the other processes look for it."""
    servers: dict[str, EmbeddedBroker | EmbeddedPostgres] = {}
    if not settings.kafka.bootstrap_servers:
        servers["broker"] = EmbeddedBroker(settings.data_dir)
    if not settings.database.url.get_secret_value():
        servers["database"] = EmbeddedPostgres(settings.data_dir)
    try:
        addresses = await _started(servers)
        place.write(
            settings.data_dir,
            place.Place(kafka=addresses.get("broker", ""), database_url=addresses.get("database", "")),
        )
        async with asyncio.TaskGroup() as tasks:
            keepers = [
                tasks.create_task(keep_serving(name, server, say), name=f"keep {name}")
                for name, server in servers.items()
            ]
            try:
                yield
            finally:
                for keeper in keepers:
                    keeper.cancel()
    finally:
        place.erase(settings.data_dir)
        for server in servers.values():
            await server.stop()


async def _started(servers: Mapping[str, EmbeddedBroker | EmbeddedPostgres]) -> dict[str, str]:
    async with asyncio.TaskGroup() as tasks:
        starting = {name: tasks.create_task(server.start(), name=f"start {name}") for name, server in servers.items()}
    return {name: task.result() for name, task in starting.items()}


def _refuse_used_port(settings: Settings) -> None:
    host, port = settings.console.host, settings.console.port
    if (why := why_not(host, port)) is not None:
        raise ConfigurationError(
            f"port {port} is {why}, and the console needs it" if why == "in use" else f"the console needs it: {why}",
            where=f"{host}:{port}",
            hint="stop what uses it (another hub?), or set HUB_CONSOLE__PORT (and HUB_CONSOLE__HOST) to another",
        )


async def _console_answers(settings: Settings) -> None:
    while True:
        if await status_of(_host(settings), settings.console.port, "/readyz") == HTTPStatus.OK:
            return
        await asyncio.sleep(0.1)


def _announce(settings: Settings, links: Sequence[tuple[str, str]], say: Say) -> None:
    say(f"\n  {settings.console.city_name} · the hub is up\n\n  {'console':<12} {base_url(settings)}")
    for login, url in links:
        say(f"  {login:<12} {url}")
    if links:
        say("\n  Each link signs in once. `hub users link NAME` makes another.")
    say(f"  {'logs':<12} {settings.data_dir.resolve() / 'logs'}\n  Ctrl-C stops everything.\n")
