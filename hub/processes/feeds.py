"""`hub run feeds`: reports off the raw topics, the outbox onto the bus, and the pulse of every source."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import wire
from contracts.bus import Bus, Delivery, Publisher, Record
from contracts.errors import BrokerUnavailable, DatabaseUnavailable
from contracts.intake import IntakeAnswer, IntakeStatus
from contracts.status import SourceStatus
from contracts.topics import SOURCE_STATUS
from hub import clock
from hub.clock import Clock
from hub.intake import Incoming, PostgresIntake, open_intake
from hub.outbox import relay
from hub.outbox_handover import Handover, pass_on
from hub.personal import expire_personal, open_vault
from hub.pulse import news, read_pulses, status_of
from hub.rejected import DeadLetters
from hub.resources import open_bus, open_database
from hub.settings import Settings
from hub.telemetry import FEEDS_PORT, serve_metrics
from hub.waiting import Backoff, until_up
from ingest.feeds.parse import TOPIC_OF

log = logging.getLogger(__name__)

CONNECTED = Gauge("hub_feeds_connected", "1 while the raw topics are being read")
SILENT = Gauge("hub_source_silent", "1 while a source is silent for longer than its limit", ["source"])
REJECTED_RUN = Gauge("hub_source_rejected_in_a_row", "reports rejected since the last one that was read", ["source"])

GROUP = "hub-feeds"
MOST_AT_ONCE = 500
"""reports in one statement; a larger batch of the bus is taken in parts and committed as a whole"""
PULSE_EVERY_S = 5.0
PULSE_AT_MOST_EVERY_S = 0.5
EXPIRE_EVERY_S = 3600.0

_FEED_OF_TOPIC = {topic.name: feed for feed, topic in TOPIC_OF.items()}


async def run(settings: Settings) -> None:
    """Open the database and the bus, and take reports until cancelled.

    Raises:
        ConfigurationError: the map, the key, the broker, the database or the metrics port needs a person.
    """
    async with open_database(settings) as engine, open_bus(settings) as bus:
        handover = Handover()
        intake = open_intake(settings, engine, handover)
        ears = Ears(bus, intake, clock.now)
        letters = DeadLetters(engine, open_vault(settings), intake, settings.fusion.partitions)
        async with serve_metrics(settings, FEEDS_PORT, ears.missing), asyncio.TaskGroup() as tasks:
            tasks.create_task(relay(engine, bus, clock.now), name="outbox relay")
            tasks.create_task(pass_on(handover, engine, bus), name="handed over")
            tasks.create_task(ears.listen(), name="raw topics")
            tasks.create_task(tell_pulses(engine, bus, settings, ears.heard, clock.now), name="pulse of the sources")
            tasks.create_task(expire(engine, letters, clock.now), name="expiry of what is personal")


class Ears:
    """Reads the raw topics; offsets move only once a batch is stored."""

    def __init__(self, bus: Bus, intake: PostgresIntake, now: Clock) -> None:
        self._bus, self._intake, self._now = bus, intake, now
        self.heard = asyncio.Event()
        """set when something came, so that the pulse is told at once"""
        self._connected = False

    def missing(self) -> list[str]:
        """Why the process is not ready."""
        return [] if self._connected else ["waiting for the broker"]

    async def listen(self) -> None:
        """Take reports for ever; the broker's and the database's outages are waited out."""
        failures = 0
        while True:
            try:
                async with self._bus.subscribe(list(TOPIC_OF.values()), group=GROUP) as subscription:
                    self._is(connected=True)
                    async for batch in subscription.batches():
                        failures = 0
                        await self.take(batch)
                        await subscription.commit(batch)
            except BrokerUnavailable as away:
                if failures & (failures - 1) == 0:
                    log.warning("the raw topics cannot be read, waiting for the broker: %s", away)
            finally:
                self._is(connected=False)
            await asyncio.sleep(Backoff().delay_s(failures, random.random()))
            failures += 1

    async def take(self, batch: Sequence[Delivery]) -> None:
        """Store a batch, in its order, however long the database takes to answer."""
        incoming = [Incoming(_FEED_OF_TOPIC[one.topic], one.value, one.topic) for one in batch]
        for start in range(0, len(incoming), MOST_AT_ONCE):
            part = incoming[start : start + MOST_AT_ONCE]
            answers = await until_up("the database", partial(self._store, part))
            unread = sum(answer.status is IntakeStatus.REJECTED for answer in answers)
            if unread:
                log.warning("%d of %d reports could not be read; see `hub rejected list`", unread, len(part))
        self.heard.set()

    async def _store(self, part: Sequence[Incoming]) -> list[IntakeAnswer]:
        return await self._intake.accept_many(part, now=self._now())

    def _is(self, *, connected: bool) -> None:
        self._connected = connected
        CONNECTED.set(connected)


async def tell_pulses(
    engine: AsyncEngine, bus: Publisher, settings: Settings, heard: asyncio.Event, now: Clock
) -> None:
    """Publish every source's status each few seconds, and soon after something came."""
    started, known = now(), dict[str, SourceStatus]()
    while True:
        heard.clear()
        try:
            known = await tell_pulses_once(engine, bus, settings, started=started, now=now(), before=known)
        except (BrokerUnavailable, DatabaseUnavailable) as away:
            log.debug("the sources' pulse cannot be told: %s", away)
        await asyncio.sleep(PULSE_AT_MOST_EVERY_S)
        try:
            async with asyncio.timeout(PULSE_EVERY_S - PULSE_AT_MOST_EVERY_S):
                await heard.wait()
        except TimeoutError:
            continue


async def tell_pulses_once(
    engine: AsyncEngine,
    bus: Publisher,
    settings: Settings,
    *,
    started: datetime,
    now: datetime,
    before: dict[str, SourceStatus],
) -> dict[str, SourceStatus]:
    """Read and publish the status of all sources once; what they are now, by source.

    Raises:
        BrokerUnavailable, DatabaseUnavailable: nothing was told.
    """
    limits = settings.feeds.silent_after_s
    pulses = await read_pulses(engine, now)
    statuses = [status_of(pulse, now=now, started=started, silent_after_s=limits) for pulse in pulses]
    for sentence in news(before, statuses):
        log.warning("%s", sentence)
    for status in statuses:
        SILENT.labels(status.source).set(status.silent_since is not None)
        REJECTED_RUN.labels(status.source).set(status.rejected_in_a_row)
    await bus.publish([_record(status) for status in statuses])
    return {status.source: status for status in statuses}


async def expire(engine: AsyncEngine, letters: DeadLetters, now: Clock) -> None:
    """Destroy what is personal when its time is over: bodies of dead letters, callers of closed incidents."""
    while True:
        callers = await until_up("the database", lambda: expire_personal(engine, now()))
        if callers:
            log.info("destroyed the personal fields of %d signals", callers)
        gone = await until_up("the database", lambda: letters.expire(now()))
        if gone:
            log.info("destroyed the bodies of %d dead letters that were kept for 30 days", gone)
        await asyncio.sleep(EXPIRE_EVERY_S)


def _record(status: SourceStatus) -> Record:
    body = wire.encode(
        status,
        event_id=f"{status.source}:{status.at.isoformat()}",
        source="/hub/feeds",
        event_type=SOURCE_STATUS.event_type,
        time=status.at,
        subject=status.source,
    )
    return Record(SOURCE_STATUS, status.source, body)
