"""The worker and the decoder together against cameras that fail again and again."""

import asyncio
import functools
import itertools
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contracts.cameras import CameraHealth, CameraStatus
from contracts.errors import CameraFault
from hub import clock
from hub.camera_sim import CameraPath, CameraSim, Clip, Fault
from ingest.cadence import Mode
from ingest.decoder import decode_camera
from ingest.latest import LatestFrame
from ingest.modes import Needs, Signs
from ingest.worker import watch_camera
from tests.ingest.test_worker import a_camera
from tests.ingest.watching import ENVIRON, IMPATIENT, eventually

RECONNECTS = 100


class Watched:
    """A camera being watched, and what was told of it."""

    def __init__(self) -> None:
        self.latest, self.statuses = LatestFrame(), list[CameraStatus]()

    async def until(self, holds: Callable[[CameraStatus], bool], timeout_s: float = 15.0) -> CameraStatus:
        """The first status from now on for which `holds`."""
        start = max(0, len(self.statuses) - 1)
        async with asyncio.timeout(timeout_s):
            await eventually(lambda: any(holds(status) for status in self.statuses[start:]))
        return next(status for status in self.statuses[start:] if holds(status))


@asynccontextmanager
async def watched(port: int, *, mode: Mode = "full", wait_s: float = 0.02, **camera: object) -> AsyncIterator[Watched]:
    one = Watched()
    urls = {"url": f"rtsp://127.0.0.1:{port}/a", "sub_url": f"rtsp://127.0.0.1:{port}/a/sub"}
    task = asyncio.get_running_loop().create_task(
        watch_camera(
            a_camera(**(urls | camera)),
            latest=one.latest,
            needs=Needs(mode),
            signs=Signs,
            on_status=one.statuses.append,
            clock=clock.now,
            open_decoder=functools.partial(decode_camera, environ=ENVIRON, **IMPATIENT),
            sleep=lambda seconds: asyncio.sleep(wait_s),
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


async def test_a_thousand_connections_that_fail_in_every_way_leave_nothing_behind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The answers of broken cameras in turn, each ended at once by the camera; FFmpeg's memory counts too."""
    caplog.set_level(logging.CRITICAL)  # pytest keeps every record
    asyncio.get_running_loop().set_debug(False)  # a stack kept for every call
    answers = [
        b"",
        b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm=x\r\n\r\n",
        b"RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n",
        b"RTSP/1.0 503 Service Unavailable\r\nCSeq: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n<html>",
        os.urandom(2048),
    ]
    turn = itertools.cycle(answers)
    served = itertools.count()

    async def break_down(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        next(served)
        await reader.read(4096)
        writer.write(next(turn))
        writer.close()

    memory: list[int] = []
    async with await asyncio.start_server(break_down, "127.0.0.1", 0) as server:
        before = threading.active_count(), len(os.listdir("/proc/self/fd"))
        async with watched(server.sockets[0].getsockname()[1], wait_s=0.001) as one:
            for goal in (200, 400, 600, 800, 1000):
                await one.until(lambda status, goal=goal: status.counters["reconnects"] >= goal, timeout_s=60)
                del one.statuses[:-1]
                memory.append(resident_kib())
            assert one.statuses[-1].health is CameraHealth.OFFLINE
        assert next(served) >= 1000
        async with asyncio.timeout(20):
            await eventually(lambda: (threading.active_count(), len(os.listdir("/proc/self/fd"))) <= before)
    assert memory[-1] - memory[0] < 4 * 1024


def resident_kib() -> int:
    """Memory that this process holds."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


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


async def test_a_smart_codec_is_left_for_the_sub_stream_with_one_connection_at_a_time(
    clips: Mapping[str, Clip],
) -> None:
    main, sub = CameraPath("a", clips["smart_codec"], start_s=29.5), CameraPath("a/sub", clips["small"], camera="a")
    sim = CameraSim([main, sub])
    async with sim.serving(clock=clock.now), watched(sim.port, mode="keyframes") as one:
        status = await one.until(lambda status: status.width == 160)
        assert (status.mode, status.fault, main.watchers, sub.watchers) == ("sub", None, 0, 1)


async def test_a_stop_of_a_connected_camera_is_quick(clips: Mapping[str, Clip]) -> None:
    sim = CameraSim([CameraPath("a", clips["h264"])])
    loop = asyncio.get_running_loop()
    async with sim.serving(clock=clock.now):
        async with watched(sim.port) as one:
            await one.until(lambda status: status.health is CameraHealth.ONLINE)
            began = loop.time()
        assert loop.time() - began < 5
