"""The pulse of each feed: when it was last heard, how late it is, whether it has gone silent or unreadable.

Read from the tables that the intake writes, so that what came by HTTP to the console counts like what came by Kafka.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.intake import Feed
from contracts.status import SourceStatus
from hub.database import outages

UNREADABLE_AFTER = 20
"""so many rejected in a row, and nothing else, are a fault of the interface and not of a record"""
_DAY = timedelta(days=1)

_PULSES = text(
    """
    WITH heard AS (
        SELECT f.feed,
               (SELECT max(heard_at) FROM intake_seen AS s WHERE s.feed = f.feed) AS accepted_at,
               (SELECT max(received_at) FROM rejected AS r WHERE r.source = f.feed) AS rejected_at
        FROM unnest(CAST(:feeds AS text[])) AS f(feed)
    )
    SELECT h.feed, greatest(h.accepted_at, h.rejected_at) AS last_heard,
        (SELECT CAST(extract(epoch FROM s.received_at - s.reported_at) AS double precision) FROM intake_seen AS s
         WHERE s.feed = h.feed ORDER BY s.received_at DESC, s.reported_at DESC LIMIT 1) AS lag_s,
        (SELECT count(*) FROM intake_seen AS s WHERE s.feed = h.feed AND s.received_at > :since) AS accepted,
        (SELECT coalesce(sum(r.times), 0) FROM rejected AS r
         WHERE r.source = h.feed AND r.received_at > :since) AS rejected,
        (SELECT coalesce(sum(r.times), 0) FROM rejected AS r
         WHERE r.source = h.feed AND r.status <> 'refused'
           AND r.received_at > coalesce(h.accepted_at, '-infinity')) AS rejected_in_a_row
    FROM heard AS h
    """
)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the tables say of one feed."""

    feed: str
    last_heard: datetime | None
    lag_s: float | None
    accepted: int
    rejected: int
    rejected_in_a_row: int


async def read_pulses(engine: AsyncEngine, now: datetime) -> list[Pulse]:
    """The pulse of every feed, one round trip.

    Raises:
        DatabaseUnavailable: PostgreSQL is away.
    """
    asked = {"feeds": [feed.value for feed in Feed], "since": now - _DAY}
    with outages():
        async with engine.connect() as connection:
            rows = (await connection.execute(_PULSES, asked)).all()
    return [
        Pulse(row.feed, row.last_heard, row.lag_s, int(row.accepted), int(row.rejected), int(row.rejected_in_a_row))
        for row in rows
    ]


def status_of(pulse: Pulse, *, now: datetime, started: datetime, silent_after_s: Mapping[str, float]) -> SourceStatus:
    """What the wall is told. A feed never heard is silent since the hub began to listen, once its limit has passed."""
    since = pulse.last_heard or started
    limit = silent_after_s.get(pulse.feed)
    silent = limit is not None and (now - since).total_seconds() > limit
    return SourceStatus(
        source=pulse.feed,
        at=now,
        last_heard=pulse.last_heard,
        lag_s=pulse.lag_s,
        silent_since=since if silent else None,
        accepted=pulse.accepted,
        rejected=pulse.rejected,
        rejected_in_a_row=pulse.rejected_in_a_row,
        unreadable=pulse.rejected_in_a_row >= UNREADABLE_AFTER,
    )


def news(before: Mapping[str, SourceStatus], now: Sequence[SourceStatus]) -> list[str]:
    """What changed for the worse or the better, in words for the log."""
    said = []
    for status in now:
        old = before.get(status.source)
        if (old.unreadable if old else False) != status.unreadable:
            said.append(
                f"{status.source}: {status.rejected_in_a_row} in a row could not be read; see `hub rejected list`"
                if status.unreadable
                else f"{status.source}: reports can be read again"
            )
        if (old.silent_since is not None if old else False) != (status.silent_since is not None):
            said.append(
                f"{status.source}: silent since {status.silent_since.isoformat()}"
                if status.silent_since
                else f"{status.source}: heard again"
            )
    return said
