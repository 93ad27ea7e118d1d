import threading
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from contracts.frames import Frame
from ingest.latest import LatestFrame

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def frame(name: str) -> Frame:
    return Frame(name, np.zeros((2, 2, 3), np.uint8), NOON, True)


def name_of(taken: Frame | None) -> str | None:
    return taken.camera_id if taken else None


def test_the_newest_wins_and_the_lost_are_counted() -> None:
    latest = LatestFrame()
    for name in "abc":
        latest.put(frame(name))
    assert name_of(latest.take()) == "c"
    assert latest.lost == 2
    assert latest.take() is None


def test_a_frame_that_was_taken_is_not_lost() -> None:
    latest = LatestFrame()
    latest.put(frame("a"))
    assert name_of(latest.take()) == "a"
    latest.put(frame("b"))
    assert latest.lost == 0


def test_whoever_reads_many_mailboxes_is_woken_by_each_put() -> None:
    woken: list[int] = []
    latest = LatestFrame(on_put=lambda: woken.append(1))
    latest.put(frame("a"))
    latest.put(frame("b"))
    assert len(woken) == 2


def test_under_a_flood_from_a_thread_nothing_is_read_twice_and_all_are_accounted_for() -> None:
    latest, total, read = LatestFrame(), 2000, list[int]()

    def flood() -> None:
        for number in range(total):
            latest.put(frame(str(number)))

    thread = threading.Thread(target=flood)
    thread.start()
    while not read or read[-1] != total - 1:
        if (name := name_of(latest.take())) is not None:
            read.append(int(name))
    thread.join()
    assert read == sorted(set(read))
    assert len(read) + latest.lost == total


@pytest.mark.parametrize(
    ("first", "second", "taken"), [(True, False, True), (False, True, True), (False, False, False)], ids=str
)
def test_a_look_that_was_asked_for_is_not_lost_with_its_picture(first: bool, second: bool, taken: bool) -> None:
    latest = LatestFrame()
    for moved in (first, second):
        latest.put(replace(frame("a"), moved=moved))
    newest = latest.take()
    assert newest is not None
    assert newest.moved is taken
    assert (latest.put_count, latest.lost) == (2, 1)
