"""`hub bench bus`: what our publisher gets acknowledged per CPU-second, against aiokafka one by one and in raw batches.

The same records through the same broker, in turns, in one process whose CPU time alone counts. Afterwards every
record that was acknowledged is read back: none lost, order kept per key.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from contracts.bus import Delivery, Publisher, Record
from contracts.topics import DAY_MS, Topic
from hub.embedded.broker import EmbeddedBroker
from hub.kafka.bus import KafkaBus
from hub.kafka.connection import Connection, embedded_connection
from hub.kafka.peers import OneByOne, RawBatches, plain_producer

BATCH = 200
"""records per publish, as the relay finds them in a busy outbox"""
ROUNDS, BATCHES_A_ROUND = 5, 20
SINGLES_A_ROUND = 2
"""batches that the one-by-one peer sends a round: it takes twenty times as long"""
BODY = b'{"specversion":"1.0","type":"cn.hub.signal.v1","data":{"words":"' + b"x" * 800 + b'"},"n":'
PARTITIONS = 16
PATIENCE_S = 120.0
FACTOR_ONE_BY_ONE, FACTOR_RAW = 15.0, 0.7


async def measure(*, broker: str = "", rounds: int = ROUNDS, batch: int = BATCH) -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`. `broker` empty: the embedded one, started for this."""
    async with _cluster(broker) as connection:
        topics = {name: Topic(f"bench-{name}", "cn.hub.bench.v1", "district", PARTITIONS, DAY_MS) for name in SIDES}
        bus = KafkaBus(connection, tuple(topics.values()))
        await bus.prepare()
        async with plain_producer(connection) as producer:
            sides: dict[str, Publisher] = {"ours": bus, "raw": RawBatches(producer), "singly": OneByOne(producer)}
            cpu_s = dict.fromkeys(sides, 0.0)
            sent = dict.fromkeys(sides, 0)
            for _ in range(rounds):
                for name, publisher in sides.items():
                    batches = SINGLES_A_ROUND if name == "singly" else BATCHES_A_ROUND
                    cpu_s[name] += await _publish(publisher, topics[name], sent[name], batches, batch)
                    sent[name] += batches * batch
        read = {name: await _read_back(bus, topics[name], sent[name]) for name in sides}
        await bus.close()
    return _verdict(cpu_s, sent, read)


SIDES = ("ours", "raw", "singly")


async def _publish(publisher: Publisher, topic: Topic, first: int, batches: int, batch: int) -> float:
    """CPU seconds of this process for so many batches; making the records does not count."""
    made = [
        [_record(topic, number) for number in range(first + start, first + start + batch)]
        for start in range(0, batches * batch, batch)
    ]
    began_s = time.process_time()
    for records in made:
        await publisher.publish(records)
    return time.process_time() - began_s


def _record(topic: Topic, number: int) -> Record:
    district = number % PARTITIONS
    return Record(topic, f"district-{district}", BODY + f"{number}}}".encode(), district)


async def _read_back(bus: KafkaBus, topic: Topic, number: int) -> list[Delivery]:
    got: list[Delivery] = []
    async with asyncio.timeout(PATIENCE_S), bus.subscribe([topic], group=None) as subscription:
        async for batch in subscription.batches():
            got += batch
            if len(got) >= number:
                break
    return got


def numbers_by_key(deliveries: Sequence[Delivery]) -> dict[str, list[int]]:
    """The numbers of the records of each key, as they came."""
    numbers: dict[str, list[int]] = {}
    for delivery in deliveries:
        numbers.setdefault(delivery.key, []).append(int(delivery.value[len(BODY) : -1]))
    return numbers


def _verdict(cpu_s: dict[str, float], sent: dict[str, int], read: dict[str, list[Delivery]]) -> dict[str, Any]:
    rate = {name: sent[name] / cpu_s[name] for name in sent}
    ratios = {"one by one": rate["ours"] / rate["singly"], "raw batches": rate["ours"] / rate["raw"]}
    keys = {name: numbers_by_key(deliveries) for name, deliveries in read.items()}
    guards = {
        "every acknowledged record is read back once": all(
            sorted(number for numbers in keys[name].values() for number in numbers) == list(range(sent[name]))
            for name in sent
        ),
        "order is kept per key": all(numbers == sorted(numbers) for side in keys.values() for numbers in side.values()),
    }
    held = all(guards.values())
    return {
        "ours": {"acknowledged_per_cpu_s": round(rate["ours"]), "records": sent["ours"]},
        "peers": {
            "aiokafka send_and_wait": {"acknowledged_per_cpu_s": round(rate["singly"]), "records": sent["singly"]},
            "aiokafka send, then wait for all": {"acknowledged_per_cpu_s": round(rate["raw"]), "records": sent["raw"]},
        },
        "ratios": {name: round(ratio, 2) for name, ratio in ratios.items()},
        "guards": guards,
        "met": {
            f"≥ {FACTOR_ONE_BY_ONE:g} × one by one": held and ratios["one by one"] >= FACTOR_ONE_BY_ONE,
            f"≥ {FACTOR_RAW:g} × raw batches": held and ratios["raw batches"] >= FACTOR_RAW,
        },
    }


@asynccontextmanager
async def _cluster(broker: str) -> AsyncIterator[Connection]:
    if broker:
        yield Connection(broker)
        return
    with tempfile.TemporaryDirectory() as folder:
        embedded = EmbeddedBroker(Path(folder))
        try:
            yield embedded_connection(await embedded.start())
        finally:
            await embedded.stop()
