from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.errors import Outage
from contracts.kinds import Kind
from contracts.signals import Observation
from hub.evidence import DiskEvidence
from hub.storage_watch import WELL_AFTER, WatchedStore
from tests.detectors.scenes import camera


class Disk(DiskEvidence):
    """A disk that may be full."""

    full = False

    async def put(self, ref: str, data: bytes) -> str:
        if self.full:
            raise Outage("No space left on device")
        return await super().put(ref, data)


class Hours:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_a_full_disk_is_told_once_and_ends_when_it_has_been_well_for_a_while(tmp_path: Path) -> None:
    disk, clock, told = Disk(tmp_path), Hours(), list[Observation]()
    store = WatchedStore(disk, clock=clock, exercise=False)
    store.tell, store.first_camera = (lambda report: told.append(report.observation)), camera
    await store.put("ev/a.jpg", b"x")
    assert told == []
    disk.full = True
    for _ in range(3):
        with pytest.raises(Outage):
            await store.put("ev/b.jpg", b"x")
    (began,) = told
    assert (began.event_type, began.kind, began.update, began.ended_at) == (
        "evidence_store_failed",
        Kind.DEVICE,
        0,
        None,
    )
    assert began.place_text.startswith("证据存储")
    assert store.why == "No space left on device"
    disk.full = False
    clock.now += WELL_AFTER - timedelta(seconds=1)
    await store.put("ev/c.jpg", b"x")
    assert len(told) == 1
    clock.now += timedelta(seconds=1)
    await store.put("ev/c.jpg", b"x")
    assert (told[1].signal_id, told[1].update, told[1].ended_at) == (began.signal_id, 1, clock.now)
    assert store.why == ""
    disk.full = True
    with pytest.raises(Outage):
        await store.put("ev/d.jpg", b"x")
    assert told[2].signal_id != began.signal_id


async def test_a_worker_without_cameras_says_it_in_the_log_only(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.full = True
    store = WatchedStore(disk, clock=Hours(), exercise=False)
    with pytest.raises(Outage):
        await store.put("ev/b.jpg", b"x")
    assert store.why


async def test_everything_else_passes_through(tmp_path: Path) -> None:
    store = WatchedStore(Disk(tmp_path), clock=Hours(), exercise=False)
    await store.put("ev/2026/01/02/a.jpg", b"x")
    day = datetime(2026, 1, 2, tzinfo=UTC).date()
    assert await store.get("ev/2026/01/02/a.jpg") == b"x"
    assert await store.days(day + timedelta(days=1)) == [day]
    await store.delete(await store.of_day(day))
    assert await store.of_day(day) == []
