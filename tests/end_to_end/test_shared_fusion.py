"""Two fusion workers share two districts through Apache Kafka; one is killed in the middle, and nothing shows it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Record
from contracts.incidents import Decision
from contracts.outbox import Pending
from contracts.signals import Signal, identity_of
from contracts.topics import SIGNALS, partition_of
from fusion.journal import Stored, replay
from fusion.ledger import Ledger
from fusion.policy import Params
from fusion.state import new_state
from hub import clock
from hub.database import outages
from hub.embedded import children
from hub.kafka.bus import KafkaBus
from hub.kafka.connection import Connection
from hub.outbox import PostgresOutbox, relay
from tests.fusion.scene import call, grid, seen, signal_bytes
from tests.kafka_server.server import ApacheKafka

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

EAST, WEST = "990199-east", "990199-west"
TAKEN_OVER_WITHIN_S = 20.0


@dataclass
class City:
    """A broker, a database, and the workers that were started."""

    folder: Path
    environment: dict[str, str]
    engine: AsyncEngine
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        environment = self.environment | {"HUB_DATA_DIR": str(self.folder / name)}
        self.workers[name] = children.spawn(
            [sys.executable, "-m", "hub", "run", "fusion"], log=self.folder / f"{name}.log",
            death_signal=signal.SIGKILL, environment=environment, cwd=self.folder,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        worker = self.workers.pop(name)
        worker.kill()
        worker.wait()

    async def tell(self, *signals: Signal) -> None:
        """Accepted: stored in the outbox, as the intake does."""
        await PostgresOutbox(self.engine).put(
            [
                Pending(
                    identity_of(one),
                    Record(SIGNALS, one.district, signal_bytes(one), partition_of(one.district, {})),
                )
                for one in signals
            ]
        )

    async def rows(self, statement: str) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(statement))).all())

    async def until(self, statement: str, holds: Callable[[list[Any]], bool], within_s: float) -> list[Any]:
        """The rows, once they are as they should be."""
        began = time.monotonic()
        while not holds(found := await self.rows(statement)):
            said = {name: (self.folder / f"{name}.log").read_text()[-800:] for name in self.workers}
            assert time.monotonic() - began < within_s, (statement, found[-5:], said)
            await asyncio.sleep(0.1)
        return found


@asynccontextmanager
async def city_of(folder: Path, database_url: str, engine: AsyncEngine) -> AsyncIterator[City]:
    kafka = ApacheKafka(folder)
    kafka.format()
    async with AsyncExitStack() as stack:
        await kafka.start()
        stack.push_async_callback(kafka.stop)
        bus = KafkaBus(Connection(kafka.servers))
        stack.push_async_callback(bus.close)
        relaying = asyncio.create_task(relay(engine, bus, clock.now), name="relay")
        environment = os.environ | {
            "HUB_KAFKA__BOOTSTRAP_SERVERS": kafka.servers, "HUB_DATABASE__URL": database_url, "HUB_LOG_FORMAT": "json",
        }  # fmt: skip
        city = City(folder, environment, engine)
        try:
            yield city
        finally:
            relaying.cancel()
            for name in list(city.workers):
                city.kill(name)


def now(seconds: float = 0.0) -> dict[str, datetime]:
    """A signal of just now."""
    happened = datetime.now(UTC) + timedelta(seconds=seconds)
    return {"observed_at": happened, "received_at": happened}


def spread(district: str, numbers: range) -> list[Signal]:
    """Cameras, calls and reports far from the border, a kilometre between one happening and the next."""
    makers: list[Callable[..., Signal]] = [seen, call, grid]
    side = 1 if district == EAST else -1
    return [
        makers[n % 3](
            f"{district} {n}",
            district=district,
            north=3000 * side + 1000 * side * (n // 6),
            east=5.0 * (n % 6),
            **now(),
        )
        for n in numbers
    ]


HEARD = "SELECT identity FROM journal WHERE record_type = 'signal'"


async def test_a_district_moves_to_the_other_worker_and_its_journal_tells_one_story(
    server_folder: Path, fresh_database_url: str, engine: AsyncEngine
) -> None:
    async with city_of(server_folder, fresh_database_url, engine) as city:
        city.start("a")
        await city.tell(*spread(EAST, range(12)), *spread(WEST, range(12)))
        await city.until(HEARD, lambda found: len(found) == 24, 60)
        city.start("b")
        await city.tell(*spread(EAST, range(12, 30)), *spread(WEST, range(12, 30)))
        city.kill("a")
        await city.tell(*spread(EAST, range(30, 36)), *spread(WEST, range(30, 36)))
        await city.until(HEARD, lambda found: len(found) == 72, TAKEN_OVER_WITHIN_S + 20)

        await _the_journal_tells_what_was_decided(city)
        assert await city.rows("SELECT 1 FROM outbox") == []


async def test_a_happening_on_a_border_becomes_one_incident(
    server_folder: Path, fresh_database_url: str, engine: AsyncEngine
) -> None:
    async with city_of(server_folder, fresh_database_url, engine) as city:
        city.start("a")
        city.start("b")
        words = ("黑烟", "五金店")
        fire = {"event_type": "call_fire", "words": words, "sigma": 33.0}
        await city.tell(call("first", district=EAST, north=0, east=0, **fire, **now()))
        await city.until("SELECT 1 FROM incidents", lambda found: len(found) == 1, 60)
        await city.tell(
            grid("second", district=WEST, north=-12, east=4, event_type="grid_emergency", kind="fire", words=words,
                 **now(5)),
        )  # fmt: skip
        merged = "SELECT district, state, merged_into FROM incidents ORDER BY district"
        (east, west) = await city.until(merged, lambda found: [row.state for row in found][1:] == ["merged"], 30)
        assert (east.district, west.district) == (EAST, WEST)
        seated = "SELECT DISTINCT incident_id FROM signals"
        await city.until(seated, lambda found: [row.incident_id for row in found] == [west.merged_into], 10)
        await _the_journal_tells_what_was_decided(city)


async def _the_journal_tells_what_was_decided(city: City) -> None:
    """Replayed from the first record, each district's journal gives the very decisions that are in the database."""
    for district in (EAST, WEST):
        journal: list[Stored] = []
        while True:  # what comes meanwhile (a tick, a district's answer) is in the one and not in the other
            _, newer = await Ledger(city.engine, outages).load(district)
            if journal and len(newer) == len(journal):
                break
            journal = newer
            written = await city.rows(
                f"SELECT decision_id, CAST(doc AS text) AS doc FROM decisions WHERE district = '{district}'"
            )
        assert [stored.position for stored in journal] == list(range(1, len(journal) + 1))
        assert _decided_again(district, journal) == {
            row.decision_id: Decision.model_validate_json(row.doc) for row in written
        }


def _decided_again(district: str, journal: list[Stored]) -> dict[str, Decision]:
    state, decided = new_state(district, Params()), {}
    for stored in journal:
        state, outputs = replay(state, stored)
        decided |= {decision.decision_id: decision for decision in outputs.decisions}
    return decided
