import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Record
from contracts.signals import Signal
from contracts.topics import ACTION_RESULTS, ACTIONS, INCIDENTS, SIGNALS, Topic, partition_of
from fusion.engine import step
from fusion.ledger import Ledger
from fusion.shards import Step
from fusion.worker import FusionWorker
from hub.database import outages
from hub.loopback import LoopbackBus
from tests.fusion.scene import DISTRICT, Town, action_bytes, call, grid, seen, signal_bytes

PARTITION = partition_of(DISTRICT, {})


class Room:
    """A worker, its clock, its bus, and what it refused to read."""

    def __init__(self, engine: AsyncEngine, bus: LoopbackBus) -> None:
        self.engine, self.bus = engine, bus
        self.now = seen().received_at
        self.rejected: list[dict[str, Any]] = []
        self.paused: list[int] = []

    def worker(self, step: Step = step) -> FusionWorker:
        return FusionWorker(
            self.bus, Ledger(self.engine, outages), self.reject, self.clock, self.pause, look_every_s=0.01, step=step
        )

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    async def pause(self, failures: int) -> None:
        self.paused.append(failures)
        await asyncio.sleep(0.01)

    async def reject(self, **what: Any) -> None:
        self.rejected.append(what)

    async def send(self, *signals: Signal) -> None:
        await self.publish(SIGNALS, *[signal_bytes(signal) for signal in signals])

    async def publish(self, topic: Topic, *bodies: bytes) -> None:
        await self.bus.publish([Record(topic, DISTRICT, body, PARTITION) for body in bodies])

    async def rows(self, statement: str) -> Sequence[Any]:
        async with self.engine.connect() as connection:
            return (await connection.execute(text(statement))).all()

    async def until(self, statement: str, expected: object) -> None:
        async with asyncio.timeout(20):
            while True:
                if (await self.rows(statement))[0][0] == expected:
                    return
                await asyncio.sleep(0.01)


@pytest.fixture
def room(engine: AsyncEngine, loopback: LoopbackBus) -> Room:
    return Room(engine, loopback)


@asynccontextmanager
async def running(worker: FusionWorker) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(worker.run())
        yield
        task.cancel()


COUNT = "SELECT count(*) FROM journal WHERE record_type IN ('signal', 'action')"


async def test_signals_become_one_incident_that_integrators_are_told(room: Room) -> None:
    async with running(room.worker()):
        await room.send(seen(), call(), grid())
        await room.until(COUNT, 3)
        await room.until("SELECT count(*) FROM fusion_outbox", 0)
    [(sources,)] = await room.rows("SELECT doc->'sources' FROM incidents")
    assert sources == {"camera": 1, "grid": 1, "police_110": 1}
    assert room.bus.records(INCIDENTS)


async def test_the_same_records_again_change_nothing(room: Room) -> None:
    async with running(room.worker()):
        await room.send(seen(), call())
        await room.send(seen(), call())
        await room.until(COUNT, 2)
        await room.send(call(), grid())
        await room.until(COUNT, 3)
    [(decisions,)] = await room.rows("SELECT count(*) FROM decisions")
    assert decisions == 3


async def test_an_action_is_done_and_answered_and_a_stale_one_is_refused(room: Room) -> None:
    town = Town()
    town.hear(seen())
    incident = town.of(seen())
    async with running(room.worker()):
        await room.send(seen(), call())
        await room.until(COUNT, 2)
        for revision in (2, 1):
            await room.publish(ACTIONS, action_bytes(town.action("confirm", incident.incident_id, revision)))
        await room.until(COUNT, 4)
        await room.until("SELECT count(*) FROM fusion_outbox", 0)
    [(state,)] = await room.rows("SELECT state FROM incidents")
    assert state == "confirmed"
    assert [b'"accepted":true' in record.value for record in room.bus.records(ACTION_RESULTS)] == [True, False]


async def test_what_cannot_be_read_is_rejected_and_the_rest_goes_on(room: Room) -> None:
    async with running(room.worker()):
        await room.publish(SIGNALS, b"not json", signal_bytes(seen()).replace(b'"lat":34', b'"lat":134'))
        await room.send(seen())
        await room.until(COUNT, 1)
    assert [one["field"] for one in room.rejected] == ["", "data.camera.place.lat"]
    assert room.rejected[0]["body"] == b"not json"


async def test_a_broker_that_goes_away_is_waited_out_and_nothing_is_lost(room: Room) -> None:
    async with running(room.worker()):
        await room.send(seen())
        await room.until(COUNT, 1)
        room.bus.stop()
        await asyncio.sleep(0.05)
        room.bus.start()
        await room.send(call())
        await room.until(COUNT, 2)
    assert room.paused
    [(incidents,)] = await room.rows("SELECT count(*) FROM incidents")
    assert incidents == 1


async def test_a_worker_that_starts_anew_goes_on_where_the_last_one_stopped(room: Room) -> None:
    first, second = room.worker(), room.worker()
    async with running(first):
        await room.send(seen())
        await room.until(COUNT, 1)
    [(snapshot,)] = await room.rows("SELECT position FROM fusion_snapshots")
    assert snapshot == 2
    async with running(second):
        await room.send(call())
        await room.until(COUNT, 2)
    assert first.shards.state(DISTRICT).book.position == 2
    [(incidents,)] = await room.rows("SELECT count(*) FROM incidents")
    assert incidents == 1


async def test_a_worker_that_was_overtaken_reads_the_district_again(room: Room) -> None:
    late, early = room.worker(), room.worker()
    await _take(room, late, seen())
    await _take(room, early, call())
    await _take(room, late, grid())
    [(positions, incidents)] = await room.rows(
        "SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM incidents)"
    )
    assert (positions, incidents) == (4, 1)
    assert room.paused == [1]


async def test_silence_closes_an_incident_without_any_record(room: Room) -> None:
    async with running(room.worker()):
        await room.send(seen())
        await room.until(COUNT, 1)
        room.now += timedelta(hours=2)
        await room.until("SELECT state FROM incidents", "cooling")
        room.now += timedelta(hours=5)
        await room.until("SELECT state FROM incidents", "closed")


async def _take(room: Room, worker: FusionWorker, signal: Signal) -> None:
    await room.send(signal)
    await worker.take([room.bus.records(SIGNALS)[-1]])
