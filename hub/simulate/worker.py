"""Plays the sources against a running hub until the time is over or its parent is gone."""

import asyncio
import logging
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from contracts.bus import Bus, Delivery
from contracts.errors import BrokerUnavailable, Unreadable
from contracts.signals import SIGNAL, Observation
from contracts.topics import SIGNALS
from contracts.wire import decode
from hub.simulate.letters import Clerk, Letter
from hub.simulate.scenario import opening, ordinary_days
from hub.simulate.sender import Counting, HttpSender, KafkaSender, Sender, wait_for_console
from hub.simulate.town import load_town
from hub.simulate.witness import DEMO, REAL, Witnesses
from hub.waiting import Backoff

log = logging.getLogger(__name__)

MOST_WITNESSES = 64
"""letters of witnesses that may wait at once; when full, people keep quiet, which is counted"""
REPORT_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    map_dir: Path
    url: str
    rate: float
    seed: int
    duration_s: float | None
    demo: bool
    kafka: bool
    witnesses: bool


class _Over(Exception):
    """The run has come to its end; leaves the task group."""


async def simulate(options: Options, bus: Bus | None, key: str, clock: Callable[[], datetime]) -> Counter[str]:
    """Send until over; returns how many letters of each feed met which answer.

    `bus` is where witnesses watch observations and where letters go with `options.kafka`; `key` opens the intake.
    """
    town = load_town(options.map_dir)
    async with _sender(options, bus, key) as sender:
        start = clock()
        rng = random.Random(options.seed)
        clerk = Clerk(town, rng, start)
        script = ordinary_days(clerk, town, rng, rate=options.rate, hurry=10.0 if options.demo else 1.0)
        first = opening(clerk, town, rng) if options.demo else []
        # Chance of their own, so that the script of a seed is the same whatever the cameras see.
        dice = random.Random(options.seed + 1)
        people = Witnesses(Clerk(town, dice, start, series=1), dice, DEMO if options.demo else REAL)
        try:
            async with asyncio.TaskGroup() as group:
                elapsed = _elapsed(clock, start)
                group.create_task(_send_all(sender, iter(first), elapsed), name="simulate:opening")
                group.create_task(_send_all(sender, script, elapsed), name="simulate:script")
                group.create_task(_until_over(options.duration_s), name="simulate:end")
                group.create_task(_tell(sender), name="simulate:tell")
                if bus and options.witnesses:
                    group.create_task(_watch(bus, sender, people, elapsed), name="simulate:witnesses")
        except* _Over:
            log.info("over: %s", _in_words(sender.counts))
    return sender.counts


@asynccontextmanager
async def _sender(options: Options, bus: Bus | None, key: str) -> AsyncIterator[Counting]:
    if options.kafka:
        if bus is None:
            raise AssertionError("Kafka letters need a bus")
        yield Counting(KafkaSender(bus))
        return
    async with httpx.AsyncClient(base_url=options.url, timeout=httpx.Timeout(10.0)) as client:
        await wait_for_console(client, asyncio.sleep)
        yield Counting(HttpSender(client, key))


def _elapsed(clock: Callable[[], datetime], start: datetime) -> Callable[[], float]:
    return lambda: (clock() - start).total_seconds()


async def _send_all(sender: Sender, letters: Iterator[Letter], elapsed: Callable[[], float]) -> None:
    for letter in letters:
        await _send_due(sender, letter, elapsed)


async def _send_due(sender: Sender, letter: Letter, elapsed: Callable[[], float]) -> None:
    await asyncio.sleep(max(0.0, letter.due_s - elapsed()))
    await sender.send(letter)


async def _until_over(duration_s: float | None) -> None:
    """Ends the run when its time is over or the process that started it is gone."""
    parent = os.getppid()
    left = float("inf") if duration_s is None else duration_s
    while left > 0 and os.getppid() == parent:
        step = min(1.0, left)
        await asyncio.sleep(step)
        left -= step
    raise _Over


async def _tell(sender: Counting) -> None:
    while True:
        await asyncio.sleep(REPORT_EVERY_S)
        log.info("sent so far: %s", _in_words(sender.counts))


async def _watch(bus: Bus, sender: Sender, witnesses: Witnesses, elapsed: Callable[[], float]) -> None:
    """Read the hub's own observations and let people report some of them."""
    failures, pace = 0, Backoff()
    async with asyncio.TaskGroup() as group:
        waiting: set[asyncio.Task[None]] = set()
        while True:
            try:
                async with bus.subscribe([SIGNALS], group=None, from_start=False) as subscription:
                    async for batch in subscription.batches():
                        failures = 0
                        for letter in _witnessed(batch, witnesses, elapsed()):
                            if len(waiting) >= MOST_WITNESSES:
                                log.warning("%d witnesses wait already, one more keeps quiet", MOST_WITNESSES)
                                continue
                            task = group.create_task(_send_due(sender, letter, elapsed), name=f"letter:{letter.number}")
                            waiting.add(task)
                            task.add_done_callback(waiting.discard)
            except BrokerUnavailable as outage:
                log.warning("observations cannot be watched: %s", outage)
            await asyncio.sleep(pace.delay_s(failures, random.random()))
            failures += 1


def _witnessed(batch: Sequence[Delivery], witnesses: Witnesses, now_s: float) -> list[Letter]:
    letters: list[Letter] = []
    for delivery in batch:
        try:
            signal = decode(delivery.value, SIGNAL)
        except Unreadable:
            continue  # fusion rejects it and says so; people did not see it
        if isinstance(signal, Observation):
            letters += witnesses.letters(signal, now_s)
    return letters


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items())) or "nothing"
