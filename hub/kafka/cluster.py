"""What is known of a cluster: that it is there, that it is still the same one, and that it has our topics."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.errors import BrokerUnavailable, ConfigurationError
from contracts.topics import Topic
from hub.clock import monotonic_s
from hub.kafka.connection import UP, Connection, closed, outages

log = logging.getLogger(__name__)

PROBE_EVERY_S = 0.5
PROBE_TIMEOUT_S = 3.0
REPLICAS = 3
"""wanted when the setting says «the default» and the cluster has as many brokers"""
ALREADY_EXISTS = 36


class Cluster:
    """What is known of the cluster: that it is there, that it is still the same one, and that it has our topics."""

    def __init__(self, connection: Connection, topics: Sequence[Topic]) -> None:
        self._connection, self._topics = connection, topics
        self._admin: AIOKafkaAdminClient | None = None
        self._made_for: str | None = None
        self._probed_at = 0.0
        self._asking = asyncio.Lock()

    async def ready(self) -> str:
        """The cluster's id, once it has all our topics.

        Raises:
            BrokerUnavailable: nobody answers.
            ConfigurationError: a topic is missing and we may not make it.
        """
        async with self._asking:
            seen = await self._ask()
            if self._made_for != seen["cluster_id"]:
                await self._make_topics(len(seen["brokers"]))
                self._made_for = seen["cluster_id"]
                log.info("connected to Kafka cluster %s at %s", seen["cluster_id"], self._connection.servers)
            return str(seen["cluster_id"])

    async def still(self, cluster_id: str) -> None:
        """Raise `BrokerUnavailable` when the cluster is gone or is another one; asks only now and then."""
        if monotonic_s() - self._probed_at < PROBE_EVERY_S:
            return
        async with self._asking:
            seen = await self._ask()
        if seen["cluster_id"] != cluster_id:
            raise BrokerUnavailable("the broker was started anew")

    async def partitions(self, names: Sequence[str]) -> dict[str, int]:
        """How many partitions each topic has."""
        with outages():
            found = await self._admin.describe_topics(list(names)) if self._admin is not None else []
        return {topic["topic"]: len(topic["partitions"]) for topic in found}

    def doubt(self) -> None:
        """Something failed: look again whether the topics are there."""
        self._made_for = None

    async def close(self) -> None:
        if self._admin is not None:
            await closed(self._admin.close())
            self._admin = None

    async def _ask(self) -> dict[str, Any]:
        try:
            with outages():
                async with asyncio.timeout(PROBE_TIMEOUT_S):
                    if self._admin is None:
                        self._admin = AIOKafkaAdminClient(
                            bootstrap_servers=self._connection.servers, **self._connection.security
                        )
                        await self._admin.start()
                    seen: dict[str, Any] = await self._admin.describe_cluster()
        except BrokerUnavailable:
            self.doubt()
            await self.close()
            raise
        self._probed_at = monotonic_s()
        UP.set(1)
        return seen

    async def _make_topics(self, brokers: int) -> None:
        assert self._admin is not None
        with outages():
            there = {topic["topic"]: len(topic["partitions"]) for topic in await self._admin.describe_topics()}
            short = [topic.name for topic in self._topics if 0 < there.get(topic.name, 0) < topic.partitions]
            if short and self._connection.memory_only:
                # A client that asked after a restart, before us, made it with the broker's default: it is empty.
                await self._admin.delete_topics(short)
            wanted = [
                topic
                for topic in self._topics
                if topic.name not in there or (topic.name in short and self._connection.memory_only)
            ]
            if wanted:
                answer = await self._admin.create_topics(
                    [_new_topic(topic, self._replicas(brokers)) for topic in wanted]
                )
                _refuse(answer.topic_errors)

    def _replicas(self, brokers: int) -> int:
        wanted = self._connection.replication_factor
        return wanted if wanted > 0 else min(REPLICAS, brokers)


def _new_topic(topic: Topic, replicas: int) -> NewTopic:
    compacted = topic.retention_ms is None
    configs = {"cleanup.policy": "compact"} if compacted else {"retention.ms": str(topic.retention_ms)}
    return NewTopic(topic.name, topic.partitions, replicas, topic_configs=configs)


def _refuse(answers: Sequence[tuple[str, int, str | None]]) -> None:
    for name, code, message in answers:
        if code not in (0, ALREADY_EXISTS):
            raise ConfigurationError(
                f"the broker refused to make topic {name}: {message or code}",
                where="HUB_KAFKA__BOOTSTRAP_SERVERS",
                hint="let the hub's user make topics, or make them beforehand as the AsyncAPI document lists them",
            )
