"""A whole room on simulated cameras: what changes in streams.yaml is felt in time, by nobody else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import CameraStatus
from contracts.topics import CAMERA_STATUS
from contracts.wire import decode
from detectors.detector import Detector
from hub import clock
from hub.camera_sim import CameraPath, CameraSim, Clip
from hub.camera_sim.path import Watcher
from hub.cameras_file import CamerasFile
from hub.loopback import LoopbackBus
from hub.outbox import PostgresOutbox
from hub.settings import Settings
from hub.vision.holding import HoldAll
from hub.vision.room import VisionRoom
from tests.clips import FPS, make_clip
from tests.detectors.test_worker import Blind
from tests.hub.test_cameras_file import HEAD, write

STATUS: TypeAdapter[CameraStatus] = TypeAdapter(CameraStatus)
IN_FORCE_WITHIN_S = 5.0


class Watched(CameraPath):
    """A simulated camera that remembers how often it was connected to."""

    joins = 0

    def join(self, watcher: Watcher) -> None:
        super().join(watcher)
        self.joins += 1


@dataclass
class Street:
    """Cameras, the file that names them, the room that watches them, and what it said last of each."""

    path: Path
    sim: CameraSim
    cameras: dict[str, Watched]
    room: VisionRoom
    said: dict[str, list[CameraStatus]]

    def text(self, **names: str) -> str:
        """streams.yaml with these cameras, by their names."""
        return HEAD + "\n".join(
            f'  - {{id: {id}, name: "{name}", url: "rtsp://127.0.0.1:{self.sim.port}/{id}", '
            "place: {lat: 34.3, lon: 118}}"
            for id, name in names.items()
        )

    def watched(self) -> set[str]:
        return {name for name, camera in self.cameras.items() if camera.watchers}


async def until(holds: Callable[[], bool], within_s: float) -> float:
    """Seconds until it holds."""
    began = time.monotonic()
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return time.monotonic() - began


@asynccontextmanager
async def street_of(engine: AsyncEngine, folder: Path, names: str) -> AsyncIterator[Street]:
    clip = Clip.load(make_clip(folder / "clip.mp4", size=(160, 90)))
    cameras = {name: Watched(name, clip) for name in names}
    bus = LoopbackBus()
    settings = Settings(data_dir=folder)
    detector = Detector(Blind(folder / "m.onnx"), min_confidence=0.3)
    said: dict[str, list[CameraStatus]] = {name: [] for name in names}

    async def listen() -> None:
        async with bus.subscribe([CAMERA_STATUS], group=None) as subscription:
            async for batch in subscription.batches():
                for status in (decode(one.value, STATUS) for one in batch):
                    said[status.camera_id].append(status)

    async with CameraSim(cameras.values()).serving(clock=clock.now) as sim:
        room = VisionRoom(detector, settings, engine, bus, PostgresOutbox(engine))
        street = Street(folder / "streams.yaml", sim, cameras, room, said)
        write(street.path, street.text(a="a", b="b", c="c"))
        file = CamerasFile(street.path, engine, clock.now)
        await file.apply()
        async with asyncio.timeout(60), room.open(), asyncio.TaskGroup() as tasks:
            loops = [listen(), file.keep(), HoldAll(engine).run(room)]
            running = [tasks.create_task(loop, name="loop") for loop in loops]
            yield street
            for task in running:
                task.cancel()


async def test_a_changed_file_is_in_force_in_time_and_other_cameras_lose_no_picture(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    async with street_of(engine, tmp_path, "abcd") as street:
        await until(lambda: street.watched() == {"a", "b", "c"} and bool(street.said["a"]), 10)
        await until(lambda: len(street.said["a"]) > 2, 10)
        first = street.said["a"][-1]

        write(street.path, street.text(a="a", c="c, renamed", d="d"))
        changed_s = await until(lambda: street.watched() == {"a", "c", "d"}, IN_FORCE_WITHIN_S)
        await until(lambda: street.cameras["c"].joins == 2 and street.watched() == {"a", "c", "d"}, 5)

        write(street.path, "cameras: 7")
        seen = len(street.said["a"])
        await until(lambda: len(street.said["a"]) > seen, 10)
        assert street.watched() == {"a", "c", "d"}

        last = street.said["a"][-1]
        pictures = last.counters["packets"] - first.counters["packets"]
        assert abs(pictures - FPS * (last.at - first.at).total_seconds()) <= 3
        assert (last.counters["reconnects"], last.counters["corrupt"], street.cameras["a"].joins) == (0, 0, 1)
        assert changed_s < IN_FORCE_WITHIN_S
