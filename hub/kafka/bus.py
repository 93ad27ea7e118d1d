"""Both ends of the bus on a Kafka cluster."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import prometheus_client
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import murmur2

from contracts.bus import Record, Subscription
from contracts.errors import BrokerUnavailable
from contracts.topics import TOPICS, Topic
from hub.kafka.cluster import Cluster
from hub.kafka.connection import UP, Connection, closed, outages
from hub.kafka.subscription import KafkaSubscription, from_now_on, stopped

PUBLISHED = prometheus_client.Counter("hub_bus_published_total", "records acknowledged by the broker", ["topic"])
BATCH_BYTES = 512 * 1024
"""well under every broker's default limit of 1 MB for a batch"""


@lru_cache(maxsize=8192)
def partition_for(key: str, partitions: int) -> int:
    """The partition of a key, as every Kafka client computes it (murmur2)."""
    return (int(murmur2(key.encode())) & 0x7FFFFFFF) % partitions


class KafkaBus:
    """Both ends of the bus on one cluster. Connects on first use, and again after every outage."""

    def __init__(self, connection: Connection, topics: Sequence[Topic] = TOPICS) -> None:
        self._connection = connection
        self._cluster = Cluster(connection, topics)
        self._producer: AIOKafkaProducer | None = None
        self._opening = asyncio.Lock()

    async def prepare(self) -> None:
        """Make the topics that are missing; everything else here does so by itself.

        Raises:
            BrokerUnavailable: nobody answers.
        """
        await self._cluster.ready()

    async def publish(self, records: Sequence[Record]) -> None:
        """See `contracts.bus.Publisher`. One batch per partition, one wait for all."""
        if not records:
            return
        producer = await self._open_producer()
        try:
            with outages():
                async with asyncio.timeout(2 * self._connection.request_timeout_ms / 1000):
                    await self._send(producer, records)
        except BrokerUnavailable:
            await self._drop(producer)
            raise
        UP.set(1)
        for topic, number in Counter(record.topic.name for record in records).items():
            PUBLISHED.labels(topic).inc(number)

    @asynccontextmanager
    async def subscribe(
        self, topics: Sequence[Topic], *, group: str | None, from_start: bool = True
    ) -> AsyncIterator[Subscription]:
        """See `contracts.bus.Bus`."""
        cluster_id = await self._cluster.ready()
        # A memory-only broker that restarted knows no offsets: nobody may commit the old ones to the new one.
        name = f"{group}@{cluster_id}" if group and self._connection.memory_only else group
        consumer = self._consumer(name, from_start, wait_ms=self._connection.fetch_wait_ms(follower=group is None))
        try:
            with outages():
                async with asyncio.timeout(self._connection.request_timeout_ms / 1000 * 3):
                    await self._join(consumer, topics, name, from_start)
            yield KafkaSubscription(consumer, self._cluster, cluster_id, committing=group is not None)
        finally:
            await stopped(consumer)

    async def close(self) -> None:
        """Close what is open; what was not acknowledged is lost (and still lies in the outbox)."""
        if self._producer is not None:
            await self._drop(self._producer)
        await self._cluster.close()

    async def _send(self, producer: AIOKafkaProducer, records: Sequence[Record]) -> None:
        sent: list[asyncio.Future[Any]] = []
        for (topic, partition), mine in (await self._by_partition(producer, records)).items():
            batch = producer.create_batch()
            for record in mine:
                key = record.key.encode()
                if batch.append(key=key, value=record.value, timestamp=None) is None:
                    sent.append(await producer.send_batch(batch, topic, partition=partition))
                    batch = producer.create_batch()
                    batch.append(key=key, value=record.value, timestamp=None)
            batch.close()
            sent.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.wait(sent)
        for acknowledged in sent:
            acknowledged.result()

    async def _by_partition(
        self, producer: AIOKafkaProducer, records: Sequence[Record]
    ) -> dict[tuple[str, int], list[Record]]:
        groups: dict[tuple[str, int], list[Record]] = {}
        counts: dict[str, int] = {}
        for record in records:
            topic = record.topic.name
            if topic not in counts:
                counts[topic] = len(await producer.partitions_for(topic))
            partition = record.partition
            if partition is None:
                partition = partition_for(record.key, counts[topic])
            elif partition >= counts[topic]:
                raise BrokerUnavailable(f"topic {topic} has {counts[topic]} partitions, not {record.topic.partitions}")
            groups.setdefault((topic, partition), []).append(record)
        return groups

    async def _open_producer(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._producer is None:
                await self._cluster.ready()
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._connection.servers,
                    acks="all",
                    enable_idempotence=self._connection.idempotent,
                    request_timeout_ms=self._connection.request_timeout_ms,
                    max_batch_size=BATCH_BYTES,
                    **self._connection.security,
                )
                try:
                    with outages():
                        await producer.start()
                except BaseException:
                    await _stopped(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _drop(self, producer: AIOKafkaProducer) -> None:
        if self._producer is producer:
            self._producer = None
        self._cluster.doubt()
        await _stopped(producer)

    def _consumer(self, group: str | None, from_start: bool, *, wait_ms: int) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._connection.servers,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest" if from_start else "latest",
            fetch_max_wait_ms=wait_ms,
            request_timeout_ms=max(self._connection.request_timeout_ms, 10_000),
            metadata_max_age_ms=30_000,
            **self._connection.security,
        )

    async def _join(
        self, consumer: AIOKafkaConsumer, topics: Sequence[Topic], group: str | None, from_start: bool
    ) -> None:
        names = [topic.name for topic in topics]
        if group is not None and not self._connection.memory_only:
            consumer.subscribe(names)
            await consumer.start()
            return
        # A member alone takes every partition itself: no join, no waiting for other members, no session to expire.
        await consumer.start()
        counts = await self._cluster.partitions(names)
        places = [TopicPartition(name, number) for name in names for number in range(counts[name])]
        consumer.assign(places)
        if not from_start:
            await from_now_on(consumer, places)


async def _stopped(producer: AIOKafkaProducer) -> None:
    """Stop a producer, its connections included when `stop` is cut off while it waits for a broker that is gone."""
    await closed(producer.stop())
    await closed(producer.client.close())
