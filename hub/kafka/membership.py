"""This process as a member of a consumer group: the group protocol itself says which partitions are its own."""

from collections.abc import Callable, Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from contracts.topics import Topic
from hub.clock import monotonic_s
from hub.kafka.cluster import PROBE_EVERY_S, Cluster
from hub.kafka.connection import Connection, outages
from hub.kafka.subscription import stopped
from hub.waiting import Backoff, until_up

SESSION_S = 6.0
"""the broker takes a member for dead after this silence; as short as brokers allow by default"""
HEARTBEAT_S = 1.0
PACE = Backoff(first_s=0.2, most_s=2.0)


class Membership:
    """Joins, stays, joins again. Between two assignments a member keeps what it has: nothing is told at a revoke."""

    def __init__(self, connection: Connection, topic: Topic, group: str) -> None:
        self._connection, self._topic, self._group = connection, topic, group
        # aiokafka keeps a sticky assignor's memory in its class: a class of our own keeps it between two connections.
        self._assignor = type("Sticky", (StickyPartitionAssignor,), {})
        self._confirmed_s = float("-inf")

    def confirmed_s_ago(self) -> float:
        """Seconds since a broker answered us last."""
        return monotonic_s() - self._confirmed_s

    async def run(self, told: Callable[[frozenset[int]], None]) -> None:
        """For ever; `told` is called on the loop with this member's partitions after every assignment."""
        while True:
            await until_up("the broker for the shares of cameras", lambda: self._stay(told), backoff=PACE)

    async def _stay(self, told: Callable[[frozenset[int]], None]) -> None:
        """Be a member until the broker goes away.

        Raises:
            BrokerUnavailable: it did, or it is another one now.
        """
        cluster = Cluster(self._connection, (self._topic,))
        consumer = self._consumer()
        try:
            cluster_id = await cluster.ready()
            with outages():
                consumer.subscribe([self._topic.name], listener=_Listener(told))
                await consumer.start()
            while True:
                with outages():
                    await consumer.getmany(timeout_ms=int(PROBE_EVERY_S * 1000))
                await cluster.still(cluster_id)
                self._confirmed_s = monotonic_s()
        finally:
            await stopped(consumer)
            await cluster.close()

    def _consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._connection.servers,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="latest",
            partition_assignment_strategy=[self._assignor],
            session_timeout_ms=int(SESSION_S * 1000),
            heartbeat_interval_ms=int(HEARTBEAT_S * 1000),
            request_timeout_ms=max(self._connection.request_timeout_ms, 10_000),
            metadata_max_age_ms=30_000,
            **self._connection.security,
        )


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, told: Callable[[frozenset[int]], None]) -> None:
        self._told = told

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Every rebalance takes everything away first; only what is not given back is lost."""

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._told(frozenset(place.partition for place in assigned))
