"""What a vision worker does with packets beside looking at them: keeps the last seconds, shows them live, films."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from contracts.cameras import Camera
from contracts.evidence import EvidenceStore
from detectors.watching import Report
from hub import clock
from hub.clips.keeper import ClipKeeper
from hub.live.desk import LiveDesk
from hub.live.server import serving
from hub.live.signature import secret_of
from hub.packets.ring import PacketRing
from hub.settings import Settings

KEPT = timedelta(seconds=12)
"""of a camera with rules: the seconds before a happening, and those that it takes to notice it"""


class KeptPackets:
    """One ring per camera; on the event loop."""

    def __init__(self, settings: Settings, store: EvidenceStore, tell: Callable[[Report], None]) -> None:
        """`tell` hears every report, and clips when they are stored.

        Raises:
            ConfigurationError: the live secret cannot be read or made.
        """
        self._vision, self._secret = settings.vision, secret_of(settings)
        self._desk = LiveDesk(clock.now)
        self._clips = ClipKeeper(store, tell=tell, clock=clock.now)
        self._filming: asyncio.Task[None]
        self.live_at = ""
        """host:port for consoles, while open"""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve and film while the block is open.

        Raises:
            ConfigurationError: the live port is in use.
        """
        vision = self._vision
        async with (
            self._desk.open(),
            serving(
                self._desk, host=vision.live_host, port=vision.live_port, secret=self._secret, clock=clock.now
            ) as self.live_at,
            asyncio.TaskGroup() as tasks,
        ):
            self._filming = tasks.create_task(self._clips.run(), name="clips")
            try:
                yield
            finally:
                self._filming.cancel()

    async def finish(self, within_s: float) -> None:
        """Store the clips that are being filmed as far as they are, before the process leaves."""
        self._filming.cancel()
        await asyncio.wait({self._filming})
        await self._clips.finish(within_s)

    def add(self, camera: Camera) -> PacketRing:
        """The ring that the camera's thread fills. Without rules the group that arrives is enough: for live view."""
        keep = KEPT if camera.rules else timedelta(0)
        ring = PacketRing(keep=keep, max_bytes=self._vision.ring_mb * 1024 * 1024)
        self._desk.add(camera, ring)
        self._clips.add(camera, ring)
        return ring

    def remove(self, camera_id: str) -> None:
        """A camera that is no longer held."""
        self._desk.remove(camera_id)
        self._clips.remove(camera_id)

    def is_watched(self, camera_id: str) -> bool:
        """Whether an operator looks at it live."""
        return self._desk.is_watched(camera_id)

    def report(self, report: Report) -> None:
        """What a rule says of pictures: told, and filmed."""
        self._clips.report(report)
