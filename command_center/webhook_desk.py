"""Telling the webhooks: each target in a loop of its own, so that one that hangs holds up no other."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Protocol

from prometheus_client import Counter

from command_center.store.webhooks import Delivery, WebhookBox
from command_center.webhooks import Target, event_of, headers, is_taken, next_try
from contracts.errors import Outage

log = logging.getLogger(__name__)

TOLD = Counter("hub_webhook_deliveries_total", "Tries to tell a webhook", ["target", "outcome"])


class Post(Protocol):
    """Sends one request."""

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer.

        Raises:
            Outage: no answer: refused, hung, no such name.
        """
        ...


class WebhookDesk:
    """All targets of the settings."""

    def __init__(
        self, box: WebhookBox, targets: Sequence[Target], post: Post, clock: Callable[[], datetime], random: Random
    ) -> None:
        self.box, self.targets = box, targets
        self._post, self._clock, self._random = post, clock, random

    async def tell(self, target: Target) -> int:
        """Take in what is new and tell what is due; how many were told.

        Raises:
            DatabaseUnavailable: what was told meanwhile is told again: at least once.
        """
        while await self.box.feed(
            target.name, lambda change, cause, row: event_of(target, change.seq, cause, change.at, row), self._clock()
        ):
            pass
        told = 0
        while taken := await self.box.take(target.name, self._clock()):
            outcomes = [await self._try(target, one) for one in taken]
            told += sum(outcomes)
            if not all(outcomes):
                break  # it does not answer well: the next round goes on
        return told

    async def _try(self, target: Target, one: Delivery) -> bool:
        now = self._clock()
        status: int | None = None
        try:
            status = await self._post(target.url, headers(target, one.webhook_id, now, one.body), one.body)
            error = f"answered {status}"
        except Outage as away:
            error = str(away)
        if is_taken(status):
            await self.box.told(one)
            TOLD.labels(target.name, "told").inc()
            return True
        after = next_try(one.tries + 1, status, self._clock(), self._random.random())
        await self.box.failed(one, error, after, self._clock())
        TOLD.labels(target.name, "dead" if after is None else "failed").inc()
        log.warning("webhook %s: %s; %s", target.name, error, f"again at {after:%H:%M:%S}" if after else "given up")
        return False
