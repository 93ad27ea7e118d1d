"""aiokafka as its own documentation shows it, one by one and in batches: the peers of `hub bench bus`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer

from contracts.bus import Record
from hub.kafka.connection import Connection


class OneByOne:
    """`await producer.send_and_wait(…)` for every record."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def publish(self, records: Sequence[Record]) -> None:
        """See `contracts.bus.Publisher`."""
        for record in records:
            await self._producer.send_and_wait(
                record.topic.name, record.value, key=record.key.encode(), partition=record.partition
            )


class RawBatches:
    """`await producer.send(…)` for every record, then one wait for all their futures."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def publish(self, records: Sequence[Record]) -> None:
        """See `contracts.bus.Publisher`."""
        sent = [
            await self._producer.send(
                record.topic.name, record.value, key=record.key.encode(), partition=record.partition
            )
            for record in records
        ]
        await asyncio.wait(sent)
        for acknowledged in sent:
            acknowledged.result()


@asynccontextmanager
async def plain_producer(connection: Connection) -> AsyncIterator[AIOKafkaProducer]:
    """A producer with aiokafka's defaults but for what our own bus also promises: acknowledged by all replicas."""
    producer = AIOKafkaProducer(
        bootstrap_servers=connection.servers,
        acks="all",
        enable_idempotence=connection.idempotent,
        **connection.security,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()
