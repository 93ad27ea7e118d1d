"""An open consumer as a `contracts.bus.Subscription`."""

import logging
from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError
from prometheus_client import Counter

from contracts.bus import Delivery
from contracts.errors import BrokerUnavailable
from hub.kafka.cluster import PROBE_EVERY_S, Cluster
from hub.kafka.connection import closed, outages

log = logging.getLogger(__name__)

CONSUMED = Counter("hub_bus_consumed_total", "records read from the broker", ["topic"])


class KafkaSubscription:
    """An open consumer; see `contracts.bus.Subscription`."""

    def __init__(self, consumer: AIOKafkaConsumer, cluster: Cluster, cluster_id: str, *, committing: bool) -> None:
        self._consumer, self._cluster, self._cluster_id = consumer, cluster, cluster_id
        self._committing = committing

    async def batches(self) -> AsyncIterator[Sequence[Delivery]]:
        while True:
            with outages():
                fetched = await self._consumer.getmany(timeout_ms=int(PROBE_EVERY_S * 1000), max_records=500)
            # aiokafka waits out a dead broker without a word, and would go on at old offsets in a new, empty one.
            await self._cluster.still(self._cluster_id)
            batch = [
                Delivery(
                    record.topic,
                    record.partition,
                    record.offset,
                    record.key.decode() if record.key is not None else "",
                    record.value if record.value is not None else b"",
                )
                for records in fetched.values()
                for record in records
            ]
            for place, records in fetched.items():
                CONSUMED.labels(place.topic).inc(len(records))
            if batch:
                yield batch

    async def commit(self, batch: Sequence[Delivery]) -> None:
        if not self._committing:
            raise ValueError("a subscription without a group has nothing to commit")
        ends: dict[TopicPartition, int] = {}
        for delivery in batch:
            place = TopicPartition(delivery.topic, delivery.partition)
            ends[place] = max(ends.get(place, 0), delivery.offset + 1)
        try:
            with outages():
                await self._consumer.commit(ends)
        except BrokerUnavailable as refused:
            if not isinstance(refused.__cause__, CommitFailedError | IllegalStateError):
                raise
            log.info("partitions moved to another member before their commit; it will see these records again")

    def assigned(self) -> frozenset[tuple[str, int]]:
        return frozenset((place.topic, place.partition) for place in self._consumer.assignment())


async def from_now_on(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> None:
    """Move to the end as it is at this call, not as it will be at the first fetch.

    The end is taken from a fetch: asked for the latest offset, the embedded broker answers with that of its last
    batch's first record.
    """
    ends = await consumer.end_offsets(places)
    for place in places:
        consumer.seek(place, ends[place])
    while unknown := [place for place in places if ends[place] and consumer.highwater(place) is None]:
        await consumer.getmany(*unknown, timeout_ms=20)
    for place in places:
        consumer.seek(place, consumer.highwater(place) or ends[place])


async def stopped(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer, its connections included when `stop` gives up half-way because the broker is gone."""
    await closed(consumer.stop())
    await closed(consumer._client.close())
