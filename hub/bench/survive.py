"""`hub bench survive`: 5,000 reports while broker, database and every process are killed once in turn.

Every report goes over HTTP with retries, as a source sends it; observations go by vision's own way into the outbox, and
the real cameras go on beside them. A trigger in the bench's own database writes down everything that the hub accepts;
at the end that list and what the senders know are compared with the journal, the signals and the incidents' members.
The peer publishes on acceptance instead of storing first, through the same bus.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from contracts.bus import Bus
from contracts.errors import HubError
from hub import clock
from hub.bench import progress
from hub.bench.survive_counts import DOUBLED, LOST, known, settled, write_down_what_is_accepted
from hub.bench.survive_traffic import (
    NEXT_WITHIN_S,
    PLAIN,
    REPORTS_PER_HAPPENING,
    Tally,
    letters_of_a_county,
    observe,
    send,
    until,
    watch_plain,
)
from hub.bench.whole_hub import WholeHub, whole_hub
from hub.kafka.bus import KafkaBus
from hub.outbox import PostgresOutbox
from hub.resources import kafka_connection
from hub.simulate.sender import HttpSender
from hub.streams import load

STREAMS = Path("streams.yaml")
REPORTS, SENDERS = 5_000, 16
VICTIMS = ("broker", "database", "vision", "feeds", "fusion", "console")
BACK_WITHIN_S = 120.0
QUIET_EYES = {"HUB_VISION__MAX_LOAD": "0.2"}
"""the real cameras are watched at a low rate: here it counts that vision lives, not how much it sees"""


async def measure(*, reports: int = REPORTS, streams: Path = STREAMS) -> dict[str, Any]:
    """Send, kill, compare: `ours`, `peers`, `ratios`, `guards`, `met`."""
    tally, started = Tally(), clock.monotonic_s()
    progress.say("the hub starts")
    async with whole_hub(streams, cameras=True, environment=QUIET_EYES) as hub:
        await write_down_what_is_accepted(hub.engine)
        async with _plain_bus(hub) as plain, asyncio.TaskGroup() as group:
            watching = group.create_task(watch_plain(plain, tally), name="peer:consumer")
            await _send_and_kill(hub, plain, tally, reports)
            progress.say("what is still on its way arrives")
            counts = await settled(hub.engine)
            watching.cancel()
        numbers, updates = await known(hub.engine)
    missing = len(tally.numbers - numbers) + sum(updates.get(one, -1) < last for one, last in tally.observed.items())
    return verdict(tally, counts, missing, reports, clock.monotonic_s() - started)


async def _send_and_kill(hub: WholeHub, plain: Bus, tally: Tally, number: int) -> None:
    letters = letters_of_a_county(number)
    cameras, partitions = load(hub.folder / "streams.yaml").cameras, dict(hub.settings.fusion.partitions)
    async with (
        httpx.AsyncClient(base_url=hub.url, timeout=httpx.Timeout(10.0), trust_env=False) as client,
        asyncio.TaskGroup() as group,
    ):
        sender = HttpSender(client, hub.key)
        for n in range(SENDERS):
            group.create_task(send(sender, plain, letters, tally), name=f"sender:{n}")
        group.create_task(observe(PostgresOutbox(hub.engine), cameras, tally, partitions, number), name="observer")
        for turn, victim in enumerate(VICTIMS, 1):
            due = number * turn // (len(VICTIMS) + 1)
            await until(lambda due=due: _sent(tally, number) >= due, NEXT_WITHIN_S)  # type: ignore[misc]
            tally.down_s[victim] = round(await _kill(hub, victim), 1)
        await until(lambda: _sent(tally, number) >= number, NEXT_WITHIN_S)


def _sent(tally: Tally, number: int) -> int:
    killed = f"{len(tally.down_s)} of {len(VICTIMS)} parts killed"
    progress.say(f"reports sent, {killed}", tally.sent, number)
    return tally.sent


async def _kill(hub: WholeHub, victim: str) -> float:
    """SIGKILL; returns seconds until another process stands in its place."""
    pid = hub.pid_of(victim)
    if pid is None:
        raise HubError(f"{victim} is not running, so it cannot be killed")
    os.kill(pid, signal.SIGKILL)
    killed = clock.monotonic_s()
    await until(lambda: hub.pid_of(victim) not in (None, pid), BACK_WITHIN_S)
    return clock.monotonic_s() - killed


@asynccontextmanager
async def _plain_bus(hub: WholeHub) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(kafka_connection(hub.settings), (PLAIN,))
    try:
        yield bus
    finally:
        await bus.close()


def verdict(tally: Tally, counts: dict[str, int], missing: int, reports: int, seconds: float) -> dict[str, Any]:
    """What was counted, judged. `missing`: signals that were answered for and are not, or not newly enough, there."""
    lost = sum(counts[name] for name in LOST) + missing
    doubled = sum(counts[name] for name in DOUBLED)
    happenings = reports // REPORTS_PER_HAPPENING
    plain_lost = len(tally.numbers - tally.plain_seen)
    guards = {
        "every report was answered": tally.answers["accepted"] + tally.answers["duplicate"] == tally.sent == reports,
        "every part was killed and came back": set(tally.down_s) == set(VICTIMS),
        "every observation was stored": len(tally.observed) == happenings,
        "the real cameras observed too": counts["observations"] > sum(n + 1 for n in tally.observed.values()),
        "nothing waits any more": counts["still in the outbox"] == 0,
        "the journal has no gap": counts["gaps in the journal"] == 0,
    }
    fine = all(guards.values())
    return {
        "ours": {
            "lost": lost, "doubled": doubled, "reports": tally.sent, "answers": dict(tally.answers),
            "observed happenings": len(tally.observed), "answered for and missing": missing, "counts": counts,
            "seconds until a new process stood there": tally.down_s, "seconds": round(seconds),
        },
        "peers": {"publish on acceptance, no outbox": {"lost": plain_lost, "reports": tally.sent}},
        "ratios": {"lost, ours / peer": round(lost / plain_lost, 4) if plain_lost else None},
        "guards": guards,
        "met": {"none lost": lost == 0 and fine, "none doubled": doubled == 0 and fine},
    }  # fmt: skip
