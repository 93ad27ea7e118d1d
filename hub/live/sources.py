"""Rings beside the one that vision fills: a camera's other stream, and pictures drawn anew; open while watched."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from contracts.cameras import Camera
from contracts.errors import CameraUnavailable
from contracts.packets import EncodedPacket
from hub.packets.redrawing import Redrawer
from hub.packets.ring import PacketRing
from ingest.backoff import Backoff
from ingest.link import Link
from ingest.thread import Decode, run_in_thread

RING_BYTES = 8 * 1024 * 1024
SMALL_WIDTH, SMALL_FPS = 640, 12.5
"""of pictures drawn anew: one of 1080p costs ten times as much"""
BEHIND = 50
"""packets that may wait to be drawn anew; beyond it drawing goes on with the next keyframe"""


def new_ring() -> PacketRing:
    """Of a stream that is only watched: the group that is arriving is enough."""
    return PacketRing(keep=timedelta(0), max_bytes=RING_BYTES)


@asynccontextmanager
async def connected(
    camera: Camera, *, sub: bool, clock: Callable[[], datetime], decode: Decode
) -> AsyncIterator[PacketRing]:
    """A connection of its own to one stream of a camera, made again whenever it breaks."""
    ring = new_ring()
    async with asyncio.TaskGroup() as tasks:
        staying = tasks.create_task(_stay(camera, sub, clock, decode, ring), name=f"watching {camera.camera_id}")
        try:
            yield ring
        finally:
            staying.cancel()


async def _stay(camera: Camera, sub: bool, clock: Callable[[], datetime], decode: Decode, ring: PacketRing) -> None:
    backoff = Backoff()
    url = camera.sub_url if sub and camera.sub_url else camera.url
    while True:
        link = Link(
            camera.camera_id, url, clock, lambda frame: None, mode="sub" if sub else "keyframes", max_fps=1.0,
            is_sub=sub, on_packet=ring.put, pictures=False,
        )  # fmt: skip
        try:
            await run_in_thread(link, decode)
        except CameraUnavailable as outage:
            lived = (clock() - ring.newest.arrived_at).total_seconds() if ring.newest else 0.0
            backoff = backoff.after(lived)
            await asyncio.sleep(backoff.delay_s(0.5, outage.fault))


@asynccontextmanager
async def drawn_anew(camera: Camera, source: PacketRing, *, sub: bool) -> AsyncIterator[PacketRing]:
    """The same pictures small, as H.264, with the camera's masks burnt in; drawn once for all who watch."""
    artist = _Artist(camera, source, sub)
    with ThreadPoolExecutor(1, thread_name_prefix=f"redraw:{camera.camera_id}") as own_thread:
        drawing = asyncio.get_running_loop().run_in_executor(own_thread, artist.draw)
        try:
            yield artist.ring
        finally:
            artist.stop()
            await asyncio.wait({drawing})
    drawing.result()


class _Artist:
    """A thread between two rings."""

    def __init__(self, camera: Camera, source: PacketRing, sub: bool) -> None:
        self.ring = new_ring()
        self._source, self._sub = source, sub
        self._redrawer = Redrawer(camera.masks, max_width=SMALL_WIDTH, max_fps=SMALL_FPS)
        self._waiting: deque[EncodedPacket] = deque()
        self._wake = threading.Condition()
        self._stopping = self._skipping = False

    def draw(self) -> None:
        for packet in self._source.join(self._hear):
            self._hear(packet)
        try:
            while (packet_or_none := self._next()) is not None:
                for drawn in self._redrawer.feed(packet_or_none):
                    self.ring.put(drawn)
        finally:
            self._source.leave(self._hear)

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()

    def _next(self) -> EncodedPacket | None:
        with self._wake:
            self._wake.wait_for(lambda: self._waiting or self._stopping)
            return None if self._stopping else self._waiting.popleft()

    def _hear(self, packet: EncodedPacket) -> None:
        if packet.header.is_sub != self._sub:
            return
        with self._wake:
            if len(self._waiting) >= BEHIND and not packet.is_key:
                self._skipping = True
            if packet.is_key:
                if self._skipping:
                    self._waiting.clear()
                self._skipping = False
            if not self._skipping:
                self._waiting.append(packet)
                self._wake.notify()
