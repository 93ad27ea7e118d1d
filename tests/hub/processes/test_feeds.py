"""The process against a real database, on the loopback bus and on the embedded broker."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import wire
from contracts.bus import Bus, Delivery, Record
from contracts.errors import BrokerUnavailable, DatabaseUnavailable
from contracts.intake import IntakeAnswer
from contracts.signals import SIGNAL
from contracts.status import SourceStatus
from contracts.topics import RAW_GRID, RAW_POLICE_110, SIGNALS, SOURCE_STATUS
from hub.intake import PostgresIntake
from hub.kafka.bus import KafkaBus
from hub.loopback import LoopbackBus
from hub.outbox import publish_batch
from hub.processes.feeds import Ears, expire, tell_pulses, tell_pulses_once
from hub.rejected import DeadLetters
from hub.settings import Settings
from tests.hub.reports import CALL, GRID, NOW, VAULT, body, intake_on


def clock() -> datetime:
    return NOW


async def eventually(question: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await question():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.02)


async def count(engine: AsyncEngine, table: str) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


class Listening:
    """Ears at work for as long as the block lasts."""

    def __init__(self, bus: Bus, intake: PostgresIntake) -> None:
        self.ears = Ears(bus, intake, clock)

    async def __aenter__(self) -> Ears:
        self._tasks = asyncio.TaskGroup()
        await self._tasks.__aenter__()
        self._task = self._tasks.create_task(self.ears.listen())
        return self.ears

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await self._tasks.__aexit__(None, None, None)


async def send_some(bus: Bus) -> None:
    await bus.publish(
        [
            Record(RAW_POLICE_110, "1", body(CALL)),
            Record(RAW_POLICE_110, "1", b"not json"),
            Record(RAW_GRID, "2", body(GRID)),
            Record(RAW_GRID, "2", body(GRID)),
        ]
    )


async def test_reports_on_the_embedded_broker_become_signals_on_it(engine: AsyncEngine, embedded_bus: KafkaBus) -> None:
    await send_some(embedded_bus)
    async with Listening(embedded_bus, intake_on(engine)) as ears:
        await eventually(lambda: told(engine, 2, 1))
        assert ears.missing() == []
    assert await publish_batch(engine, embedded_bus, NOW) == 3
    async with embedded_bus.subscribe([SIGNALS], group=None) as subscription:
        found = [one async for one in first(subscription.batches(), 2)]
    signals = [wire.decode(one.value, SIGNAL) for one in found]
    assert sorted(signal.source for signal in signals) == ["grid", "police_110"]
    assert {one.key for one in found} == {"990199-east"}


async def told(engine: AsyncEngine, seen: int, rejected: int) -> bool:
    return await count(engine, "intake_seen") == seen and await count(engine, "rejected") == rejected


async def first(batches: object, n: int) -> object:
    got = 0
    async for batch in batches:  # type: ignore[attr-defined]
        for one in batch:
            yield one
            got += 1
        if got >= n:
            return


async def test_offsets_move_only_after_the_effect(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    await send_some(loopback)

    class Away(PostgresIntake):
        async def accept_many(self, batch: object, *, now: datetime) -> list[IntakeAnswer]:
            raise DatabaseUnavailable("gone")

    good = intake_on(engine)
    async with Listening(loopback, Away(engine, VAULT, good._doors)):
        await asyncio.sleep(0.3)
    assert await told(engine, 0, 0)
    async with Listening(loopback, good):
        await eventually(lambda: told(engine, 2, 1))
    async with Listening(loopback, good) as ears:
        await loopback.publish([Record(RAW_GRID, "3", body(GRID, report_no="3"))])
        await asyncio.wait_for(ears.heard.wait(), 10)
        await eventually(lambda: told(engine, 3, 1))


async def test_a_broker_that_went_away_is_waited_for(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    async with Listening(loopback, intake_on(engine)) as ears:
        await eventually(lambda: connected(ears))
        loopback.stop()
        await eventually(lambda: disconnected(ears))
        loopback.start()
        await send_some(loopback)
        await eventually(lambda: told(engine, 2, 1))


async def connected(ears: Ears) -> bool:
    return not ears.missing()


async def disconnected(ears: Ears) -> bool:
    return bool(ears.missing())


async def test_a_batch_larger_than_one_statement_is_taken_whole(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    ears = Ears(loopback, intake_on(engine), clock)
    batch = [Delivery(RAW_GRID.name, 0, n, str(n), body(GRID, report_no=str(n))) for n in range(1201)]
    await ears.take(batch)
    assert await told(engine, 1201, 0)


def statuses(bus: LoopbackBus) -> dict[str, SourceStatus]:
    decoded = (wire.decode(one.value, TypeAdapter(SourceStatus)) for one in bus.records(SOURCE_STATUS))
    return {status.source: status for status in decoded}


async def test_the_pulse_of_every_source_is_told(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    await Ears(loopback, intake_on(engine), clock).take([Delivery(RAW_GRID.name, 0, 0, "1", body(GRID))])
    for n in range(20):
        await Ears(loopback, intake_on(engine), clock).take([Delivery(RAW_POLICE_110.name, 0, n, "", b"%d" % n)])
    known = await tell_pulses_once(engine, loopback, Settings(), started=NOW, now=NOW, before={})
    assert statuses(loopback) == known
    assert (known["grid"].last_heard, known["grid"].unreadable) == (NOW, False)
    assert (known["police_110"].rejected_in_a_row, known["police_110"].unreadable) == (20, True)
    assert known["petition"].last_heard is None


async def test_the_pulse_goes_on_through_an_outage_and_is_told_soon_after_something_came(
    engine: AsyncEngine, loopback: LoopbackBus
) -> None:
    loopback.stop()
    heard = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(tell_pulses(engine, loopback, Settings(), heard, clock))
        await asyncio.sleep(0.1)
        with pytest.raises(BrokerUnavailable):
            await loopback.publish([])
        loopback.start()
        heard.set()
        await eventually(lambda: all_told(loopback))
        task.cancel()


async def all_told(bus: LoopbackBus) -> bool:
    return len(statuses(bus)) == 4


async def test_bodies_kept_too_long_are_destroyed_at_the_start(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    intake = intake_on(engine)
    await Ears(loopback, intake, clock).take([Delivery(RAW_GRID.name, 0, 0, "", b"{}")])
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE rejected SET expires_at = received_at"))
    letters = DeadLetters(engine, VAULT, intake)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(expire(engine, letters, clock))
        await eventually(lambda: expired(letters))
        task.cancel()


async def expired(letters: DeadLetters) -> bool:
    return (await letters.page(status="expired"))[0] != []
