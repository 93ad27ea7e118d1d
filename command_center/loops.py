"""Loops that live through outages: following a topic, doing something every so often."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from random import Random
from typing import TypeVar

from pydantic import TypeAdapter

from contracts.bus import Bus
from contracts.errors import BrokerUnavailable, DatabaseUnavailable, Unreadable
from contracts.topics import Topic
from contracts.wire import decode

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[], Coroutine[None, None, None]]

FIRST_DELAY_S, LONGEST_DELAY_S = 0.2, 5.0


async def through_outages(name: str, work: Work, told: Callable[[], None], random: Random | None = None) -> None:
    """Run `work` until cancelled; when something outside goes away, tell so and begin again with growing pauses."""
    random, delay = random or Random(), FIRST_DELAY_S
    while True:
        begun = asyncio.get_running_loop().time()
        try:
            await work()
        except (DatabaseUnavailable, BrokerUnavailable) as outage:
            told()
            log.warning("%s: %s", name, outage)
        if asyncio.get_running_loop().time() - begun > LONGEST_DELAY_S:
            delay = FIRST_DELAY_S
        await asyncio.sleep(delay * random.uniform(0.7, 1.3))
        delay = min(LONGEST_DELAY_S, delay * 2)


async def follow(
    bus: Bus,
    topic: Topic,
    adapter: TypeAdapter[T],
    hear: Callable[[T], Awaitable[None]],
    *,
    from_start: bool,
    opened: Callable[[], None],
) -> None:
    """Hand every record of a topic to `hear`, without a group: each console hears all.

    Raises:
        BrokerUnavailable: the broker went away.
    """
    async with bus.subscribe([topic], group=None, from_start=from_start) as subscription:
        opened()
        async for batch in subscription.batches():
            for delivery in batch:
                try:
                    value = decode(delivery.value, adapter)
                except Unreadable as bad:
                    log.warning("a record of %s cannot be read: %s", topic.name, bad)
                    continue
                await hear(value)


async def every(seconds: float, work: Work) -> None:
    """Do it now and again, until cancelled."""
    while True:
        await work()
        await asyncio.sleep(seconds)
