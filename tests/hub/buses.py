"""The promises of `contracts.bus.Bus`, as one class of tests that every bus must pass."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import pytest

from contracts.bus import Bus, Delivery, Record, Subscription
from contracts.errors import BrokerUnavailable
from contracts.topics import ACTIONS, CAMERA_STATUS, SIGNALS, Topic

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Rig:
    """A bus, and the switches of the broker behind it."""

    bus: Bus
    stop: Callable[[], Awaitable[None]]
    start: Callable[[], Awaitable[None]]
    shares_groups: bool = True
    """False: the embedded broker, where every group has one member"""


def signals(numbers: Sequence[int], *, key: str = "east", partition: int | None = 3) -> list[Record]:
    return [Record(SIGNALS, key, f"{key}:{number}".encode(), partition) for number in numbers]


async def read(subscription: Subscription, n: int) -> list[Delivery]:
    """The next `n` deliveries or more."""
    got: list[Delivery] = []
    async with asyncio.timeout(PATIENCE_S):
        async for batch in subscription.batches():
            got += batch
            if len(got) >= n:
                return got
    raise AssertionError("the subscription ended")


def values(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.value.decode() for delivery in deliveries]


_groups = count(1)


@pytest.fixture
def group() -> str:
    return f"group-{next(_groups)}"


class BusContract:
    """Subclasses give `rig`, a fresh bus on a broker with nothing in it."""

    async def test_nothing_to_publish_is_nothing(self, rig: Rig) -> None:
        await rig.bus.publish([])

    async def test_a_batch_arrives_whole_and_in_order(self, rig: Rig, group: str) -> None:
        await rig.bus.publish(signals(range(1200)))
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            got = await read(subscription, 1200)
        assert values(got) == [f"east:{number}" for number in range(1200)]
        assert {(delivery.partition, delivery.key) for delivery in got} == {(3, "east")}
        assert [delivery.offset for delivery in got] == sorted(delivery.offset for delivery in got)

    async def test_order_is_kept_per_key_across_batches(self, rig: Rig, group: str) -> None:
        keys = [f"camera-{number}" for number in range(7)]
        for round_ in range(30):
            await rig.bus.publish([Record(CAMERA_STATUS, key, f"{round_}".encode()) for key in keys])
        async with rig.bus.subscribe([CAMERA_STATUS], group=group) as subscription:
            got = await read(subscription, 30 * len(keys))
        for key in keys:
            mine = [delivery for delivery in got if delivery.key == key]
            assert values(mine) == [f"{round_}" for round_ in range(30)]
            assert len({delivery.partition for delivery in mine}) == 1

    async def test_records_bigger_than_a_batch_arrive(self, rig: Rig, group: str) -> None:
        bodies = [bytes([number]) * 200_000 for number in range(6)]
        await rig.bus.publish([Record(SIGNALS, "east", body, 3) for body in bodies])
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            got = await read(subscription, 6)
        assert [delivery.value for delivery in got] == bodies

    async def test_one_subscription_reads_many_topics(self, rig: Rig, group: str) -> None:
        await rig.bus.publish([Record(SIGNALS, "east", b"signal", 3), Record(ACTIONS, "east", b"action", 3)])
        async with rig.bus.subscribe([SIGNALS, ACTIONS], group=group) as subscription:
            got = await read(subscription, 2)
            assert {name for name, _ in subscription.assigned()} == {"signals", "actions"}
        assert {(delivery.topic, delivery.value) for delivery in got} == {
            ("signals", b"signal"),
            ("actions", b"action"),
        }

    async def test_after_a_commit_a_group_goes_on_behind_it(self, rig: Rig, group: str) -> None:
        await rig.bus.publish(signals(range(10)))
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            await subscription.commit((await read(subscription, 10))[:4])
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            assert values(await read(subscription, 6)) == [f"east:{number}" for number in range(4, 10)]

    async def test_without_a_commit_everything_comes_again(self, rig: Rig, group: str) -> None:
        await rig.bus.publish(signals(range(5)))
        for _ in range(2):
            async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
                assert values(await read(subscription, 5)) == [f"east:{number}" for number in range(5)]

    async def test_groups_do_not_disturb_each_other(self, rig: Rig, group: str) -> None:
        await rig.bus.publish(signals(range(5)))
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            await subscription.commit(await read(subscription, 5))
        async with rig.bus.subscribe([SIGNALS], group=f"{group}-other") as subscription:
            assert len(await read(subscription, 5)) == 5

    async def test_without_a_group_all_partitions_come_each_time(self, rig: Rig) -> None:
        await rig.bus.publish([Record(SIGNALS, f"d{number}", b"x", number) for number in range(SIGNALS.partitions)])
        for _ in range(2):
            async with rig.bus.subscribe([SIGNALS], group=None) as subscription:
                got = await read(subscription, SIGNALS.partitions)
                assert subscription.assigned() == {("signals", number) for number in range(SIGNALS.partitions)}
                assert {delivery.partition for delivery in got} == set(range(SIGNALS.partitions))
                with pytest.raises(ValueError, match="nothing to commit"):
                    await subscription.commit(got)

    async def test_from_now_on_skips_what_was_there(self, rig: Rig) -> None:
        await rig.bus.publish(signals(range(5)))
        async with rig.bus.subscribe([SIGNALS], group=None, from_start=False) as subscription:
            await rig.bus.publish(signals([5, 6]))
            assert values(await read(subscription, 2)) == ["east:5", "east:6"]

    async def test_a_record_comes_within_a_moment_of_its_publishing(self, rig: Rig, group: str) -> None:
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            arrivals: list[str] = []
            async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
                reader = tasks.create_task(read(subscription, 1), name="reader")
                await rig.bus.publish(signals([1]))
                arrivals += values(await reader)
        assert arrivals == ["east:1"]

    async def test_a_second_member_shares_the_partitions(self, rig: Rig, group: str) -> None:
        if not rig.shares_groups:
            return
        every = frozenset(("signals", number) for number in range(SIGNALS.partitions))
        async with _held(rig.bus, SIGNALS, group) as first:
            await _until(lambda: first.assigned() == every)
            async with _held(rig.bus, SIGNALS, group) as second:
                await _until(lambda: len(first.assigned()) == 8 == len(second.assigned()))
                assert first.assigned() | second.assigned() == every
            await _until(lambda: first.assigned() == every)

    async def test_without_a_broker_everything_says_so_and_works_again_when_it_is_back(
        self, rig: Rig, group: str
    ) -> None:
        await rig.bus.publish(signals([1]))
        await rig.stop()
        with pytest.raises(BrokerUnavailable):
            await rig.bus.publish(signals([2]))
        with pytest.raises(BrokerUnavailable):
            await _open_and_close(rig.bus, group)
        await rig.start()
        await _published(rig.bus, signals([3]))
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            async with asyncio.timeout(PATIENCE_S):
                async for batch in subscription.batches():
                    if "east:3" in values(batch):
                        break

    async def test_an_open_subscription_learns_that_its_broker_has_gone(self, rig: Rig, group: str) -> None:
        await rig.bus.publish(signals([1]))
        async with rig.bus.subscribe([SIGNALS], group=group) as subscription:
            await read(subscription, 1)
            await rig.stop()
            with pytest.raises(BrokerUnavailable):
                await read(subscription, 1)
        await rig.start()


@asynccontextmanager
async def _held(bus: Bus, topic: Topic, group: str) -> AsyncIterator[Subscription]:
    """A subscription that somebody reads all the time: a member that does not poll is no member."""

    async def drain(subscription: Subscription) -> None:
        async for _ in subscription.batches():
            pass

    async with bus.subscribe([topic], group=group) as subscription, asyncio.TaskGroup() as tasks:
        reader = tasks.create_task(drain(subscription), name="drain")
        yield subscription
        reader.cancel()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - nothing tells when a group has settled
            await asyncio.sleep(0.05)


async def _open_and_close(bus: Bus, group: str) -> None:
    async with bus.subscribe([SIGNALS], group=group):
        pass


async def _published(bus: Bus, records: Sequence[Record]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await bus.publish(records)
            except BrokerUnavailable:
                await asyncio.sleep(0.1)
            else:
                return
