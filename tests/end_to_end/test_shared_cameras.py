"""Three vision workers on one machine share twelve cameras through Apache Kafka; one is killed, one more comes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hub import clock
from hub.camera_sim import CameraPath, CameraSim, Clip
from hub.camera_sim.path import Watcher
from hub.embedded import children
from hub.kafka.membership import SESSION_S
from tests.clips import make_clip
from tests.hub.test_cameras_file import HEAD
from tests.kafka_server.server import ApacheKafka

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

CAMERAS = [f"cam{n:02}" for n in range(12)]
MOVED_WITHIN_S = SESSION_S + 5.0


class Watched(CameraPath):
    """A simulated camera that remembers how often it was connected to, and whether ever by two at once."""

    joins = 0
    most = 0

    def join(self, watcher: Watcher) -> None:
        super().join(watcher)
        self.joins += 1
        self.most = max(self.most, self.watchers)


@dataclass
class City:
    """A broker, a database, cameras, and the workers that were started."""

    folder: Path
    environment: dict[str, str]
    paths: dict[str, Watched]
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *, streams: str = "none.yaml") -> None:
        environment = self.environment | {"HUB_VISION__STREAMS": streams, "HUB_DATA_DIR": str(self.folder / name)}
        command = [sys.executable, "-m", "hub", "run", "vision"]
        self.workers[name] = children.spawn(
            command, log=self.folder / f"{name}.log", death_signal=signal.SIGKILL, environment=environment,
            cwd=self.folder,
        )  # fmt: skip

    async def end(self, name: str, how: signal.Signals) -> float:
        """Seconds from the signal until every camera is watched again, by others."""
        began = time.monotonic()
        self.workers[name].send_signal(how)
        await self.until(lambda: not self.all_watched(), 10)
        await self.until(self.all_watched, MOVED_WITHIN_S)
        took_s = time.monotonic() - began
        self.workers.pop(name).wait(timeout=10)
        return took_s

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    async def member(self, *names: str) -> None:
        """Until these workers have shares, and all is quiet."""
        for name in names:
            await self.until(lambda: "shares of the cameras are ours" in self.said(name), 60)  # noqa: B023
        await self.settled(60)

    def joins(self) -> dict[str, int]:
        return {name: path.joins for name, path in self.paths.items()}

    def all_watched(self) -> bool:
        return all(path.watchers == 1 for path in self.paths.values())

    async def until(self, holds: Callable[[], bool], within_s: float) -> float:
        """Seconds until it holds."""
        began = time.monotonic()
        while not holds():
            assert time.monotonic() - began < within_s, {name: self.said(name)[-500:] for name in self.workers}
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def settled(self, within_s: float) -> None:
        """All are watched, and stay so."""
        quiet_since, joins = time.monotonic(), self.joins()
        async with asyncio.timeout(within_s):
            while time.monotonic() - quiet_since < 4.0 or not self.all_watched():
                await asyncio.sleep(0.05)
                if joins != (joins := self.joins()):
                    quiet_since = time.monotonic()


@asynccontextmanager
async def city_of(folder: Path, database_url: str) -> AsyncIterator[City]:
    clip = Clip.load(make_clip(folder / "clip.mp4", size=(160, 90)))
    paths = {name: Watched(name, clip) for name in CAMERAS}
    kafka = ApacheKafka(folder)
    kafka.format()
    async with AsyncExitStack() as stack:
        await kafka.start()
        stack.push_async_callback(kafka.stop)
        sim = await stack.enter_async_context(CameraSim(paths.values()).serving(clock=clock.now))
        (folder / "streams.yaml").write_text(
            HEAD
            + "\n".join(
                f'  - {{id: {name}, name: "{name}", url: "rtsp://127.0.0.1:{sim.port}/{name}", '
                "place: {lat: 34.3, lon: 118}}"
                for name in CAMERAS
            )
        )
        environment = os.environ | {
            "HUB_KAFKA__BOOTSTRAP_SERVERS": kafka.servers, "HUB_DATABASE__URL": database_url, "HUB_LOG_FORMAT": "json",
        }  # fmt: skip
        city = City(folder, environment, paths)
        try:
            yield city
        finally:
            for worker in city.workers.values():
                worker.kill()
                worker.wait()


async def test_cameras_move_between_workers_and_those_that_stay_notice_nothing(
    server_folder: Path, fresh_database_url: str
) -> None:
    async with city_of(server_folder, fresh_database_url) as city:
        city.start("a", streams="streams.yaml")
        await city.until(city.all_watched, 60)
        city.start("b")
        city.start("c")
        await city.member("b", "c")
        stayed = [name for name, joins in city.joins().items() if joins == 1]
        assert len(stayed) >= 3, "a third of the cameras never left the first worker"

        before = city.joins()
        killed_s = await city.end("b", signal.SIGKILL)
        assert killed_s < MOVED_WITHIN_S
        moved = [name for name, joins in city.joins().items() if joins != before[name]]
        assert 2 <= len(moved) <= 6, "only the dead worker's cameras began anew"
        await city.settled(30)
        assert {name for name, joins in city.joins().items() if joins != before[name]} == set(moved)

        before = city.joins()
        city.start("d")
        await city.member("d")
        moved_to_d = [name for name, joins in city.joins().items() if joins != before[name]]
        assert 2 <= len(moved_to_d) <= 6, "the new worker has its share, the others' cameras ran on"

        left_s = await city.end("c", signal.SIGTERM)
        assert left_s < SESSION_S, "one that leaves in order is not waited for"
        await city.settled(30)
        assert {path.most for path in city.paths.values()} == {1}, "no camera was ever watched twice at once"

        city.workers["a"].send_signal(signal.SIGSTOP)  # it holds its connections and knows nothing of its death
        await city.until(lambda: "64 shares of the cameras are ours" in city.said("d"), 2 * MOVED_WITHIN_S)
        await city.until(lambda: any(path.watchers == 2 for path in city.paths.values()), MOVED_WITHIN_S)
        city.workers["a"].send_signal(signal.SIGCONT)
        woken_s = await city.until(city.all_watched, MOVED_WITHIN_S)
        await city.settled(60)
        print(
            f"killed: {killed_s:.1f} s, {len(moved)} cameras; left in order: {left_s:.1f} s; "
            f"to a new one: {len(moved_to_d)} cameras; let go after waking: {woken_s:.1f} s"
        )
