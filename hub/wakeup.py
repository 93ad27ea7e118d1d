"""Being woken by PostgreSQL's NOTIFY: a connection of its own that listens, and is opened again when it breaks."""

import asyncio
import logging
from types import TracebackType

import asyncpg
from sqlalchemy.engine import URL

from hub.database import plain_url

log = logging.getLogger(__name__)

OPEN_TIMEOUT_S = 5.0


class Wakeup:
    """An event that NOTIFY on a channel sets. Losing the connection only costs latency: `wait` has a limit."""

    def __init__(self, url: URL, channel: str) -> None:
        self._url = plain_url(url)
        self._channel = channel
        self._connection: asyncpg.Connection | None = None
        self._event = asyncio.Event()

    async def __aenter__(self) -> "Wakeup":
        await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.terminate()

    def clear(self) -> None:
        """What was notified so far is about to be looked at."""
        self._event.clear()

    def set(self) -> None:
        """Wake it from inside the process."""
        self._event.set()

    async def wait(self, at_most_s: float) -> bool:
        """Until notified, or `at_most_s` seconds; whether it was notified."""
        if self._connection is None or self._connection.is_closed():
            await self._listen()
        try:
            async with asyncio.timeout(at_most_s):
                await self._event.wait()
        except TimeoutError:
            return False
        return True

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                self._connection = await asyncpg.connect(self._url)
                await self._connection.add_listener(self._channel, self._heard)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
            self._connection = None
            log.debug("cannot listen on %s: %s", self._channel, away)
            return
        # Whatever was notified while nobody listened.
        self._event.set()

    def _heard(self, *_: object) -> None:
        self._event.set()
