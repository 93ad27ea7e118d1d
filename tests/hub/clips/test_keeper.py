import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contracts.errors import Outage
from contracts.packets import EncodedPacket
from contracts.signals import Evidence, Observation
from detectors.watching import Picture, Report
from hub.clips import keeper
from hub.clips.keeper import ClipKeeper, clip_ref
from hub.packets.ring import PacketRing
from tests.clips import make_clip
from tests.command_center.seeding import sight
from tests.detectors.scenes import CAMERA_ID, camera
from tests.hub.packets.encoded import T0, packets_of, pictures_in

SIGNAL = sight(1).signal_id


class Store:
    """An evidence store that may be full."""

    def __init__(self) -> None:
        self.films: dict[str, bytes] = {}
        self.full = False

    async def put(self, ref: str, data: bytes) -> str:
        if self.full:
            raise Outage("no space left")
        self.films[ref] = data
        return "d" * 64

    async def get(self, ref: str) -> bytes | None:
        return self.films.get(ref)


@dataclass
class Room:
    """A keeper with one camera, and a clock that is moved."""

    packets: list[EncodedPacket]
    now: datetime = T0
    told: list[Observation] = field(default_factory=list)
    store: Store = field(default_factory=Store)
    ring: PacketRing = field(default_factory=lambda: PacketRing(keep=timedelta(seconds=10), max_bytes=10_000_000))

    def __post_init__(self) -> None:
        self.keeper = ClipKeeper(
            self.store, tell=lambda report: self.told.append(report.observation), clock=lambda: self.now,
        )  # fmt: skip
        self.keeper.add(camera(), self.ring)

    def film_until(self, seconds: float) -> None:
        while self.packets and self.packets[0].arrived_at <= T0 + timedelta(seconds=seconds):
            self.ring.put(self.packets.pop(0))
        self.now = T0 + timedelta(seconds=seconds)

    def report(self, update: int, *, ended: bool = False) -> None:
        proof = Evidence(kind="snapshot", ref=f"ev/{update}.jpg", sha256="0" * 64, at=self.now)
        seen = sight(1, camera_id=CAMERA_ID, update=update, evidence=(proof,), ended_at=self.now if ended else None)
        self.keeper.report(Report(seen, None if ended else Picture(proof.ref, b"")))

    async def settle(self) -> None:
        async with asyncio.timeout(10):
            for _ in range(1000):
                await asyncio.sleep(0.005)
                if not self.keeper._takes:
                    return


@asynccontextmanager
async def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, seconds: int = 60) -> AsyncIterator[Room]:
    monkeypatch.setattr(keeper, "POLL_S", 0.005)
    made = Room(packets_of(make_clip(tmp_path / "clip.mp4", seconds=seconds, size=(64, 36)), annex_b=True))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(made.keeper.run(), name="clips")
        yield made
        running.cancel()


async def test_a_clip_reaches_from_five_seconds_before_to_twenty_after_and_is_told_by_one_more_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room(tmp_path, monkeypatch) as made:
        made.film_until(15.5)
        made.report(0)
        made.film_until(36.4)
        await asyncio.sleep(0.05)
        assert len(made.told) == 1
        made.film_until(36.6)
        await made.settle()
    first, second = made.told
    assert (first.update, first.evidence[0].kind) == (0, "snapshot")
    assert (second.update, [proof.kind for proof in second.evidence]) == (1, ["snapshot", "clip"])
    assert second.evidence[1].ref == clip_ref(SIGNAL, T0) == "ev/2026/11/25/cam-1.mp4"
    assert second.evidence[1].at == T0 + timedelta(seconds=10.5)
    film = pictures_in(made.store.films[second.evidence[1].ref])
    assert film[-1][0] == pytest.approx(25.5, abs=0.11)


async def test_updates_make_the_clip_longer_and_are_numbered_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room(tmp_path, monkeypatch) as made:
        made.film_until(10)
        made.report(0)
        made.film_until(25)
        made.report(1)
        made.film_until(40)
        await asyncio.sleep(0.05)
        assert not made.store.films
        made.film_until(47)
        await made.settle()
        made.report(2)
        made.report(3, ended=True)
        made.film_until(59)
        await asyncio.sleep(0.05)
    assert [one.update for one in made.told] == [0, 1, 2, 3, 4]
    assert [proof.kind for proof in made.told[-1].evidence] == ["snapshot", "clip"]
    assert len(made.store.films) == 1
    assert not made.keeper._stories


async def test_a_happening_that_ends_before_its_clip_gets_it_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room(tmp_path, monkeypatch) as made:
        made.film_until(10)
        made.report(0)
        made.film_until(20)
        made.report(1, ended=True)
        made.film_until(32)
        await made.settle()
    assert [one.update for one in made.told] == [0, 1, 2]
    assert made.told[-1].ended_at == T0 + timedelta(seconds=20)
    assert not made.keeper._stories


async def test_no_clip_is_longer_than_it_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "LONGEST", timedelta(seconds=25))
    async with room(tmp_path, monkeypatch) as made:
        made.film_until(10)
        for update in range(4):
            made.film_until(10 + 8 * update)
            made.report(update)
        made.film_until(37)
        await made.settle()
    assert len(made.store.films) == 1


async def test_a_full_store_loses_the_clip_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with room(tmp_path, monkeypatch) as made:
        made.store.full = True
        made.film_until(10)
        made.report(0)
        made.film_until(32)
        await made.settle()
        await asyncio.sleep(0.05)
        made.report(1)
    assert [one.update for one in made.told] == [0, 1]


async def test_the_clip_of_a_camera_that_leaves_ends_with_what_came_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room(tmp_path, monkeypatch) as made:
        made.film_until(10)
        made.report(0)
        made.film_until(12)
        made.keeper.remove(CAMERA_ID)
        made.now = T0 + timedelta(seconds=13.1)
        await made.settle()
        made.report(1)
    [film] = made.store.films.values()
    assert pictures_in(film)[-1][0] == pytest.approx(7, abs=0.25)
    assert [one.update for one in made.told] == [0, 1, 2]


async def test_a_clip_is_finished_with_what_has_come_when_the_process_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room(tmp_path, monkeypatch) as made:
        made.film_until(10)
        made.report(0)
        made.film_until(14)
    await made.keeper.finish(within_s=10)
    assert [proof.kind for proof in made.told[-1].evidence] == ["snapshot", "clip"]
    [film] = made.store.films.values()
    assert pictures_in(film)[-1][0] == pytest.approx(9, abs=0.25)


async def test_a_clip_that_cannot_be_finished_in_time_is_lost_and_the_process_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with room(tmp_path, monkeypatch) as made:
        made.film_until(10)
        made.report(0)
    await made.keeper.finish(within_s=0)
    assert not made.store.films
    assert "1 clips are lost" in caplog.text
