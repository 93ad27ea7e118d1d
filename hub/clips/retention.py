"""Evidence is deleted when its time is over: never before the law's 30 days, never while its incident is open."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import Outage
from contracts.evidence import EvidenceStore
from contracts.incidents import OVER_IN_SQL
from hub.database import outages

log = logging.getLogger(__name__)

DELETED = Counter("hub_evidence_deleted_total", "pictures and clips deleted at the end of their time")

EVERY_S = 3600.0
BATCH = 500

_NEEDED = text(
    f"""
    SELECT DISTINCT proof ->> 'ref' FROM signals AS s
    CROSS JOIN LATERAL jsonb_array_elements(s.doc -> 'evidence') AS proof
    LEFT JOIN incidents AS i USING (incident_id)
    LEFT JOIN cameras AS c ON c.camera_id = s.doc ->> 'camera_id'
    WHERE s.source = 'camera' AND s.received_at BETWEEN :from AND :until AND proof ->> 'ref' = ANY(:refs)
      AND (i.state NOT IN {OVER_IN_SQL}
           OR i.decided_at > CAST(:now AS timestamptz) - make_interval(days => CAST(:keep_days AS int))
           OR s.observed_at > CAST(:now AS timestamptz) - make_interval(
                  days => coalesce(CAST(c.doc -> 'legal' ->> 'retention_days' AS int), 0)))
    """
)
AROUND = timedelta(days=3)
"""a signal is received within so many days of the day that its evidence is filed under"""


async def purge(store: EvidenceStore, engine: AsyncEngine, now: datetime, keep_days: int) -> int:
    """Delete what is older than `keep_days` and that nothing needs; returns how many.

    A snapshot that no signal names any more (a later update took its place) goes at the end of its days.

    Raises:
        Outage: the store or the database is away; what was deleted is deleted.
    """
    deleted = 0
    for day in await store.days(now.date() - timedelta(days=keep_days)):
        refs = list(await store.of_day(day))
        for start in range(0, len(refs), BATCH):
            batch = refs[start : start + BATCH]
            needed = await _needed(engine, batch, day, now, keep_days)
            gone = [ref for ref in batch if ref not in needed]
            await store.delete(gone)
            deleted += len(gone)
    DELETED.inc(deleted)
    return deleted


async def keep_purging(
    store: EvidenceStore, engine: AsyncEngine, clock: Callable[[], datetime], keep_days: int
) -> None:
    """Every hour, until cancelled; an outage is waited out."""
    while True:
        try:
            if deleted := await purge(store, engine, clock(), keep_days):
                log.info("%d pieces of evidence deleted at the end of their time", deleted)
        except Outage as outage:
            log.warning("evidence is not purged now: %s", outage)
        await asyncio.sleep(EVERY_S)


async def _needed(engine: AsyncEngine, refs: list[str], day: date, now: datetime, keep_days: int) -> set[str]:
    noon = now.replace(year=day.year, month=day.month, day=day.day, hour=12)
    asked = {"from": noon - AROUND, "until": noon + AROUND, "refs": refs, "now": now, "keep_days": keep_days}
    with outages():
        async with engine.connect() as connection:
            return set((await connection.execute(_NEEDED, asked)).scalars())
