"""From the intake to the bus without another look into the database: records that this process has just stored.

They lie in the outbox like all others, marked as published; whoever dies in between leaves rows that any relay
publishes again after some seconds. What finds no room here is left to the relays at once.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Publisher
from contracts.errors import BrokerUnavailable, DatabaseUnavailable
from contracts.outbox import Pending
from hub.outbox import PUBLISHED, give_back

log = logging.getLogger(__name__)

MOST_WAITING = 2_000
MOST_AT_ONCE = 500


class Handover:
    """A bounded queue within one process."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._waiting: deque[Pending] = deque()
        self._given = asyncio.Event()

    def has_room(self, records: int) -> bool:
        """Whether so many more may be given."""
        return len(self._waiting) + records <= self._most

    def give(self, stored: Sequence[Pending]) -> None:
        """Rows of the outbox that are committed and marked as published."""
        self._waiting.extend(stored)
        if stored:
            self._given.set()

    async def take(self) -> list[Pending]:
        """Everything that waits, a batch at most; at least one."""
        while not self._waiting:
            self._given.clear()
            await self._given.wait()
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]


async def pass_on(handover: Handover, engine: AsyncEngine, bus: Publisher) -> None:
    """Publish what is handed over, for ever; while the broker is away the rows go back to the relays, who wait."""
    while True:
        batch = await handover.take()
        try:
            await bus.publish([one.record for one in batch])
            PUBLISHED.inc(len(batch))
        except BrokerUnavailable as away:
            log.debug("left to the relay: %s", away)
            await _left_to_the_relays(engine, batch)


async def _left_to_the_relays(engine: AsyncEngine, batch: Sequence[Pending]) -> None:
    try:
        await give_back(engine, [one.identity for one in batch])
    except DatabaseUnavailable as away:
        log.debug("the relays find them after some seconds: %s", away)
