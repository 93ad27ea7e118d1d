"""The bus on real brokers: the embedded one here, Apache Kafka where Maven and a JDK are (`make test-all`)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from contracts.bus import Record
from contracts.errors import BrokerUnavailable
from contracts.topics import SIGNALS, TOPICS
from hub.embedded.broker import EmbeddedBroker
from hub.kafka.bus import KafkaBus
from hub.kafka.connection import Connection, connection_of, embedded_connection
from hub.settings import KafkaSettings
from tests.hub.buses import BusContract, Rig, group
from tests.kafka_server.server import PASSWORD, USER, ApacheKafka

__all__ = ["group"]


class TestEmbeddedBroker(BusContract):
    @pytest.fixture
    async def rig(self, tmp_path: Path) -> AsyncIterator[Rig]:
        broker = EmbeddedBroker(tmp_path)
        bus = KafkaBus(embedded_connection(await broker.start()))

        async def start() -> None:
            await broker.start()

        yield Rig(bus, broker.stop, start, shares_groups=False)
        await bus.close()
        await broker.stop()


@pytest.fixture(scope="module")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """One Apache Kafka for all tests of this file."""
    server = ApacheKafka(tmp_path_factory.mktemp("kafka"))
    server.format()
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.mark.kafka
class TestApacheKafka(BusContract):
    @pytest.fixture
    async def rig(self, apache_kafka: ApacheKafka) -> AsyncIterator[Rig]:
        await _empty(apache_kafka)
        bus = KafkaBus(Connection(apache_kafka.servers))
        yield Rig(bus, apache_kafka.stop, apache_kafka.start)
        await bus.close()


@pytest.mark.kafka
async def test_topics_are_made_with_partitions_retention_and_compaction(apache_kafka: ApacheKafka) -> None:
    await _empty(apache_kafka)
    bus = KafkaBus(Connection(apache_kafka.servers))
    await bus.prepare()
    await bus.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=apache_kafka.servers)
    await admin.start()
    made: dict[str, int] = {}
    async with asyncio.timeout(10):  # a broker speaks of a new topic a moment after it was made
        while not {topic.name for topic in TOPICS} <= made.keys():
            made = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
    [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in made])
    await admin.close()
    configs = {entry[3]: {config[0]: config[1] for config in entry[4]} for entry in answer.resources}
    for topic in TOPICS:
        assert made[topic.name] == topic.partitions
        assert configs[topic.name]["cleanup.policy"] == ("compact" if topic.retention_ms is None else "delete")
        if topic.retention_ms is not None:
            assert configs[topic.name]["retention.ms"] == str(topic.retention_ms)


def _secured(server: ApacheKafka, mechanism: str, **more: object) -> KafkaSettings:
    return KafkaSettings.model_validate(
        {
            "bootstrap_servers": server.secured,
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": mechanism,
            "sasl_username": USER,
            "sasl_password": PASSWORD,
            "ssl_cafile": server.authority,
        }
        | more
    )


@pytest.mark.kafka
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_the_bus_encrypts_and_signs_in(apache_kafka: ApacheKafka, mechanism: str) -> None:
    await _empty(apache_kafka)
    bus = KafkaBus(connection_of(_secured(apache_kafka, mechanism)))
    await bus.prepare()
    await bus.publish([Record(SIGNALS, "990199-east", b"said in secret")])
    async with asyncio.timeout(20), bus.subscribe([SIGNALS], group=f"secured {mechanism}") as subscription:
        batch = await anext(aiter(subscription.batches()))
    await bus.close()
    assert [delivery.value for delivery in batch] == [b"said in secret"]


@pytest.mark.kafka
@pytest.mark.parametrize(
    "wrong", [{"sasl_password": "guessed"}, {"ssl_cafile": None}], ids=["a wrong password", "an unknown authority"]
)
async def test_who_may_not_come_in_is_told_that_the_broker_refused(
    apache_kafka: ApacheKafka, wrong: dict[str, object]
) -> None:
    bus = KafkaBus(connection_of(_secured(apache_kafka, "SCRAM-SHA-512", **wrong)))
    with pytest.raises(BrokerUnavailable) as refused:
        await bus.publish([Record(SIGNALS, "990199-east", b"nobody hears it")])
    await bus.close()
    assert "refused the user, the password or the certificate" in str(refused.value)


async def _empty(server: ApacheKafka) -> None:
    """No topic of ours is left from the test before."""
    admin = AIOKafkaAdminClient(bootstrap_servers=server.servers)
    await admin.start()
    ours = [name for name in await admin.list_topics() if not name.startswith("__")]
    if ours:
        await admin.delete_topics(ours)
    await admin.close()
