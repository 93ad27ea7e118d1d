import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Record
from contracts.errors import BrokerUnavailable
from contracts.outbox import Pending
from contracts.topics import REJECTED, SIGNALS
from hub import clock
from hub.embedded.broker import EmbeddedBroker
from hub.kafka.bus import KafkaBus
from hub.loopback import LoopbackBus
from hub.outbox import BATCH, FIRST_AGAIN_S, LOOK_AGAIN_EVERY_S, PostgresOutbox, publish_batch, put_on, relay

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def signal(number: int, body: bytes = b"") -> Pending:
    return Pending(f"signal|{number}", Record(SIGNALS, "east", body or f"{number}".encode(), 3))


def rejected(number: int) -> Pending:
    return Pending(f"rejected|{number}", Record(REJECTED, "police_110", f"{number}".encode()))


async def depth(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM outbox")) or 0)


async def clear(engine: AsyncEngine, *numbers: int) -> None:
    """What fusion's ledger does in its journalling transaction."""
    async with engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM outbox WHERE identity = ANY(:ids)"), {"ids": [f"signal|{number}" for number in numbers]}
        )


def published(bus: LoopbackBus) -> list[str]:
    return [delivery.value.decode() for delivery in bus.records(SIGNALS)]


async def test_what_is_put_lies_there_until_it_is_published_and_cleared(
    engine: AsyncEngine, loopback: LoopbackBus
) -> None:
    await PostgresOutbox(engine).put([signal(1), signal(2)])
    assert await publish_batch(engine, loopback, NOON) == 2
    assert published(loopback) == ["1", "2"]
    assert await depth(engine) == 2
    await clear(engine, 1, 2)
    assert await depth(engine) == 0


async def test_an_identity_that_is_there_is_left_alone(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    outbox = PostgresOutbox(engine)
    await outbox.put([signal(1, b"first")])
    await outbox.put([signal(1, b"second"), signal(2)])
    await publish_batch(engine, loopback, NOON)
    assert published(loopback) == ["first", "2"]


async def test_nothing_put_is_nothing_stored(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    await PostgresOutbox(engine).put([])
    assert await publish_batch(engine, loopback, NOON) == 0


async def test_a_record_goes_with_the_transaction_it_was_put_on(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await put_on(connection, [signal(1)])
        await connection.rollback()
    assert await depth(engine) == 0


async def test_records_that_fusion_does_not_read_are_forgotten_once_acknowledged(
    engine: AsyncEngine, loopback: LoopbackBus
) -> None:
    await PostgresOutbox(engine).put([rejected(1), signal(1)])
    await publish_batch(engine, loopback, NOON)
    assert await depth(engine) == 1
    assert len(loopback.records(REJECTED)) == 1


async def test_a_batch_is_bounded_and_in_order(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    await PostgresOutbox(engine).put([signal(number) for number in range(BATCH + 1)])
    assert [await publish_batch(engine, loopback, NOON) for _ in range(3)] == [BATCH, 1, 0]
    assert published(loopback) == [f"{number}" for number in range(BATCH + 1)]


async def test_without_a_broker_the_rows_lie_there_for_the_next_try(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    await PostgresOutbox(engine).put([signal(1), rejected(1)])
    loopback.stop()
    with pytest.raises(BrokerUnavailable):
        await publish_batch(engine, loopback, NOON)
    loopback.start()
    assert await publish_batch(engine, loopback, NOON) == 2


@pytest.mark.parametrize(
    ("tries", "after_s", "again"),
    [
        pytest.param(1, FIRST_AGAIN_S - 0.1, 0, id="not yet"),
        pytest.param(1, FIRST_AGAIN_S + 0.1, 1, id="after five seconds"),
        pytest.param(2, 2 * FIRST_AGAIN_S - 0.1, 0, id="the second time it waits longer"),
        pytest.param(2, 2 * FIRST_AGAIN_S + 0.1, 1, id="twice as long"),
        pytest.param(60, 299.0, 0, id="never longer than five minutes: before"),
        pytest.param(60, 301.0, 1, id="never longer than five minutes: after"),
    ],
)
async def test_what_nobody_journals_is_published_again_ever_more_slowly(
    engine: AsyncEngine, loopback: LoopbackBus, tries: int, after_s: float, again: int
) -> None:
    await PostgresOutbox(engine).put([signal(1)])
    await publish_batch(engine, loopback, NOON)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE outbox SET tries = :tries"), {"tries": tries})
    assert await publish_batch(engine, loopback, NOON + timedelta(seconds=after_s), again=True) == again


@asynccontextmanager
async def relaying(engine: AsyncEngine, bus: LoopbackBus | KafkaBus) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(relay(engine, bus, clock.now), name="relay")
        yield
        running.cancel()


async def test_the_relay_is_woken_by_the_put_not_by_its_next_look(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    outbox = PostgresOutbox(engine)
    waits: list[float] = []
    async with relaying(engine, loopback), loopback.subscribe([SIGNALS], group=None) as subscription:
        batches = subscription.batches()
        await outbox.put([signal(0)])
        await anext(batches)
        for number in range(1, 40):
            await outbox.put([signal(number)])
            stored = clock.monotonic_s()
            await anext(batches)
            waits.append(clock.monotonic_s() - stored)
    # A relay that is not woken looks again each second; how fast a woken one is, `hub bench wall` measures.
    assert sorted(waits)[len(waits) // 2] < LOOK_AGAIN_EVERY_S / 2


async def test_two_relays_share_the_work_without_doubling_it(engine: AsyncEngine, loopback: LoopbackBus) -> None:
    outbox = PostgresOutbox(engine)
    async with relaying(engine, loopback), relaying(engine, loopback):
        for start in range(0, 300, 10):
            await outbox.put([signal(number) for number in range(start, start + 10)])
        async with asyncio.timeout(20), loopback.subscribe([SIGNALS], group=None) as subscription:
            seen = 0
            async for batch in subscription.batches():
                seen += len(batch)
                if seen >= 300:
                    break
    assert sorted(published(loopback), key=int) == [f"{number}" for number in range(300)]


@pytest.mark.timeout(60)
async def test_nothing_is_lost_when_the_broker_dies_and_forgets_everything(
    engine: AsyncEngine, embedded_broker: EmbeddedBroker, embedded_bus: KafkaBus
) -> None:
    outbox = PostgresOutbox(engine)
    journal: set[str] = set()

    async def journal_all() -> None:
        while len(journal) < 400:
            try:
                async with embedded_bus.subscribe([SIGNALS], group="fusion") as subscription:
                    async for batch in subscription.batches():
                        journal.update(delivery.value.decode() for delivery in batch)
                        await clear(engine, *(int(delivery.value) for delivery in batch))
                        await subscription.commit(batch)
                        if len(journal) >= 400:
                            return
            except BrokerUnavailable:
                await asyncio.sleep(0.05)

    async with relaying(engine, embedded_bus), asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(journal_all(), name="fusion")
        for start in range(0, 400, 20):
            await outbox.put([signal(number) for number in range(start, start + 20)])
            if start == 200:
                await embedded_broker.stop()
            if start == 300:
                await embedded_broker.start()
        await reading
    assert journal == {f"{number}" for number in range(400)}
    assert await depth(engine) == 0
