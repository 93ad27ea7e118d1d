"""Waiting for things outside: exponential backoff with jitter, and the one loop that catches an outage."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from contracts.errors import Outage

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays `first_s`, `first_s·factor`, … up to `most_s`, each spread by ±`jitter` of itself."""

    first_s: float = 0.2
    factor: float = 2.0
    most_s: float = 5.0
    jitter: float = 0.2

    def delay_s(self, attempt: int, dice: float) -> float:
        """Seconds to wait after failure number `attempt` (0 = the first). `dice` in [0, 1) is the chance."""
        # The exponent is bounded so that an outage of days cannot overflow a float.
        plain = min(self.most_s, self.first_s * self.factor ** min(attempt, 60))
        return plain * (1.0 + self.jitter * (2.0 * dice - 1.0))


async def until_up(
    what: str,
    attempt: Callable[[], Awaitable[T]],
    *,
    backoff: Backoff | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    dice: Callable[[], float] = random.random,
) -> T:
    """Call `attempt` until it does not raise an `Outage`; says so in the log once per doubling, not per try."""
    pace = backoff or Backoff()
    failures = 0
    while True:
        try:
            result = await attempt()
        except Outage as outage:
            if failures & (failures - 1) == 0:
                log.warning("%s is down, waiting for it: %s", what, outage)
            await sleep(pace.delay_s(failures, dice()))
            failures += 1
        else:
            if failures:
                log.info("%s is up after %d attempts", what, failures + 1)
            return result
