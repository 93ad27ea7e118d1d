"""A whole hub of its own for a benchmark: real processes, embedded broker and database, a folder that goes away."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import HubError
from hub import clock
from hub.bench.process_table import processes_of
from hub.demo.keys import demo_source_key
from hub.demo.settings import demo_environment
from hub.embedded import children, place
from hub.embedded.ports import free_port
from hub.resources import open_database
from hub.settings import FusionSettings, Settings

START_WITHIN_S, STOP_WITHIN_S = 240.0, 10.0


@dataclass(frozen=True, slots=True)
class WholeHub:
    """A running hub and the ways into it."""

    folder: Path
    url: str
    settings: Settings
    engine: AsyncEngine
    key: str
    """a source's API key for all four feeds"""

    def pid_of(self, part: str) -> int | None:
        """The process of a part now: broker, database, vision, feeds, fusion or console; None while it is down."""
        if part == "database":
            return _postmaster(self.folder)
        wanted = {"broker": "tansu"}.get(part, f"hub run {part}")
        return next((pid for pid, command in processes_of(self.folder) if wanted in command), None)


@asynccontextmanager
async def whole_hub(
    streams: Path, *, cameras: bool, environment: Mapping[str, str] | None = None
) -> AsyncIterator[WholeHub]:
    """Start `hub up`, and the simulated cameras of `streams` when wanted; everything is gone afterwards.

    `environment`: settings that differ from the demo's.

    Raises:
        HubError: it did not come up; holds its last words.
    """
    folder, port = _folder(streams), free_port()
    variables = os.environ | demo_environment(folder) | {"HUB_CONSOLE__PORT": str(port)} | dict(environment or {})
    commands = [["up"], ["camera-sim", "--demo", "--control-port", "0"]] if cameras else [["up"]]
    try:
        async with _children(commands, variables, folder):
            url = f"http://127.0.0.1:{port}"
            await _until_ready(url, folder)
            settings = Settings(
                data_dir=folder, console=Settings().console.model_copy(update={"port": port}), exercise=True,
                fusion=FusionSettings(partitions=json.loads(variables["HUB_FUSION__PARTITIONS"])),
            )  # fmt: skip
            async with open_database(settings) as engine:
                key = await demo_source_key(engine, folder, clock.now())
                yield WholeHub(folder, url, settings, engine, key)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder(streams: Path) -> Path:
    """A new folder with the same cameras on a port of their own."""
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    text = streams.read_text(encoding="utf-8").replace(":8554/", f":{free_port()}/")
    (folder / "streams.yaml").write_text(text, encoding="utf-8")
    return folder


@asynccontextmanager
async def _children(commands: list[list[str]], environment: Mapping[str, str], folder: Path) -> AsyncIterator[None]:
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            running.append(
                children.spawn(
                    [sys.executable, "-m", "hub", *command], log=folder / "bench.log", death_signal=signal.SIGTERM,
                    environment=environment, cwd=folder,
                )
            )  # fmt: skip
        yield
    finally:
        for child in running:
            await children.stop(child, first=signal.SIGTERM, within_s=STOP_WITHIN_S)


async def _until_ready(url: str, folder: Path) -> None:
    deadline = clock.monotonic_s() + START_WITHIN_S
    async with httpx.AsyncClient(base_url=url, timeout=5.0, trust_env=False) as client:
        while not (place.is_owned(folder) and await _is_ready(client)):
            if clock.monotonic_s() > deadline:
                words = (folder / "bench.log").read_text(encoding="utf-8", errors="replace")[-2000:]
                raise HubError(f"the hub did not come up within {START_WITHIN_S:.0f} s: {words}")
            await asyncio.sleep(0.2)


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _postmaster(folder: Path) -> int | None:
    for file in folder.rglob("postmaster.pid"):
        pid = int(file.read_text().split()[0])
        if Path(f"/proc/{pid}").exists():
            return pid
    return None
