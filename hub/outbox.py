"""What was accepted and is not yet journalled: stored first, published from here, published again until cleared."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from prometheus_client import Counter, Gauge
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.bus import Publisher, Record
from contracts.errors import BrokerUnavailable, DatabaseUnavailable
from contracts.outbox import Pending
from contracts.topics import ACTIONS, SIGNALS, TOPICS, Topic
from hub.clock import Clock
from hub.database import outages
from hub.wakeup import Wakeup
from hub.waiting import Backoff, until_up

log = logging.getLogger(__name__)

DEPTH = Gauge("hub_outbox_depth", "records accepted and not yet cleared, when last looked at")
PUBLISHED = Counter("hub_outbox_published_total", "records published for the first time")
REPUBLISHED = Counter("hub_outbox_republished_total", "records published again because nobody journalled them")

CHANNEL = "outbox"
BATCH = 500
FIRST_AGAIN_S = 5.0
"""how long fusion may take to journal a record before it is published again; doubles with every try"""
LAST_AGAIN_S = 300.0
LOOK_AGAIN_EVERY_S = 1.0
CLEARED_BY_FUSION = frozenset({SIGNALS.name, ACTIONS.name})

_TOPICS: dict[str, Topic] = {topic.name: topic for topic in TOPICS}

_PUT = text(
    """
    INSERT INTO outbox (identity, topic, key, partition, body)
    SELECT * FROM unnest(CAST(:identities AS text[]), CAST(:topics AS text[]), CAST(:keys AS text[]),
                         CAST(:partitions AS int[]), CAST(:bodies AS bytea[]))
    ON CONFLICT (identity) DO NOTHING
    """
)
_NOTIFY = text("SELECT pg_notify('outbox', '')")
_TAKE = text(
    """
    SELECT id, topic, key, partition, body, tries FROM outbox WHERE published_at IS NULL
    ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
    """
)
_TAKE_AGAIN = text(
    """
    SELECT id, topic, key, partition, body, tries FROM outbox
    WHERE published_at < :now - make_interval(secs => :first)
      AND published_at < :now - make_interval(secs => least(:last, :first * power(2, least(tries, 20) - 1)))
    ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
    """
)
_MARK = text("UPDATE outbox SET published_at = :now, tries = tries + 1 WHERE id = ANY(:ids)")
_DELETE = text("DELETE FROM outbox WHERE id = ANY(:ids)")
_DEPTH = text("SELECT count(*) FROM outbox")


class PostgresOutbox:
    """`contracts.outbox.Outbox` in a table. The relay of any process publishes from it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def put(self, pending: Sequence[Pending]) -> None:
        """Store in a transaction of its own; durable on return.

        Raises:
            DatabaseUnavailable: nothing was stored.
        """
        if not pending:
            return
        with outages():
            async with self._engine.begin() as connection:
                await put_on(connection, pending)


async def put_on(connection: AsyncConnection, pending: Sequence[Pending]) -> None:
    """Store as part of the caller's transaction: accepted together with whatever else it writes."""
    if not pending:
        return
    records = [one.record for one in pending]
    await connection.execute(
        _PUT,
        {
            "identities": [one.identity for one in pending],
            "topics": [record.topic.name for record in records],
            "keys": [record.key for record in records],
            "partitions": [record.partition for record in records],
            "bodies": [record.value for record in records],
        },
    )
    await connection.execute(_NOTIFY)


async def relay(engine: AsyncEngine, bus: Publisher, clock: Clock) -> None:
    """Publish what lies in the outbox, for ever; waits out the broker and the database.

    Several relays, in one process or many, share the work: a row is locked by the one that publishes it. Order is
    kept per partition as far as one relay goes; fusion sorts out the rest by the signals' own times.
    """
    async with Wakeup(engine.url, CHANNEL) as wakeup:
        while True:
            wakeup.clear()
            count = await until_up("the outbox's broker or database", lambda: _pass(engine, bus, clock), backoff=_PACE)
            if count < BATCH:
                await wakeup.wait(LOOK_AGAIN_EVERY_S)


_PACE = Backoff(first_s=0.1, most_s=2.0)


async def _pass(engine: AsyncEngine, bus: Publisher, clock: Clock) -> int:
    """Publish one batch of new rows, else one of rows that nobody cleared; how many there were."""
    fresh = await publish_batch(engine, bus, clock())
    if fresh:
        PUBLISHED.inc(fresh)
        return fresh
    again = await publish_batch(engine, bus, clock(), again=True)
    REPUBLISHED.inc(again)
    with outages():
        async with engine.connect() as connection:
            DEPTH.set(await connection.scalar(_DEPTH) or 0)
    if again:
        log.warning("published %d records again: nobody has journalled them yet", again)
    return again


async def publish_batch(engine: AsyncEngine, bus: Publisher, now: datetime, *, again: bool = False) -> int:
    """Lock, publish, mark or delete, in one transaction; how many rows there were.

    Raises:
        BrokerUnavailable, DatabaseUnavailable: the rows are as they were; some may have been published.
    """
    with outages():
        async with engine.begin() as connection:
            rows = await _take(connection, now, again=again)
            if not rows:
                return 0
            await bus.publish([_record(row) for row in rows])
            kept = [row.id for row in rows if row.topic in CLEARED_BY_FUSION]
            if kept:
                await connection.execute(_MARK, {"ids": kept, "now": now})
            done = [row.id for row in rows if row.topic not in CLEARED_BY_FUSION]
            if done:
                await connection.execute(_DELETE, {"ids": done})
    return len(rows)


async def _take(connection: AsyncConnection, now: datetime, *, again: bool) -> Sequence[Row[tuple[object, ...]]]:
    if again:
        limits = {"now": now, "first": FIRST_AGAIN_S, "last": LAST_AGAIN_S, "batch": BATCH}
        return (await connection.execute(_TAKE_AGAIN, limits)).all()
    return (await connection.execute(_TAKE, {"batch": BATCH})).all()


def _record(row: Row[tuple[object, ...]]) -> Record:
    return Record(_TOPICS[row.topic], row.key, bytes(row.body), row.partition)
