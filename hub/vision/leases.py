"""Who holds a share of the cameras, in PostgreSQL: one at a time, with a greater epoch for each that takes over."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.outbox import Pending
from hub.database import outages
from hub.outbox import put_on

REFUSED = Counter("hub_vision_refused_total", "observations of cameras that another worker has taken over meanwhile")

LEASE_S = 6.0
"""no longer than the broker's session, so that a dead worker's shares are free when they are given to another"""
ANSWER_WITHIN_S = 2.0

# An epoch is at least the time in seconds, so that it grows even when the database was lost and made anew.
_TAKE = text(
    """
    INSERT INTO camera_shares AS mine (share, epoch, holder, held_until)
    SELECT share, extract(epoch FROM now())::bigint, :holder, now() + make_interval(secs => :lease)
    FROM unnest(CAST(:shares AS int[])) AS share
    ON CONFLICT (share) DO UPDATE SET
        epoch = CASE WHEN mine.holder = excluded.holder AND mine.held_until >= now() THEN mine.epoch
                     ELSE greatest(mine.epoch + 1, excluded.epoch) END,
        contested_at = CASE WHEN mine.holder = excluded.holder THEN mine.contested_at END,
        holder = excluded.holder, held_until = excluded.held_until
    WHERE mine.holder IS NULL OR mine.holder = excluded.holder OR mine.held_until < now()
    RETURNING share, epoch, coalesce(contested_at > now() - interval '3 seconds', false) AS contested
    """
)
_CONTEST = text("UPDATE camera_shares SET contested_at = now() WHERE share = ANY(:shares)")
_RELEASE = text(
    """
    WITH free AS (
        UPDATE camera_shares SET holder = NULL WHERE share = ANY(:shares) AND holder = :holder
        RETURNING share)
    SELECT pg_notify('camera_shares', '') WHERE EXISTS (SELECT 1 FROM free)
    """
)
_STILL = text(
    """
    SELECT asked.share FROM unnest(CAST(:shares AS int[]), CAST(:epochs AS bigint[])) AS asked (share, epoch)
    JOIN camera_shares USING (share, epoch) FOR SHARE OF camera_shares
    """
)
CHANNEL = "camera_shares"


@dataclass(frozen=True, slots=True)
class Lease:
    """A share that is held."""

    epoch: int
    contested: bool
    """another worker was given this share and waits for it"""


class Leases:
    """One worker's shares."""

    def __init__(self, engine: AsyncEngine) -> None:
        # A name that no other process has, on whatever machine and whenever it runs.
        self._engine, self._holder = engine, f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    async def take(self, shares: Collection[int]) -> dict[int, Lease]:
        """Renew what is held and take what is free; what another still holds is missing from the answer.

        Raises:
            DatabaseUnavailable: no answer in time; what was held is held until it runs out.
        """
        if not shares:
            return {}
        with outages():
            async with asyncio.timeout(ANSWER_WITHIN_S), self._engine.begin() as connection:
                rows = await connection.execute(
                    _TAKE, {"shares": sorted(shares), "holder": self._holder, "lease": LEASE_S}
                )
                taken = {row.share: Lease(row.epoch, row.contested) for row in rows}
                if len(taken) < len(shares):
                    await connection.execute(_CONTEST, {"shares": sorted(set(shares) - taken.keys())})
        return taken

    async def release(self, shares: Collection[int]) -> None:
        """What is no longer watched here is free for another at once.

        Raises:
            DatabaseUnavailable: no answer in time; it becomes free by itself.
        """
        if shares:
            with outages():
                async with asyncio.timeout(ANSWER_WITHIN_S), self._engine.begin() as connection:
                    await connection.execute(_RELEASE, {"shares": sorted(shares), "holder": self._holder})


class FencedOutbox:
    """An outbox that refuses what is said of a camera that another worker has taken over meanwhile."""

    def __init__(self, engine: AsyncEngine, standing: Callable[[str], tuple[int, int] | None]) -> None:
        """`standing`: camera id → the share and epoch under which this worker last held it."""
        self._engine, self._standing = engine, standing

    async def put(self, pending: Sequence[Pending]) -> None:
        """See `contracts.outbox.Outbox`; checked in the same transaction, so that nobody takes over in between."""
        by_pending = [(one, self._standing(one.camera_id)) for one in pending]
        asked = {standing for _, standing in by_pending if standing is not None}
        with outages():
            async with self._engine.begin() as connection:
                rows = await connection.execute(
                    _STILL, {"shares": [share for share, _ in asked], "epochs": [epoch for _, epoch in asked]}
                )
                still = set(rows.scalars())
                good = [one for one, standing in by_pending if standing is not None and standing[0] in still]
                await put_on(connection, good)
        REFUSED.inc(len(pending) - len(good))
