"""Live pictures passed on: one stream per camera from its vision worker, however many look.

A frame is built once and the same bytes go to every viewer. The newest group of pictures is kept, so that a new viewer
has a picture at once; one whose line is too slow misses pictures up to the next keyframe and holds up nobody.
"""

import asyncio
import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import Counter, Gauge

from command_center.push import Wire, binary_frame, close_frame, text_frame
from contracts.errors import CameraUnavailable, Outage
from contracts.packets import Init, LiveSource, Piece, Wish

log = logging.getLogger(__name__)

VIEWERS = Gauge("hub_live_viewers", "live pictures open in browsers")
DROPPED = Counter("hub_live_dropped_total", "pictures that a slow viewer was not sent")

SIGNED_OUT, NO_PICTURE = 4401, 4409
SLOW_BYTES, CAUGHT_UP_BYTES = 1_500_000, 200_000
"""unsent bytes at which a viewer begins to miss pictures, and at which a keyframe finds it ready again"""
GROUP_BYTES = 8 * 1024 * 1024
LINGER_S = 5.0
"""a stream that nobody watches is kept so long: who flips through a wall of cameras comes back"""
GIVE_UP_S = 20.0
FIRST_DELAY_S, LONGEST_DELAY_S = 0.2, 3.0


@dataclass(slots=True, eq=False)
class Viewer:
    """One open picture in one browser."""

    wire: Wire
    login: str
    session: str = ""
    behind: bool = True
    """waits for a keyframe"""
    sent: int = 0
    dropped: int = 0

    def begin(self, opening: bytes, pictures: int) -> None:
        """The start of a stream, with the pictures that lead up to now."""
        self.wire.write(opening)
        self.behind, self.sent = pictures == 0, self.sent + pictures

    def take(self, frame: bytes, *, is_key: bool) -> None:
        """The next picture, unless the line is too slow for it."""
        backlog = self.wire.backlog()
        if self.behind:
            self.behind = not is_key or backlog > CAUGHT_UP_BYTES
        elif backlog > SLOW_BYTES:
            self.behind = True
        if self.behind or backlog < 0:
            self.dropped += 1
            DROPPED.inc()
            return
        self.sent += 1
        self.wire.write(frame)


@dataclass(slots=True)
class _Stream:
    """One stream of one camera, and who watches it."""

    wish: Wish
    heard_s: float
    viewers: list[Viewer] = field(default_factory=list)
    opening: bytes = b""
    group: list[bytes] = field(default_factory=list)
    group_bytes: int = 0
    task: asyncio.Task[None] | None = None
    closing: asyncio.TimerHandle | None = None

    def join(self, viewer: Viewer) -> None:
        self.viewers.append(viewer)
        if self.opening:
            viewer.begin(b"".join((self.opening, *self.group)), len(self.group))

    def hand_on(self, piece: Piece) -> None:
        if isinstance(piece, Init):
            self._begin_anew(piece)
            return
        frame = binary_frame(piece.data)
        if piece.is_key:
            self.group, self.group_bytes = [], 0
        if piece.is_key or self.group:
            self.group.append(frame)
            self.group_bytes += len(frame)
        if self.group_bytes > GROUP_BYTES:
            self.group, self.group_bytes = [], 0  # whoever comes now waits for the next keyframe
        for viewer in self.viewers:
            viewer.take(frame, is_key=piece.is_key)

    def _begin_anew(self, init: Init) -> None:
        head = {"type": "stream", "mime": init.mime, "codec": init.codec, "width": init.width, "height": init.height}
        self.opening = text_frame(json.dumps(head).encode()) + binary_frame(init.data)
        self.group, self.group_bytes = [], 0
        for viewer in self.viewers:
            viewer.begin(self.opening, 0)

    def tell(self, outage: Outage) -> None:
        """Why there is no picture for the moment."""
        fault = outage.fault.value if isinstance(outage, CameraUnavailable) else "worker"
        self.opening, self.group, self.group_bytes = b"", [], 0
        frame = text_frame(json.dumps({"type": "waiting", "fault": fault}).encode())
        for viewer in self.viewers:
            viewer.wire.write(frame)


class LiveRelay:
    """All live pictures of this console; on the event loop."""

    def __init__(self, source: LiveSource, live_at: Callable[[str], str], monotonic_s: Callable[[], float]) -> None:
        """`live_at`: camera → address of the worker that shows it, empty while there is none."""
        self._source, self._live_at, self._monotonic_s = source, live_at, monotonic_s
        self._streams: dict[Wish, _Stream] = {}
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Fetch what is watched, until cancelled."""
        async with asyncio.TaskGroup() as self._tasks:
            await asyncio.Event().wait()

    def join(self, wish: Wish, viewer: Viewer) -> None:
        """Show it from now on; the stream is fetched when nobody watches it yet."""
        stream = self._streams.get(wish)
        if stream is None:
            assert self._tasks is not None, "the relay does not run"
            stream = self._streams[wish] = _Stream(wish, self._monotonic_s())
            stream.task = self._tasks.create_task(self._fetch(stream), name=f"live {wish.camera_id}")
        if stream.closing is not None:
            stream.closing.cancel()
            stream.closing = None
        stream.join(viewer)
        VIEWERS.inc()

    def leave(self, wish: Wish, viewer: Viewer) -> None:
        """Show it no more."""
        stream = self._streams.get(wish)
        if stream is None or viewer not in stream.viewers:
            return
        stream.viewers.remove(viewer)
        VIEWERS.dec()
        if not stream.viewers:
            stream.closing = asyncio.get_running_loop().call_later(LINGER_S, self._drop, stream)

    def watching(self, login: str) -> int:
        """How many pictures this person has open."""
        return sum(viewer.login == login for stream in self._streams.values() for viewer in stream.viewers)

    def sessions(self) -> set[str]:
        """Hashes of the sessions that look at something."""
        return {one.session for stream in self._streams.values() for one in stream.viewers if one.session}

    def end_sessions(self, over: set[str]) -> None:
        """Close what is open under sessions that are over."""
        for stream in list(self._streams.values()):
            self._close(stream, [one for one in stream.viewers if one.session in over], SIGNED_OUT, "signed out")

    async def _fetch(self, stream: _Stream) -> None:
        delay_s, why = FIRST_DELAY_S, ""
        while self._monotonic_s() - stream.heard_s < GIVE_UP_S:
            try:
                await self._pass_on(stream)
            except Outage as outage:
                log.info("live %s: %s", stream.wish.camera_id, outage)
                why = str(outage)
                stream.tell(outage)
            fresh = self._monotonic_s() - stream.heard_s < 1.0
            delay_s = FIRST_DELAY_S if fresh else min(LONGEST_DELAY_S, delay_s * 2)
            await asyncio.sleep(delay_s * random.uniform(0.7, 1.3))
        self._close(stream, list(stream.viewers), NO_PICTURE, why[:100])
        self._drop(stream)

    async def _pass_on(self, stream: _Stream) -> None:
        address = self._live_at(stream.wish.camera_id)
        if not address:
            raise Outage("no vision worker shows this camera")
        async with self._source.open(stream.wish, address) as pieces:
            async for piece in pieces:
                stream.heard_s = self._monotonic_s()
                stream.hand_on(piece)

    def _close(self, stream: _Stream, viewers: list[Viewer], code: int, why: str) -> None:
        for viewer in viewers:
            viewer.wire.write(close_frame(code, why))
            self.leave(stream.wish, viewer)

    def _drop(self, stream: _Stream) -> None:
        if self._streams.get(stream.wish) is stream:
            del self._streams[stream.wish]
        if stream.task is not None:
            stream.task.cancel()
