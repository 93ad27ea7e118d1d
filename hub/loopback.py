"""The bus in memory: same promises as Kafka, for tests and for replays in one process."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from contracts.bus import Delivery, Record, Subscription
from contracts.errors import BrokerUnavailable
from contracts.topics import Topic

Place = tuple[str, int]


@dataclass(eq=False)
class _Member:
    topics: tuple[Topic, ...]
    positions: dict[Place, int] = field(default_factory=dict)


class LoopbackBus:
    """Logs are lists that only grow; nothing is bounded because a test's run is."""

    def __init__(self) -> None:
        self._logs: dict[Place, list[Delivery]] = defaultdict(list)
        self._committed: dict[tuple[str, Place], int] = {}
        self._groups: dict[str, list[_Member]] = defaultdict(list)
        self._changed = asyncio.Event()
        self._down = False

    def stop(self) -> None:
        """The broker goes away: everything raises `BrokerUnavailable` until `start`."""
        self._down = True
        self._wake()

    def start(self) -> None:
        """The broker is back, with all it had."""
        self._down = False

    def records(self, topic: Topic) -> list[Delivery]:
        """All that was published to a topic, partition by partition (for tests)."""
        return [record for number in range(topic.partitions) for record in self._logs[topic.name, number]]

    async def publish(self, records: Sequence[Record]) -> None:
        """See `contracts.bus.Publisher`."""
        self._check()
        for record in records:
            partition = record.partition
            if partition is None:
                partition = sum(record.key.encode()) % record.topic.partitions
            log = self._logs[record.topic.name, partition]
            log.append(Delivery(record.topic.name, partition, len(log), record.key, record.value))
        self._wake()

    @asynccontextmanager
    async def subscribe(
        self, topics: Sequence[Topic], *, group: str | None, from_start: bool = True
    ) -> AsyncIterator[Subscription]:
        """See `contracts.bus.Bus`."""
        self._check()
        member = _Member(tuple(topics))
        # «From now on» means from this call.
        begin = {place: 0 if from_start else len(self._logs[place]) for place in _places(member.topics)}
        if group is None:
            member.positions = begin
            yield _LoopbackSubscription(self, member, None)
            return
        self._groups[group].append(member)
        self._rebalance(group, begin)
        try:
            yield _LoopbackSubscription(self, member, group)
        finally:
            self._groups[group].remove(member)
            self._rebalance(group, begin)

    def take(self, member: _Member) -> list[Delivery]:
        """What lies beyond a member's positions, which move past it."""
        self._check()
        taken: list[Delivery] = []
        for place, position in member.positions.items():
            fresh = self._logs[place][position:]
            taken += fresh
            member.positions[place] = position + len(fresh)
        return taken

    async def changed(self) -> None:
        """Until something was published or the broker stopped."""
        await self._changed.wait()

    def commit(self, group: str, batch: Sequence[Delivery]) -> None:
        """Move a group's offsets."""
        self._check()
        for delivery in batch:
            place = (group, (delivery.topic, delivery.partition))
            self._committed[place] = max(self._committed.get(place, 0), delivery.offset + 1)

    def _rebalance(self, group: str, begin: dict[Place, int]) -> None:
        members = self._groups[group]
        for member in members:
            member.positions = {}
        for number, place in enumerate(sorted({place for member in members for place in _places(member.topics)})):
            candidates = [member for member in members if place[0] in {topic.name for topic in member.topics}]
            owner = candidates[number % len(candidates)]
            owner.positions[place] = self._committed.get((group, place), begin.get(place, 0))
        self._wake()

    def _check(self) -> None:
        if self._down:
            raise BrokerUnavailable("the loopback broker is stopped")

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class _LoopbackSubscription:
    def __init__(self, bus: LoopbackBus, member: _Member, group: str | None) -> None:
        self._bus, self._member, self._group = bus, member, group

    async def batches(self) -> AsyncIterator[Sequence[Delivery]]:
        while True:
            taken = self._bus.take(self._member)
            if taken:
                yield taken
            else:
                await self._bus.changed()

    async def commit(self, batch: Sequence[Delivery]) -> None:
        if self._group is None:
            raise ValueError("a subscription without a group has nothing to commit")
        self._bus.commit(self._group, batch)

    def assigned(self) -> frozenset[Place]:
        return frozenset(self._member.positions)


def _places(topics: Sequence[Topic]) -> list[Place]:
    return [(topic.name, number) for topic in topics for number in range(topic.partitions)]
