"""The ports to the bus. Kafka, the embedded broker and the loopback pass the same test class."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from contracts.topics import Topic


@dataclass(frozen=True, slots=True)
class Record:
    """One record to publish. `partition` None: by the key's hash."""

    topic: Topic
    key: str
    value: bytes
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record as it came, with its place in the log."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes


class Publisher(Protocol):
    """Sends records; returns only when the broker has acknowledged every one of them."""

    async def publish(self, records: Sequence[Record]) -> None:
        """Batched; order is kept per partition.

        Raises:
            BrokerUnavailable: some record was not acknowledged; publishing all of them again is safe.
        """
        ...


class Subscription(Protocol):
    """An open subscription: batches come until it is closed, offsets move only by `commit`."""

    def batches(self) -> AsyncIterator[Sequence[Delivery]]:
        """Never empty; of any mix of partitions, in order within each.

        Raises:
            BrokerUnavailable: the broker went away; leave the subscription and open another.
        """
        ...

    async def commit(self, batch: Sequence[Delivery]) -> None:
        """Everything up to the last of `batch`, per partition, is done with. Call after the effect."""
        ...

    def assigned(self) -> frozenset[tuple[str, int]]:
        """(topic, partition) pairs that this member holds now."""
        ...


class Bus(Publisher, Protocol):
    """Both ends of the bus."""

    def subscribe(
        self, topics: Sequence[Topic], *, group: str | None, from_start: bool = True
    ) -> AbstractAsyncContextManager[Subscription]:
        """Open a subscription. `group` None: all partitions, no commits, for compacted topics and consoles.

        `from_start` says where a group without a committed offset begins.

        Raises:
            BrokerUnavailable: no broker answers.
        """
        ...
