"""The bus on real brokers: the embedded one here, Apache Kafka where Maven and a JDK are (`make test-all`)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.embedded.broker import EmbeddedBroker
from hub.kafka.bus import KafkaBus
from hub.kafka.connection import embedded_connection
from tests.hub.buses import BusContract, Rig, group

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
