"""Keeping child processes and embedded servers alive: started again with backoff, counted, stopped together."""

import logging
import random
import signal
import subprocess
from asyncio import sleep
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prometheus_client import Counter

from contracts.errors import AssetMissing, ConfigurationError
from hub.clock import monotonic_s
from hub.embedded import children
from hub.waiting import Backoff

log = logging.getLogger(__name__)

RESTARTS = Counter("hub_restarts_total", "parts of the hub that ended by themselves and were started again", ["part"])

PACE = Backoff(first_s=0.5, most_s=15.0)
HEALTHY_AFTER_S = 60.0
"""a part that ran this long has recovered: its next failure is again its first"""
STOP_WITHIN_S = 2.5
MENDABLE = {ConfigurationError.exit_code: ConfigurationError, AssetMissing.exit_code: AssetMissing}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One child process of the hub."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str]

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it once."""
        return children.spawn(self.command, log=self.log, death_signal=signal.SIGTERM, environment=self.environment)


class Server(Protocol):
    """An embedded server."""

    async def start(self) -> str: ...
    async def stop(self) -> None: ...
    async def ended(self) -> int: ...


@dataclass(slots=True)
class Failures:
    """How often in a row something failed, and so how long to wait."""

    count: int = 0

    def delay_s(self, ran_s: float, dice: float) -> float:
        """Seconds until the next start, after a run of `ran_s` seconds."""
        if ran_s >= HEALTHY_AFTER_S:
            self.count = 0
        self.count += 1
        return PACE.delay_s(self.count - 1, dice)


async def keep_running(part: Part, say: Say, *, wait: Callable[[float], Awaitable[None]] = sleep) -> None:
    """Run a child for ever; it is stopped when this is cancelled.

    Raises:
        ConfigurationError: its very first run says that a person must mend something; in its own words.
    """
    failures = Failures()
    while True:
        began_s, read_from = monotonic_s(), _size(part.log)
        child = part.spawn()
        try:
            status = await children.ended(child)
        finally:
            await children.stop(child, first=signal.SIGTERM, within_s=STOP_WITHIN_S)
        words = last_words(part.log, read_from)
        if not failures.count and status in MENDABLE:
            raise MENDABLE[status](words, where=part.name)
        RESTARTS.labels(part.name).inc()
        delay_s = failures.delay_s(monotonic_s() - began_s, random.random())
        say(f"{part.name} ended ({_why(status)}): {words or 'no word'} · again in {delay_s:.1f} s · {part.log}")
        await wait(delay_s)


async def keep_serving(
    name: str, server: Server, say: Say, *, wait: Callable[[float], Awaitable[None]] = sleep
) -> None:
    """Start a server that was started once already again whenever it ends, however often it takes.

    It did start on this machine, so what keeps it from starting now (a machine out of breath, a full disk) is told and
    waited out: the other parts go on with what they have.
    """
    failures = Failures()
    while True:
        began_s = monotonic_s()
        status = await server.ended()
        RESTARTS.labels(name).inc()
        say(f"the embedded {name} ended ({_why(status)}) and is started again")
        await wait(failures.delay_s(monotonic_s() - began_s, random.random()))
        while True:
            try:
                await server.start()
                break
            except ConfigurationError as refused:
                say(f"the embedded {name} does not start yet: {refused}")
                await wait(failures.delay_s(0.0, random.random()))


def last_words(path: Path, read_from: int) -> str:
    """What a child said last in its log: its error message if it made one on purpose, else its last line."""
    size = _size(path)
    with path.open("rb") as file:
        # A log that is shorter than it was has been set aside meanwhile.
        file.seek(max(read_from if read_from <= size else 0, size - 65_536))
        lines = file.read().decode(errors="replace").splitlines()
    told = [number for number, line in enumerate(lines) if line.startswith("hub: ")]
    if told:
        return "\n".join(lines[told[-1] :]).removeprefix("hub: ").strip()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _why(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit {status}"
