"""A stop ends what waits for a camera: reads of a silent one, and opening one that never answers; by either client."""

import asyncio
import math
import threading
import time
from collections.abc import Mapping, Sequence

import av.container.core
import pytest

from hub.camera_sim import CameraPath, Clip, Fault
from ingest.decoder import CLIENTS
from ingest.interrupting import ended_by
from ingest.source import Open
from tests.ingest.watching import IMPATIENT, camera, eventually, watching

PATIENT = {"open_timeout_s": 30.0, "read_timeout_s": 30.0}
SOON_S = 8.0
by_either_client = pytest.mark.parametrize("clients", [CLIENTS[:1], CLIENTS[1:]], ids=["own", "ffmpeg"])


@by_either_client
@pytest.mark.parametrize("fault", [Fault.FREEZE, Fault.HALF_OPEN], ids=str)
async def test_the_thread_of_a_camera_that_says_no_more_ends_when_it_is_told_to(
    clips: Mapping[str, Clip], fault: Fault, clients: Sequence[Open]
) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url, clients=clients, **PATIENT) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        path.set_fault(fault)
        await asyncio.sleep(0.2)
        began = time.monotonic()
        seen.link.stopping.set()
        await asyncio.wait_for(seen.ended.wait(), SOON_S)
    assert seen.outage is None
    assert time.monotonic() - began < SOON_S


@by_either_client
async def test_a_thread_that_waits_for_an_answer_ends_too(clients: Sequence[Open]) -> None:
    """A listening socket that takes connections and says nothing, as behind a firewall that swallows."""
    accepted: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda reader, writer: accepted.append(writer), "127.0.0.1", 0)
    url = f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/a"
    async with server, watching(url, clients=clients, **PATIENT) as seen:
        await asyncio.wait_for(eventually(lambda: bool(accepted)), 20)
        seen.link.stopping.set()
        await asyncio.wait_for(seen.ended.wait(), SOON_S)
        for writer in accepted:
            writer.close()


@by_either_client
async def test_who_never_answers_is_named_within_the_timeout(clients: Sequence[Open]) -> None:
    accepted: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda reader, writer: accepted.append(writer), "127.0.0.1", 0)
    url = f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/a"
    async with server, watching(url, clients=clients, **IMPATIENT) as seen:
        await asyncio.wait_for(seen.ended.wait(), 10)
        for writer in accepted:
            writer.close()
    assert seen.outage is not None
    assert seen.outage.fault.value == "timeout"


def clock() -> float:
    return av.container.core.time.monotonic()


async def test_the_clock_leaps_only_in_a_thread_that_shall_stop_and_further_at_each_look() -> None:
    stopping = threading.Event()
    with ended_by(stopping):
        assert clock() == pytest.approx(time.monotonic(), abs=0.5)
        stopping.set()
        await asyncio.wait_for(eventually(lambda: clock() > time.monotonic() + 100), 20)
        first, second = clock(), clock()
        others: list[float] = []
        other = threading.Thread(target=lambda: others.append(clock()))
        other.start()
        other.join()
    assert second > first + 100
    assert not math.isinf(second)
    assert others == [pytest.approx(time.monotonic(), abs=0.5)]
    assert clock() == pytest.approx(time.monotonic(), abs=0.5)


async def test_pyav_is_given_its_own_clock_back_when_nobody_shall_stop() -> None:
    """A look at ours takes ten times as long, and it looks a thousand times a second for each camera."""
    stopping = threading.Event()
    with ended_by(stopping):
        stopping.set()
        await asyncio.wait_for(eventually(lambda: vars(av.container.core)["time"] is not time), 20)
    await asyncio.wait_for(eventually(lambda: vars(av.container.core)["time"] is time), 20)
