"""What a vision worker shows live: for each wish the stream that suits it, from the newest keyframe on."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from contracts.cameras import Camera
from contracts.errors import CameraFault, CameraUnavailable, Refused
from contracts.packets import EncodedPacket, Piece, Wish
from hub.live.listening import Listening
from hub.live.shared import Shared
from hub.live.sources import connected, drawn_anew
from hub.packets.muxer import Muxer
from hub.packets.ring import PacketRing
from ingest.decoder import decode_camera
from ingest.thread import Decode

FIRST_S = 8.0
"""a camera that says nothing for so long is told to be without a picture"""
SILENT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Held:
    camera: Camera
    ring: PacketRing


class LiveDesk:
    """Cameras are added as the worker takes them; on the event loop.

    A camera with privacy masks is only ever shown drawn anew, small, with the masks burnt in: its own packets hold the
    pixels that nobody may see (docs/decisions/0011-live-pictures.md).
    """

    def __init__(self, clock: Callable[[], datetime], decode: Decode = decode_camera) -> None:
        self._clock, self._decode = clock, decode
        self._held: dict[str, _Held] = {}
        self._watched: Counter[str] = Counter()
        self._shared: Shared[tuple[str, str, bool], PacketRing] | None = None
        self.skipped = 0
        """packets that a console took too slowly"""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Shared connections live while the block is open; leave it by cancelling what uses them first."""
        async with asyncio.TaskGroup() as tasks:
            self._shared = Shared(tasks)
            yield

    def add(self, camera: Camera, ring: PacketRing) -> None:
        """A camera whose connection fills `ring`."""
        self._held[camera.camera_id] = _Held(camera, ring)

    def remove(self, camera_id: str) -> None:
        """A camera that this worker no longer holds: whoever watches it is sent elsewhere."""
        self._held.pop(camera_id, None)

    def is_watched(self, camera_id: str) -> bool:
        """Whether an operator looks at it now."""
        return self._watched[camera_id] > 0

    async def pieces(self, wish: Wish) -> AsyncGenerator[Piece, None]:
        """What a player needs, for ever.

        Raises:
            CameraUnavailable: no picture came for some seconds.
            Refused: this worker does not hold the camera, or no longer.
        """
        held = self._of(wish.camera_id)
        self._watched[wish.camera_id] += 1
        try:
            muxer = Muxer()
            for piece in self._meanwhile(held, wish, muxer):
                yield piece
            async with self._suited(held, wish) as (ring, sub), Listening(ring, sub=sub) as packets:
                while self._of(wish.camera_id) is held:
                    for piece in muxer.mux(await _soon(packets, SILENT_S)):
                        yield piece
                    self.skipped, packets.skipped = self.skipped + packets.skipped, 0
        finally:
            self._watched[wish.camera_id] -= 1

    def _meanwhile(self, held: _Held, wish: Wish, muxer: Muxer) -> tuple[Piece, ...]:
        """One picture of the stream that is there, while another connection waits for its first keyframe."""
        sub, group = wish.sub and held.camera.sub_url is not None, held.ring.group()
        if held.camera.masks or not group or group[0].header.is_sub is sub or not _plays(group[0].header.codec, wish):
            return ()
        return muxer.mux(group[0])

    def _of(self, camera_id: str) -> _Held:
        held = self._held.get(camera_id)
        if held is None:
            raise Refused(f"this worker does not hold camera {camera_id}")
        return held

    @asynccontextmanager
    async def _suited(self, held: _Held, wish: Wish) -> AsyncIterator[tuple[PacketRing, bool | None]]:
        """The ring that suits the wish, and which of its streams."""
        camera, masked = held.camera, bool(held.camera.masks)
        has_sub = camera.sub_url is not None
        sub = has_sub and (wish.sub or masked)
        async with AsyncExitStack() as opened:
            raw = await opened.enter_async_context(self._raw(held, sub))
            if not masked and _plays(await _codec_of(raw, sub), wish):
                yield raw, sub
                return
            if not masked and has_sub and not sub:
                other = await opened.enter_async_context(self._raw(held, True))
                if _plays(await _codec_of(other, True), wish):
                    yield other, True
                    return
            yield await opened.enter_async_context(self._drawn(camera, raw, sub)), None

    @asynccontextmanager
    async def _raw(self, held: _Held, sub: bool) -> AsyncIterator[PacketRing]:
        """The camera's packets of this stream: from the connection that vision has anyway, else from one more."""
        newest = held.ring.newest
        if (newest.header.is_sub if newest else False) is sub:
            yield held.ring
            return
        camera = held.camera
        key = (camera.camera_id, "connection", sub)
        async with self._shares.use(
            key, lambda: connected(camera, sub=sub, clock=self._clock, decode=self._decode)
        ) as ring:
            yield ring

    @asynccontextmanager
    async def _drawn(self, camera: Camera, raw: PacketRing, sub: bool) -> AsyncIterator[PacketRing]:
        key = (camera.camera_id, "drawn anew", sub)
        async with self._shares.use(key, lambda: drawn_anew(camera, raw, sub=sub)) as ring:
            yield ring

    @property
    def _shares(self) -> Shared[tuple[str, str, bool], PacketRing]:
        assert self._shared is not None, "the desk is not open"
        return self._shared


def _plays(codec: str, wish: Wish) -> bool:
    return codec == "h264" or (codec == "hevc" and wish.hevc)


async def _codec_of(ring: PacketRing, sub: bool) -> str:
    async with Listening(ring, sub=sub) as packets:
        return (await _soon(packets, FIRST_S)).header.codec


async def _soon(packets: Listening, within_s: float) -> EncodedPacket:
    try:
        async with asyncio.timeout(within_s):
            return await packets.next()
    except TimeoutError:
        raise CameraUnavailable(CameraFault.TIMEOUT, f"no packet for {within_s:.0f} s") from None
