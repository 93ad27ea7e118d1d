"""A real console over a real database, and seats at it in a real browser."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.live import LiveRelay
from command_center.server import bind
from command_center.store.database import Database
from command_center.store.people import People
from command_center.worker import run_console
from contracts.packets import LiveSource
from hub import clock
from hub.cameras_file import CamerasFile
from hub.demo.settings import MAP_DIR
from hub.loopback import LoopbackBus
from hub.people import DEMO_USERS, sign_in_link
from hub.processes.console import open_ports
from hub.settings import ConsoleSettings, Settings, VisionSettings

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
STATIC = Path("command_center/static/index.html")
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@dataclass
class House:
    """The running console."""

    settings: Settings
    engine: AsyncEngine
    bus: LoopbackBus
    pictures: LiveSource | None = None
    """instead of those of the vision workers"""
    url: str = ""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    again: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def streams(self) -> Path:
        """Its streams.yaml; there is none until a test writes one."""
        return self.settings.vision.streams

    async def apply_file(self) -> None:
        """As the vision worker that has the file does."""
        await CamerasFile(self.streams, self.engine, clock.now).apply()

    async def link(self, login: str) -> str:
        """A new one-time link for one of the demo's users."""
        return await sign_in_link(People(Database(self.engine)), login, self.url, clock.now(), timedelta(minutes=10))

    async def live(self) -> None:
        """Serve until stopped, and anew on the same port when it is let up again."""
        port = 0
        while True:
            await self.serve(port)
            port = int(self.url.rsplit(":", 1)[1])
            await self.again.wait()
            self.again.clear()

    def down(self) -> None:
        """The console dies."""
        self.stop.set()

    def up(self) -> None:
        """It is started again."""
        self.stop.clear()
        self.again.set()

    async def serve(self, port: int = 0) -> None:
        """Until `stop` is set; then it is gone as if the process had died."""
        bound = bind("127.0.0.1", port)
        self.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        ports = open_ports(self.settings, self.engine)
        if self.pictures is not None:
            ports = replace(ports, live=LiveRelay(self.pictures, ports.camera_views.live_at, clock.monotonic_s))
        try:
            async with asyncio.TaskGroup() as group:
                running = group.create_task(run_console(ports, Database(self.engine), self.bus, bound), name="console")
                await self.stop.wait()
                running.cancel()
        finally:
            ports.passwords.close()
            bound.close()


@dataclass
class Seat:
    """One page, signed in, and all that it asked for."""

    page: Page
    asked: list[str]
    broken: list[str]

    def row(self, incident_id: str) -> Any:
        """The painted row of an incident."""
        return self.page.locator(f'[data-testid="row"][data-incident-id="{incident_id}"]')


Sit = Callable[[str], Coroutine[Any, Any, Seat]]


@pytest.fixture(scope="session")
def built() -> None:
    """The console as `make console` leaves it."""
    assert STATIC.is_file(), "the console is not built: make console"


@asynccontextmanager
async def opened_house(
    engine: AsyncEngine, bus: LoopbackBus, folder: Path, pictures: LiveSource | None = None
) -> AsyncIterator[House]:
    """A console with the demo's users and nothing on the wall."""
    console = ConsoleSettings(city_name="演示县一网通管", map_dir=MAP_DIR)
    vision = VisionSettings(streams=folder / "streams.yaml")
    made = House(Settings(data_dir=folder, exercise=True, console=console, vision=vision), engine, bus, pictures)
    for user in DEMO_USERS:
        await People(Database(engine)).add(user, clock.now())
    async with asyncio.TaskGroup() as group:
        living = group.create_task(made.live(), name="house")
        yield made
        living.cancel()


@pytest.fixture
async def house(built: None, engine: AsyncEngine, loopback: LoopbackBus, tmp_path: Path) -> AsyncIterator[House]:
    """The running console."""
    async with opened_house(engine, loopback, tmp_path) as made:
        yield made


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium as the distribution packages it."""
    assert shutil.which(CHROMIUM), "Chromium is missing: apt-get install chromium"
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS], headless=True)
        yield opened
        await opened.close()


def seats_at(house: House, browser: Browser) -> Sit:
    """Sits demo users down, each by a one-time link."""

    async def sit_down(login: str) -> Seat:
        context = await browser.new_context(viewport={"width": 1920, "height": 1080}, timezone_id="Asia/Shanghai")
        page = await context.new_page()
        seat = Seat(page, [], [])
        page.on("request", lambda request: seat.asked.append(request.url))
        page.on("pageerror", lambda error: seat.broken.append(str(error)))
        await page.goto(await house.link(login))
        await page.get_by_test_id("top-line").wait_for()
        return seat

    return sit_down


@pytest.fixture
async def sit(house: House, browser: Browser) -> Sit:
    """Sits a demo user down."""
    return seats_at(house, browser)
