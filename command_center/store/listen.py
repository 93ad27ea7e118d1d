"""Being woken by PostgreSQL: LISTEN on a connection of its own, with a poll in case a notification is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError

from command_center.store.database import AWAY, Database
from contracts.errors import DatabaseUnavailable

POLL_S = 1.0


class Bell:
    """Rings when the channel was notified, or after `POLL_S`."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._lost = False

    async def wait(self, at_most_s: float = POLL_S) -> None:
        """Until it rings, or for so long.

        Raises:
            DatabaseUnavailable: the listening connection is gone.
        """
        try:
            async with asyncio.timeout(at_most_s):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()
        if self._lost:
            raise DatabaseUnavailable("the connection that listens was closed")

    def ring(self, *_: object) -> None:
        """The channel was notified."""
        self._rung.set()

    def lose(self, *_: object) -> None:
        """The connection ended."""
        self._lost = True
        self._rung.set()


@asynccontextmanager
async def listening(database: Database, channel: str) -> AsyncIterator[Bell]:
    """A bell for one channel.

    Raises:
        DatabaseUnavailable: no connection could be had.
    """
    bell = Bell()
    try:
        async with database.engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            raw.add_termination_listener(bell.lose)
            await raw.add_listener(channel, bell.ring)
            try:
                yield bell
            finally:
                raw.remove_termination_listener(bell.lose)
                if not raw.is_closed():
                    await raw.remove_listener(channel, bell.ring)
    except (*AWAY, DBAPIError) as gone:
        raise DatabaseUnavailable("PostgreSQL does not answer") from gone
