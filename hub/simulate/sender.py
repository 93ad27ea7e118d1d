"""Puts letters on the wire: by HTTP to the intake with an API key, or on the raw topics of Kafka."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Protocol

import httpx

from contracts.bus import Publisher, Record
from contracts.errors import ConfigurationError, Outage
from contracts.intake import Feed
from contracts.topics import RAW_DISPUTES, RAW_GRID, RAW_PETITIONS, RAW_POLICE_110, Topic
from hub.simulate.letters import Letter
from hub.waiting import until_up

log = logging.getLogger(__name__)

PATH_OF: dict[Feed, str] = {
    Feed.POLICE_110: "police-alerts",
    Feed.GRID: "grid-reports",
    Feed.DISPUTE: "disputes",
    Feed.PETITION: "petitions",
}
TOPIC_OF: dict[Feed, Topic] = {
    Feed.POLICE_110: RAW_POLICE_110,
    Feed.GRID: RAW_GRID,
    Feed.DISPUTE: RAW_DISPUTES,
    Feed.PETITION: RAW_PETITIONS,
}
ANSWERS: dict[int, str] = {200: "duplicate", 202: "accepted", 422: "rejected", 400: "rejected", 413: "rejected"}


class IntakeAway(Outage):
    """The console does not take reports now; a real source would keep them and try again, and so do we."""


class Sender(Protocol):
    """Sends one letter and says what became of it."""

    async def send(self, letter: Letter) -> str:
        """`accepted`, `duplicate`, `rejected`, or `published` on a raw topic. Waits out an outage."""
        ...


class HttpSender:
    """POSTs to `/api/intake/…` with the source's key; keeps a letter until it is answered."""

    def __init__(self, client: httpx.AsyncClient, key: str) -> None:
        self._client, self._key = client, key

    async def send(self, letter: Letter) -> str:
        """Raises ConfigurationError when the key is refused."""
        return await until_up("intake", lambda: self._post(letter))

    async def _post(self, letter: Letter) -> str:
        try:
            answer = await self._client.post(
                f"/api/intake/{PATH_OF[letter.feed]}",
                content=letter.body,
                headers={"X-Api-Key": self._key, "Content-Type": "application/json"},
            )
        except httpx.TransportError as away:
            raise IntakeAway(f"{type(away).__name__}: {away}") from None
        if answer.status_code in (401, 403):
            raise ConfigurationError(
                "the intake refuses this key",
                where="--key-file",
                hint="make one with `hub users key` and name its file",
            )
        if answer.status_code not in ANSWERS:
            raise IntakeAway(f"HTTP {answer.status_code}")
        return ANSWERS[answer.status_code]


class KafkaSender:
    """Publishes on the raw topics, as an adapter beside a police or grid system would."""

    def __init__(self, bus: Publisher) -> None:
        self._bus = bus

    async def send(self, letter: Letter) -> str:
        """Returns `published` once the broker has acknowledged."""
        record = Record(TOPIC_OF[letter.feed], letter.number, letter.body)
        await until_up("broker", lambda: self._bus.publish([record]))
        return "published"


class Counting:
    """A sender that counts what became of the letters and tells each one in the log."""

    def __init__(self, inner: Sender, told: Callable[[Letter, str], None] | None = None) -> None:
        self._inner, self._told = inner, told
        self.counts: Counter[str] = Counter()

    async def send(self, letter: Letter) -> str:
        """As the inner sender."""
        answer = await self._inner.send(letter)
        self.counts[f"{letter.feed}:{answer}"] += 1
        log.debug("%s %s%s: %s", letter.feed, letter.number, f" ({letter.note})" if letter.note else "", answer)
        if self._told:
            self._told(letter, answer)
        return answer


async def wait_for_console(client: httpx.AsyncClient, sleep: Callable[[float], Awaitable[None]]) -> None:
    """Return once the console says it is ready to take reports."""

    async def ready() -> None:
        try:
            answer = await client.get("/readyz")
        except httpx.TransportError as away:
            raise IntakeAway(f"{type(away).__name__}: {away}") from None
        if answer.status_code != 200:
            raise IntakeAway(f"HTTP {answer.status_code}")

    await until_up("console", ready, sleep=sleep)
