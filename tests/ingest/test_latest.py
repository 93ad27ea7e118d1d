import asyncio
import threading
from datetime import UTC, datetime

import numpy as np
import pytest

from contracts.frames import Frame
from ingest.latest import LatestFrame

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def frame(name: str) -> Frame:
    return Frame(name, np.zeros((2, 2, 3), np.uint8), NOON, True)


async def test_the_newest_wins_and_the_lost_are_counted() -> None:
    latest = LatestFrame()
    for name in "abc":
        latest.put(frame(name))
    assert (await latest.get()).camera_id == "c"
    assert latest.lost == 2
    assert latest.take() is None


async def test_a_reader_wakes_when_another_thread_puts() -> None:
    latest = LatestFrame()
    reading = asyncio.get_running_loop().create_task(latest.get())
    await asyncio.sleep(0)
    thread = threading.Thread(target=latest.put, args=(frame("a"),))
    thread.start()
    assert (await asyncio.wait_for(reading, 5)).camera_id == "a"
    thread.join()


async def test_a_reader_that_is_cancelled_loses_no_frame() -> None:
    latest = LatestFrame()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(latest.get(), 0.01)
    latest.put(frame("a"))
    assert (await latest.get()).camera_id == "a"
    assert latest.lost == 0


def test_a_thread_may_put_after_the_reader_s_loop_is_closed() -> None:
    latest = LatestFrame()

    async def gives_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(latest.get(), 0.01)

    asyncio.run(gives_up())
    latest.put(frame("a"))
    assert latest.take() is not None


def test_whoever_reads_many_mailboxes_is_woken_by_each_put() -> None:
    woken: list[int] = []
    latest = LatestFrame(on_put=lambda: woken.append(1))
    latest.put(frame("a"))
    latest.put(frame("b"))
    assert len(woken) == 2


async def test_under_a_flood_from_a_thread_nothing_is_read_twice_and_all_are_accounted_for() -> None:
    latest, total, read = LatestFrame(), 2000, []

    def flood() -> None:
        for number in range(total):
            latest.put(frame(str(number)))

    thread = threading.Thread(target=flood)
    thread.start()
    while not read or read[-1] != str(total - 1):
        read.append((await asyncio.wait_for(latest.get(), 5)).camera_id)
    thread.join()
    numbers = [int(name) for name in read]
    assert numbers == sorted(set(numbers))
    assert len(read) + latest.lost == total
