"""Cameras that a browser can look at: their health on the bus, their pictures from a small clip."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from contracts.bus import Record
from contracts.cameras import CameraHealth, CameraStatus
from contracts.packets import Init, Piece, Wish
from contracts.topics import CAMERA_STATUS
from contracts.wire import encode
from hub import clock
from hub.loopback import LoopbackBus
from hub.packets.muxer import Muxer
from tests.clips import make_clip
from tests.hub.packets.encoded import packets_of

WORKER = "http://127.0.0.1:1"


async def speak(bus: LoopbackBus, camera_id: str, health: CameraHealth = CameraHealth.ONLINE, **more: object) -> None:
    """What a vision worker says of a camera."""
    now = clock.now()
    status = CameraStatus.model_validate({
        "camera_id": camera_id, "health": health, "at": now, "since": now, "codec": "h264", "width": 320,
        "height": 180, "live_at": WORKER, "last_picture": f"last/{camera_id}.jpg", "last_frame_at": now, **more,
    })  # fmt: skip
    value = encode(
        status, event_id=f"{camera_id}|{now.isoformat()}", source="test", event_type=CAMERA_STATUS.event_type, time=now
    )
    await bus.publish([Record(CAMERA_STATUS, camera_id, value)])


class Clip:
    """A `LiveSource` that plays a clip over and over at its own pace, on a clock that only goes forward."""

    def __init__(self, path: Path, seconds: int = 8) -> None:
        packets = packets_of(make_clip(path, seconds=seconds), annex_b=True)
        muxer = Muxer()
        self._pieces: Sequence[Piece] = [piece for packet in packets for piece in muxer.mux(packet)]
        self.opened: list[Wish] = []

    @asynccontextmanager
    async def open(self, wish: Wish, address: str) -> AsyncIterator[AsyncIterator[Piece]]:
        """See `contracts.packets.LiveSource`."""
        assert address == WORKER
        self.opened.append(wish)
        yield self._play()

    async def _play(self) -> AsyncIterator[Piece]:
        for piece in self._pieces:
            yield piece
            if not isinstance(piece, Init):
                await asyncio.sleep(0.1)
