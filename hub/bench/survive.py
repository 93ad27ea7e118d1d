"""`hub bench survive`: 5,000 reports while broker, database and every process are killed once in turn.

Every report goes over HTTP with retries, as a source sends it; cameras go on observing. A trigger in the bench's own
database writes down everything that the hub accepts; at the end that list, the journal, the signals and the
incidents' members are compared. The peer publishes on acceptance instead of storing first, through the same bus.
"""

import asyncio
import itertools
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from contracts.bus import Bus, Record
from contracts.errors import BrokerUnavailable, HubError
from contracts.topics import DAY_MS, Topic
from hub import clock
from hub.bench.whole_hub import WholeHub, whole_hub
from hub.demo.settings import MAP_DIR
from hub.kafka.bus import KafkaBus
from hub.resources import kafka_connection
from hub.simulate.letters import Clerk, Letter
from hub.simulate.scenario import ordinary_days
from hub.simulate.sender import HttpSender
from hub.simulate.town import load_town

STREAMS = Path("streams.yaml")
REPORTS, SENDERS = 5_000, 16
VICTIMS = ("broker", "database", "vision", "feeds", "fusion", "console")
SETTLE_WITHIN_S = 240.0
PLAIN = Topic("bench-plain", "cn.hub.bench.v1", "number", 1, DAY_MS)
UNDERSTANDABLE = frozenset({"", "no address", "late", "duplicate"})

WRITE_DOWN = (
    "CREATE TABLE bench_accepted (identity text PRIMARY KEY, topic text NOT NULL)",
    "CREATE FUNCTION bench_write_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO bench_accepted VALUES (NEW.identity, NEW.topic) ON CONFLICT DO NOTHING; RETURN NEW; END $$",
    "CREATE TRIGGER bench_accepts AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION bench_write_down()",
)
COUNTS = {
    "identities": "SELECT count(*) FROM bench_accepted WHERE topic = 'signals'",
    "observations": "SELECT count(*) FROM bench_accepted WHERE topic = 'signals' AND identity LIKE 'camera|%'",
    "journalled": "SELECT count(*) FROM journal WHERE record_type = 'signal'",
    "not journalled": """
        SELECT count(*) FROM bench_accepted b WHERE topic = 'signals' AND NOT EXISTS
            (SELECT FROM journal j WHERE j.record_type = 'signal' AND j.identity = b.identity)""",
    "journalled twice": "SELECT count(*) - count(DISTINCT identity) FROM journal WHERE record_type = 'signal'",
    "without a signal": """
        SELECT count(*) FROM bench_accepted b WHERE topic = 'signals' AND NOT EXISTS
            (SELECT FROM signals s
             WHERE s.source = split_part(b.identity, '|', 1) AND s.source_ref = split_part(b.identity, '|', 2))""",
    "in two incidents": """
        SELECT count(*) FROM (
            SELECT m ->> 'signal_id' FROM incidents, jsonb_array_elements(doc -> 'signals') m
            WHERE state <> 'merged' GROUP BY 1 HAVING count(*) > 1) twice""",
    "without an incident": """
        SELECT count(*) FROM signals s
        WHERE s.source IN ('police_110', 'grid') AND NOT EXISTS
            (SELECT FROM incidents i, jsonb_array_elements(i.doc -> 'signals') m
             WHERE i.incident_id = s.incident_id AND m ->> 'signal_id' = s.signal_id)""",
    "still in the outbox": "SELECT count(*) FROM outbox WHERE topic = 'signals'",
}
"""what is counted at the end, in SQL that shares nothing with the code it judges"""


@dataclass(slots=True)
class Tally:
    """What the senders saw."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    numbers: set[str] = field(default_factory=set)
    down_s: dict[str, float] = field(default_factory=dict)
    plain_sent: int = 0
    plain_refused: int = 0
    plain_seen: set[str] = field(default_factory=set)


async def measure(*, reports: int = REPORTS, streams: Path = STREAMS) -> dict[str, Any]:
    """Send, kill, compare: `ours`, `peers`, `ratios`, `guards`, `met`."""
    tally, started = Tally(), clock.monotonic_s()
    async with whole_hub(streams, cameras=True) as hub:
        for statement in WRITE_DOWN:
            await _execute(hub, statement)
        async with _plain_bus(hub) as plain, asyncio.TaskGroup() as group:
            watching = group.create_task(_watch_plain(plain, tally), name="peer:consumer")
            await _send_and_kill(hub, plain, tally, reports)
            counts = await _settled(hub)
            watching.cancel()
        known = await _numbers(hub)
    return _verdict(tally, counts, tally.numbers - known, clock.monotonic_s() - started)


async def _send_and_kill(hub: WholeHub, plain: Bus, tally: Tally, reports: int) -> None:
    letters = iter(itertools.islice(_letters(), reports))
    async with (
        httpx.AsyncClient(base_url=hub.url, timeout=httpx.Timeout(10.0), trust_env=False) as client,
        asyncio.TaskGroup() as group,
    ):
        sender = HttpSender(client, hub.key)
        for number in range(SENDERS):
            group.create_task(_send(sender, plain, letters, tally), name=f"sender:{number}")
        for turn, victim in enumerate(VICTIMS, 1):
            await _until(lambda turn=turn: tally.sent >= reports * turn / (len(VICTIMS) + 1))  # type: ignore[misc]
            tally.down_s[victim] = round(await _kill(hub, victim), 1)


def _letters() -> Iterator[Letter]:
    """A county's reports as they come, faster; those that nobody could understand left out."""
    rng, town = random.Random(20261124), load_town(MAP_DIR)
    clerk = Clerk(town, rng, clock.now())
    return (one for one in ordinary_days(clerk, town, rng, rate=20_000.0) if one.note in UNDERSTANDABLE)


async def _send(sender: HttpSender, plain: Bus, letters: Iterator[Letter], tally: Tally) -> None:
    for letter in letters:
        tally.answers[await sender.send(letter)] += 1
        tally.sent += 1
        tally.numbers.add(letter.number)
        try:
            await plain.publish([Record(PLAIN, letter.number, letter.body)])
            tally.plain_sent += 1
        except BrokerUnavailable:
            tally.plain_refused += 1


async def _kill(hub: WholeHub, victim: str) -> float:
    """SIGKILL; returns seconds until another process stands in its place."""
    pid = hub.pid_of(victim)
    if pid is None:
        raise HubError(f"{victim} is not running, so it cannot be killed")
    os.kill(pid, signal.SIGKILL)
    killed = clock.monotonic_s()
    await _until(lambda: hub.pid_of(victim) not in (None, pid))
    return clock.monotonic_s() - killed


async def _until(is_so: Callable[[], bool]) -> None:
    deadline = clock.monotonic_s() + SETTLE_WITHIN_S
    while True:
        if is_so():
            return
        if clock.monotonic_s() > deadline:
            raise HubError(f"not within {SETTLE_WITHIN_S:.0f} s")
        await asyncio.sleep(0.1)


@asynccontextmanager
async def _plain_bus(hub: WholeHub) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(kafka_connection(hub.settings), (PLAIN,))
    try:
        yield bus
    finally:
        await bus.close()


async def _watch_plain(bus: Bus, tally: Tally) -> None:
    while True:
        try:
            async with bus.subscribe([PLAIN], group="bench-plain") as subscription:
                async for batch in subscription.batches():
                    tally.plain_seen |= {delivery.key for delivery in batch}
                    await subscription.commit(batch)
        except BrokerUnavailable:
            await asyncio.sleep(0.5)


async def _settled(hub: WholeHub) -> dict[str, int]:
    """The counts once nothing is on its way any more, or once it is late."""
    deadline = clock.monotonic_s() + SETTLE_WITHIN_S
    calm = 0
    while calm < 3 and clock.monotonic_s() < deadline:
        calm = calm + 1 if await _count(hub, "still in the outbox") == 0 else 0
        await asyncio.sleep(1.0)
    return {name: await _count(hub, name) for name in COUNTS}


async def _count(hub: WholeHub, name: str) -> int:
    while True:
        try:
            async with hub.engine.connect() as connection:
                return int((await connection.execute(text(COUNTS[name]))).scalar_one())
        except (SQLAlchemyError, OSError):
            await asyncio.sleep(0.5)


async def _numbers(hub: WholeHub) -> set[str]:
    async with hub.engine.connect() as connection:
        # A source_ref is the source's name and its own number.
        return {row[0].rpartition(":")[2] for row in await connection.execute(text("SELECT source_ref FROM signals"))}


async def _execute(hub: WholeHub, statement: str) -> None:
    async with hub.engine.begin() as connection:
        await connection.execute(text(statement))


def _verdict(tally: Tally, counts: dict[str, int], missing: set[str], seconds: float) -> dict[str, Any]:
    lost = counts["not journalled"] + counts["without a signal"] + counts["without an incident"] + len(missing)
    doubled = counts["journalled twice"] + counts["in two incidents"]
    plain_lost = len(tally.numbers - tally.plain_seen)
    guards = {
        "every report was answered": tally.answers["accepted"] + tally.answers["duplicate"] == tally.sent,
        "every part was killed and came back": set(tally.down_s) == set(VICTIMS),
        "cameras observed meanwhile": counts["observations"] > 0,
        "nothing waits any more": counts["still in the outbox"] == 0,
        "every answered number is a signal": not missing,
    }
    return {
        "ours": {
            "lost": lost, "doubled": doubled, "sent": tally.sent, "answers": dict(tally.answers), "counts": counts,
            "down_s": tally.down_s, "seconds": round(seconds),
        },
        "peers": {"publish on acceptance, no outbox": {"sent": tally.sent, "lost": plain_lost}},
        "ratios": {},
        "guards": guards,
        "met": {"none lost": lost == 0 and all(guards.values()), "none doubled": doubled == 0 and all(guards.values())},
    }  # fmt: skip
