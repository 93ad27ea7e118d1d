"""The worker and the decoder together against cameras that fail again and again."""

import asyncio
import functools
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from contracts.cameras import CameraHealth, CameraStatus
from contracts.errors import CameraFault
from hub import clock
from hub.camera_sim import CameraPath, CameraSim, Clip, Fault
from ingest.cadence import Mode
from ingest.decoder import decode_camera
from ingest.latest import LatestFrame
from ingest.worker import watch_camera
from tests.ingest.test_worker import a_camera
from tests.ingest.watching import FAST, eventually

RECONNECTS = 100


class Watched:
    """A camera being watched, and what was told of it."""

    def __init__(self) -> None:
        self.latest, self.statuses = LatestFrame(), list[CameraStatus]()
        self.mode: Mode = "full"

    async def until(self, holds: Callable[[CameraStatus], bool], timeout_s: float = 15.0) -> CameraStatus:
        """The first status from now on for which `holds`."""
        start = max(0, len(self.statuses) - 1)
        async with asyncio.timeout(timeout_s):
            await eventually(lambda: any(holds(status) for status in self.statuses[start:]))
        return next(status for status in self.statuses[start:] if holds(status))


@asynccontextmanager
async def watched(port: int, **camera: object) -> AsyncIterator[Watched]:
    one = Watched()
    urls = {"url": f"rtsp://127.0.0.1:{port}/a", "sub_url": f"rtsp://127.0.0.1:{port}/a/sub"}
    task = asyncio.get_running_loop().create_task(
        watch_camera(
            a_camera(**(urls | camera)),
            latest=one.latest,
            mode=lambda: one.mode,
            on_status=one.statuses.append,
            clock=clock.now,
            open_decoder=functools.partial(decode_camera, **FAST),
            sleep=lambda seconds: asyncio.sleep(0.01),
            pulse_s=0.02,
        )
    )
    yield one
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_hundred_reconnects_leave_no_thread_and_no_socket_behind(clips: Mapping[str, Clip]) -> None:
    path = CameraPath("a", clips["h264"])
    sim = CameraSim([path])
    async with sim.serving(clock=clock.now):
        before = threading.active_count(), len(os.listdir("/proc/self/fd"))
        async with watched(sim.port) as one:
            for number in range(RECONNECTS):
                async with asyncio.timeout(10):
                    await eventually(lambda: path.watchers == 1)
                path.set_fault(Fault.DROP)
                async with asyncio.timeout(10):
                    await eventually(lambda: path.watchers == 0)
                assert threading.active_count() <= before[0] + 2, number
            await one.until(lambda status: status.counters["reconnects"] >= RECONNECTS - 1)
        async with asyncio.timeout(10):
            await eventually(lambda: sim.connections == 0)
        assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (Fault.DROP, CameraFault.ENDED),
        (Fault.FREEZE, CameraFault.TIMEOUT),
        (Fault.REFUSE, CameraFault.REFUSED),
        (Fault.WRONG_PASSWORD, CameraFault.UNAUTHORIZED),
        (Fault.MISSING, CameraFault.NOT_FOUND),
        (Fault.SILENT, CameraFault.TIMEOUT),
    ],
)
async def test_every_fault_is_told_in_words_and_heals(
    clips: Mapping[str, Clip], fault: Fault, named: CameraFault
) -> None:
    path = CameraPath("a", clips["h264"])
    sim = CameraSim([path])
    async with sim.serving(clock=clock.now), watched(sim.port) as one:
        await one.until(lambda status: status.health is CameraHealth.ONLINE)
        path.set_fault(fault)
        told = await one.until(lambda status: status.fault is named)
        assert told.why_zh
        assert told.why_en
        path.set_fault(Fault.NONE)
        healed = await one.until(lambda status: status.health is CameraHealth.ONLINE and status.fault is None)
        assert healed.why_en == ""


async def test_the_mode_moves_between_the_streams_with_one_connection_at_a_time(clips: Mapping[str, Clip]) -> None:
    main, sub = CameraPath("a", clips["h264"]), CameraPath("a/sub", clips["small"], camera="a")
    sim = CameraSim([main, sub])
    async with sim.serving(clock=clock.now), watched(sim.port) as one:
        assert (await one.until(lambda status: status.width == 320)).mode == "full"
        one.mode = "sub"
        status = await one.until(lambda status: status.width == 160)
        assert (status.mode, status.fault, main.watchers) == ("sub", None, 0)
        one.mode = "keyframes"
        status = await one.until(lambda status: status.width == 320)
        assert (status.mode, status.fault, sub.watchers) == ("keyframes", None, 0)


async def test_a_stop_of_a_connected_camera_is_quick(clips: Mapping[str, Clip]) -> None:
    sim = CameraSim([CameraPath("a", clips["h264"])])
    loop = asyncio.get_running_loop()
    async with sim.serving(clock=clock.now):
        async with watched(sim.port) as one:
            await one.until(lambda status: status.health is CameraHealth.ONLINE)
            began = loop.time()
        assert loop.time() - began < 2
