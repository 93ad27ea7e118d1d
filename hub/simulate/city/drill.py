"""A simulated city against a running hub, at so many times its speed, as a drill (演练)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

from contracts.bus import Publisher, Record
from hub.simulate.city.posting import Due
from hub.simulate.letters import Letter
from hub.simulate.sender import Sender
from hub.waiting import until_up


class Drill:
    """Sends what is due when it is due, one after the other; what came due during an outage is sent after it."""

    def __init__(
        self,
        sender: Sender,
        bus: Publisher | None,
        *,
        elapsed: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`sender` takes the letters; `bus` the observations, which are left out without one."""
        self._sender, self._bus, self._elapsed, self._sleep = sender, bus, elapsed, sleep
        self.counts: Counter[str] = Counter()

    async def run(self, posts: Iterable[Due], *, until_s: float | None, told: Callable[[float], None]) -> Counter[str]:
        """Until all is sent or `until_s` has passed; what became of everything.

        Raises:
            ConfigurationError: the intake refuses the key.
        """
        for due in posts:
            if until_s is not None and due.due_s > until_s:
                break
            await self._sleep(max(0.0, due.due_s - self._elapsed()))
            await self._send(due.what)
            told(due.due_s)
        return self.counts

    async def _send(self, what: Letter | Record) -> None:
        if isinstance(what, Letter):
            self.counts[f"{what.feed.value}:{await self._sender.send(what)}"] += 1
        elif self._bus is not None:
            bus = self._bus
            await until_up("broker", lambda: bus.publish([what]))
            self.counts["camera:published"] += 1
