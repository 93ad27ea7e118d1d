"""Live pictures of a test: a source that says what the test wants, a line that takes as much as the test lets it."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from contracts.errors import Outage
from contracts.packets import Fragment, Init, Piece, Wish

INIT = Init("avc1.640028", 1920, 1080, b"init")


def key(number: int, size: int = 8) -> Fragment:
    return Fragment(b"K%d" % number + b"." * size, True)


def delta(number: int, size: int = 8) -> Fragment:
    return Fragment(b"d%d" % number + b"." * size, False)


async def soon(check: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(20):
        for _ in itertools.count():
            if check():
                return
            await asyncio.sleep(0.005)


class Worker:
    """`LiveSource`: everything that is put into it comes out of what is open."""

    def __init__(self) -> None:
        self.opened: list[tuple[Wish, str]] = []
        self.closed = 0
        self.away = False
        self._said: asyncio.Queue[Piece | Outage] = asyncio.Queue()

    def say(self, *pieces: Piece | Outage) -> None:
        for piece in pieces:
            self._said.put_nowait(piece)

    @asynccontextmanager
    async def open(self, wish: Wish, address: str) -> AsyncIterator[AsyncIterator[Piece]]:
        self.opened.append((wish, address))
        if self.away:
            raise Outage("the worker is away")
        try:
            yield self._pieces()
        finally:
            self.closed += 1

    async def _pieces(self) -> AsyncIterator[Piece]:
        while True:
            said = await self._said.get()
            if isinstance(said, Outage):
                raise said
            yield said


class Line:
    """`Wire`: the frames of one browser, opened up again."""

    def __init__(self) -> None:
        self.unsent = 0
        self.frames: list[bytes] = []

    def write(self, frame: bytes) -> None:
        self.frames.append(frame)

    def backlog(self) -> int:
        return self.unsent

    def drop(self) -> None:
        self.frames.append(b"cut")

    def messages(self) -> list[str | bytes]:
        """What the browser was sent: texts, first letters of pictures, close codes."""
        data, found = b"".join(self.frames), list[str | bytes]()
        while data:
            kind, size, head = data[0] & 15, data[1], 2
            if size == 126:
                size, head = int.from_bytes(data[2:4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(data[2:10], "big"), 10
            body, data = data[head : head + size], data[head + size :]
            if kind == 1:
                found.append(json.loads(body).get("type"))
            elif kind == 8:
                found.append(f"close {int.from_bytes(body[:2], 'big')}")
            else:
                found.append(body.rstrip(b"."))
        return found
