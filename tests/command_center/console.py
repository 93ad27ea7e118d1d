"""A whole console on a real database and a real socket, with a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.app import create_app
from command_center.ports import Ports
from command_center.server import bind
from command_center.store.database import Database
from command_center.worker import run_console
from contracts.bus import Bus
from contracts.intake import CallerDetails
from hub import clock
from hub.embedded.ports import free_port
from hub.processes.console import open_ports
from hub.settings import Settings, VisionSettings
from tests.command_center.seeding import hire


class Time:
    """The console's clock: real seconds, moved by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.ahead


class Callers:
    """Personal fields of every call."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def reveal(self, signal_id: str) -> CallerDetails | None:
        self.read.append(signal_id)
        return CallerDetails(name="张三丰", phone="13812345678", content_original="打电话 13812345678")


@dataclass
class Console:
    """What a test holds."""

    ports: Ports
    client: httpx.AsyncClient
    time: Time
    callers: Callers
    tokens: dict[str, str]
    url: str = "http://console"

    def as_(self, role: str) -> dict[str, str]:
        """Headers of a script with this role."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}


@asynccontextmanager
async def console_of(engine: AsyncEngine, folder: Path, *roles: str, **instead: Any) -> AsyncIterator[Console]:
    """The application without a socket; `instead`: ports that are not the hub's."""
    time, callers = Time(), Callers()
    settings = Settings(data_dir=folder, vision=VisionSettings(streams=folder / "streams.yaml"))
    ports = replace(open_ports(settings, engine), clock=time, personal=callers, **instead)
    tokens = await hire(engine, *roles)
    transport = httpx.ASGITransport(create_app(ports))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        yield Console(ports, client, time, callers, tokens)
    ports.passwords.close()


@asynccontextmanager
async def serving(console: Console, engine: AsyncEngine, bus: Bus) -> AsyncIterator[str]:
    """The same on a port of this machine, with all its loops; gives ws://host:port/ws/board."""
    port = free_port()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(
            run_console(console.ports, Database(engine), bus, bind("127.0.0.1", port)), name="console"
        )
        console.url = f"http://127.0.0.1:{port}"
        yield f"ws://127.0.0.1:{port}/ws/board"
        running.cancel()
