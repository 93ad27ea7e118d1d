"""One consumer of a ring on the event loop: who is slow loses packets up to the next keyframe, and holds up nobody."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

from contracts.packets import EncodedPacket
from hub.packets.ring import PacketRing

MOST_BYTES = 6 * 1024 * 1024
"""that wait for one consumer: some seconds of a camera"""


class Listening:
    """`async with Listening(ring) as packets: packet = await packets.next()`."""

    def __init__(self, ring: PacketRing, *, sub: bool | None = None, most_bytes: int = MOST_BYTES) -> None:
        """`sub`: hear only this stream of a camera whose connection may change to the other; None: whatever comes."""
        self._ring, self._sub, self._most_bytes = ring, sub, most_bytes
        self._waiting: deque[EncodedPacket] = deque()
        self._bytes = 0
        self._skipping = False
        self._come = asyncio.Event()
        self.skipped = 0
        """packets that were not taken in time"""

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        for packet in self._ring.join(self._hear):
            self._take(packet)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, bad: BaseException | None, at: TracebackType | None
    ) -> None:
        self._ring.leave(self._hear)

    async def next(self) -> EncodedPacket:
        """The next packet; waits for it."""
        while not self._waiting:
            self._come.clear()
            await self._come.wait()
        packet = self._waiting.popleft()
        self._bytes -= len(packet.data)
        return packet

    def _hear(self, packet: EncodedPacket) -> None:
        """On the camera's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, packet)

    def _take(self, packet: EncodedPacket) -> None:
        if self._sub is not None and packet.header.is_sub != self._sub:
            return
        if self._bytes + len(packet.data) > self._most_bytes:
            self.skipped += len(self._waiting)
            self._waiting.clear()
            self._bytes, self._skipping = 0, True
        if self._skipping and not packet.is_key:
            self.skipped += 1
            return
        self._skipping = False
        self._waiting.append(packet)
        self._bytes += len(packet.data)
        self._come.set()
