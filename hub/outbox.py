"""What was accepted and is not yet journalled: stored first, published from here, published again until cleared."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Gauge
from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.bus import Publisher, Record
from contracts.errors import BrokerUnavailable
from contracts.outbox import Pending
from contracts.topics import ACTIONS, SIGNALS, TOPICS, Topic
from hub.clock import Clock, monotonic_s
from hub.database import outages
from hub.waiting import Backoff, until_up
from hub.wakeup import Wakeup

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
BEHIND = "the broker or the database behind the outbox"
PACE = Backoff(first_s=0.1, most_s=2.0)
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
# Taken means marked as published, before it is: whoever dies in between leaves a row that is published again, and no
# lock is held while a broker makes up its mind (fusion deletes rows meanwhile). These marks wait for no disk: one that
# a power cut takes away only means that a record is published twice.
_TAKE_FRESH = text(
    """
    UPDATE outbox SET published_at = :now, tries = tries + 1 WHERE id IN (
        SELECT id FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id, topic, key, partition, body, set_config('synchronous_commit', 'off', true)
    """
)
_TAKE_AGAIN = text(
    """
    UPDATE outbox SET published_at = :now, tries = tries + 1 WHERE id IN (
        SELECT id FROM outbox
        WHERE published_at < CAST(:now AS timestamptz) - make_interval(secs => least(
            CAST(:last AS float), CAST(:first AS float) * power(CAST(2 AS float), least(tries, 20) - 1)))
        ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id, topic, key, partition, body, set_config('synchronous_commit', 'off', true)
    """
)
_GIVE_BACK = text(
    "UPDATE outbox SET published_at = NULL, tries = tries - 1 WHERE id = ANY(:ids) AND published_at = :now"
)
_GIVE_BACK_BY_IDENTITY = text(
    """
    WITH back AS (UPDATE outbox SET published_at = NULL, tries = 0 WHERE identity = ANY(:identities) RETURNING 1)
    SELECT pg_notify('outbox', '') FROM (SELECT count(*) FROM back) AS counted
    """
)
_DELETE = text("DELETE FROM outbox WHERE id = ANY(:ids) RETURNING set_config('synchronous_commit', 'off', true)")
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

    Several relays, in one process or many, share the work: each row is taken by one of them. One relay keeps the
    order of acceptance; between several, fusion goes by the signals' own times.
    """
    next_look_s = 0.0
    async with Wakeup(engine.url, CHANNEL) as wakeup:
        while True:
            wakeup.clear()
            taken = await until_up(
                BEHIND,
                lambda: _publish_fresh(engine, bus, clock()),
                backoff=PACE,
            )
            if monotonic_s() >= next_look_s:
                await until_up(
                    BEHIND,
                    lambda: _look_again(engine, bus, clock()),
                    backoff=PACE,
                )
                next_look_s = monotonic_s() + LOOK_AGAIN_EVERY_S
            if taken < BATCH:
                await wakeup.wait(LOOK_AGAIN_EVERY_S)


async def _publish_fresh(engine: AsyncEngine, bus: Publisher, now: datetime) -> int:
    taken = await publish_batch(engine, bus, now)
    PUBLISHED.inc(taken)
    return taken


async def _look_again(engine: AsyncEngine, bus: Publisher, now: datetime) -> None:
    again = await publish_batch(engine, bus, now, again=True)
    REPUBLISHED.inc(again)
    if again:
        log.warning("published %d records again: nobody has journalled them yet", again)
    with outages():
        async with engine.connect() as connection:
            DEPTH.set(await connection.scalar(_DEPTH) or 0)


async def publish_batch(engine: AsyncEngine, bus: Publisher, now: datetime, *, again: bool = False) -> int:
    """Take, publish, forget what fusion does not clear; how many rows there were.

    Raises:
        BrokerUnavailable: the rows lie there for the next try; some may have been published.
        DatabaseUnavailable: likewise, or nothing was taken.
    """
    statement, limits = _TAKE_FRESH, {"now": now, "batch": BATCH}
    if again:
        statement, limits = _TAKE_AGAIN, limits | {"first": FIRST_AGAIN_S, "last": LAST_AGAIN_S}
    rows = sorted(await _write(engine, statement, limits), key=lambda row: row.id)
    if not rows:
        return 0
    try:
        await bus.publish([Record(_TOPICS[row.topic], row.key, bytes(row.body), row.partition) for row in rows])
    except BrokerUnavailable:
        await _write(engine, _GIVE_BACK, {"ids": [row.id for row in rows], "now": now})
        raise
    if done := [row.id for row in rows if row.topic not in CLEARED_BY_FUSION]:
        await _write(engine, _DELETE, {"ids": done})
    return len(rows)


async def give_back(engine: AsyncEngine, identities: Sequence[str]) -> None:
    """Rows that were marked as published and are not: the relays see to them.

    Raises:
        DatabaseUnavailable: they are published again after some seconds.
    """
    await _write(engine, _GIVE_BACK_BY_IDENTITY, {"identities": list(identities)})


async def _write(engine: AsyncEngine, statement: TextClause, parameters: dict[str, object]) -> Sequence[Row[Any]]:
    # One statement is one transaction: neither BEGIN nor COMMIT needs a round trip of its own.
    with outages():
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            result = await connection.execute(statement, parameters)
            return result.all() if result.returns_rows else []
