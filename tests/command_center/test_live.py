import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from command_center import live
from command_center.live import CAUGHT_UP_BYTES, GROUP_BYTES, SLOW_BYTES, LiveRelay, Viewer
from contracts.errors import CameraFault, CameraUnavailable, Outage
from contracts.packets import Wish
from tests.command_center.live_cameras import INIT, Line, Worker, delta, key, soon

WISH = Wish("cam-1")


def seconds() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def relay_of(worker: Worker, address: str = "worker:1") -> AsyncIterator[LiveRelay]:
    relay = LiveRelay(worker, lambda camera_id: address, seconds)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(relay.run(), name="relay")
        await asyncio.sleep(0)
        yield relay
        running.cancel()


async def until(line: Line, number: int) -> list[str | bytes]:
    await soon(lambda: len(line.messages()) >= number)
    return line.messages()


async def test_however_many_look_the_worker_is_asked_once_and_each_begins_with_a_keyframe() -> None:
    worker, first, second = Worker(), Line(), Line()
    async with relay_of(worker) as relay:
        relay.join(WISH, Viewer(first, "a"))
        worker.say(INIT, key(1), delta(2), key(3), delta(4))
        assert await until(first, 6) == ["stream", b"init", b"K1", b"d2", b"K3", b"d4"]
        relay.join(WISH, Viewer(second, "b"))
        assert second.messages() == ["stream", b"init", b"K3", b"d4"]
        worker.say(delta(5))
        assert (await until(second, 5))[-1] == (await until(first, 7))[-1] == b"d5"
        assert worker.opened == [(WISH, "worker:1")]


@pytest.mark.parametrize(
    ("unsent", "goes_on"), [(SLOW_BYTES, True), (SLOW_BYTES + 1, False)], ids=["just fast enough", "too slow"]
)
async def test_a_slow_viewer_misses_pictures_up_to_a_keyframe_and_holds_up_nobody(unsent: int, goes_on: bool) -> None:
    worker, fast, slow = Worker(), Line(), Line()
    viewer = Viewer(slow, "b")
    async with relay_of(worker) as relay:
        relay.join(WISH, Viewer(fast, "a"))
        relay.join(WISH, viewer)
        worker.say(INIT, key(1))
        await until(slow, 3)
        slow.unsent = unsent
        worker.say(delta(2), delta(3))
        await until(fast, 5)
        slow.unsent = CAUGHT_UP_BYTES + 1
        worker.say(key(4))
        await until(fast, 6)
        slow.unsent = CAUGHT_UP_BYTES
        worker.say(delta(5), key(6), delta(7))
        await until(fast, 9)
    shown = [b"d2", b"d3", b"K4", b"d5", b"K6", b"d7"] if goes_on else [b"K6", b"d7"]
    assert slow.messages()[3:] == shown
    assert (viewer.sent, viewer.dropped) == (1 + len(shown), 6 - len(shown))


async def test_a_line_that_is_gone_is_sent_nothing() -> None:
    worker, gone = Worker(), Line()
    async with relay_of(worker) as relay:
        watching = Line()
        relay.join(WISH, Viewer(gone, "a"))
        relay.join(WISH, Viewer(watching, "b"))
        gone.unsent = -1
        worker.say(INIT, key(1), delta(2))
        await until(watching, 4)
        assert gone.messages() == ["stream", b"init"]


async def test_an_outage_is_told_and_waited_out_and_the_stream_begins_anew() -> None:
    worker, line = Worker(), Line()
    async with relay_of(worker) as relay:
        relay.join(WISH, Viewer(line, "a"))
        worker.say(INIT, key(1), CameraUnavailable(CameraFault.TIMEOUT), INIT, key(2))
        assert await until(line, 7) == ["stream", b"init", b"K1", "waiting", "stream", b"init", b"K2"]


async def test_a_camera_that_stays_away_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "GIVE_UP_S", 0.3)
    worker, line = Worker(), Line()
    worker.away = True
    async with relay_of(worker) as relay:
        relay.join(WISH, Viewer(line, "a"))
        await soon(lambda: line.messages()[-1:] == ["close 4409"])
        assert relay.watching("a") == 0
        relay.join(WISH, Viewer(Line(), "a"))
        await asyncio.sleep(0)
        assert relay.watching("a") == 1


async def test_without_a_worker_nothing_is_asked() -> None:
    worker, line = Worker(), Line()
    async with relay_of(worker, address="") as relay:
        relay.join(WISH, Viewer(line, "a"))
        await until(line, 1)
        assert worker.opened == []


async def test_a_stream_stays_a_moment_after_its_last_viewer_and_then_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LINGER_S", 0.05)
    worker, line = Worker(), Line()
    async with relay_of(worker) as relay:
        viewer = Viewer(line, "a")
        relay.join(WISH, viewer)
        worker.say(INIT, key(1))
        await until(line, 3)
        relay.leave(WISH, viewer)
        relay.leave(WISH, viewer)
        again = Viewer(Line(), "a")
        relay.join(WISH, again)
        await asyncio.sleep(0.1)
        assert worker.closed == 0
        relay.leave(WISH, again)
        await soon(lambda: worker.closed > 0)
        assert len(worker.opened) == 1


async def test_signing_out_closes_what_is_open() -> None:
    worker, mine, other = Worker(), Line(), Line()
    async with relay_of(worker) as relay:
        relay.join(WISH, Viewer(mine, "a", session="s1"))
        relay.join(WISH, Viewer(other, "b", session="s2"))
        assert relay.sessions() == {"s1", "s2"}
        relay.end_sessions({"s1"})
        assert mine.messages() == ["close 4401"]
        assert other.messages() == []
        assert relay.sessions() == {"s2"}


async def test_a_group_that_never_ends_does_not_fill_the_memory() -> None:
    worker, line, late = Worker(), Line(), Line()
    async with relay_of(worker) as relay:
        relay.join(WISH, Viewer(line, "a"))
        worker.say(INIT, key(1), delta(2, size=GROUP_BYTES), delta(3))
        await until(line, 5)
        relay.join(WISH, Viewer(late, "b"))
        assert late.messages() == ["stream", b"init"]
        worker.say(delta(4), key(5))
        assert await until(late, 3) == ["stream", b"init", b"K5"]


def test_an_outage_of_the_worker_is_no_fault_of_the_camera() -> None:
    line = Line()
    stream = live._Stream(WISH, 0.0)
    stream.join(Viewer(line, "a"))
    stream.tell(Outage("gone"))
    assert b'"fault": "worker"' in line.frames[0]
