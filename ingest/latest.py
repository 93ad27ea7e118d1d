"""The one place between a camera's thread and the detectors: it holds one picture, and the newest wins."""

import asyncio
import threading
from collections.abc import Callable

from contracts.frames import Frame


class LatestFrame:
    """A mailbox for one frame. `put` from any thread; `get` and `take` on one event loop, by one reader.

    A frame that nobody took before the next one came is lost and counted in `lost`: an old picture is worth nothing.
    `on_put`, if given, is called on the putting thread after each frame (a reader of many mailboxes wakes by it).
    """

    def __init__(self, on_put: Callable[[], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._filled = asyncio.Event()
        self._on_put = on_put
        self.lost = 0

    def put(self, frame: Frame) -> None:
        """Leave the newest frame; never waits."""
        with self._lock:
            self.lost += self._frame is not None
            self._frame = frame
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._filled.set)
        if self._on_put is not None:
            self._on_put()

    def take(self) -> Frame | None:
        """The newest frame if there is one that was not taken yet; never waits."""
        with self._lock:
            frame, self._frame = self._frame, None
        return frame

    async def get(self) -> Frame:
        """The newest frame; waits for the next one when it was taken already."""
        try:
            while True:
                self._filled.clear()
                with self._lock:
                    frame, self._frame = self._frame, None
                    self._loop = asyncio.get_running_loop() if frame is None else None
                if frame is not None:
                    return frame
                await self._filled.wait()
        finally:
            with self._lock:  # a camera's thread must not wake a loop that nobody waits on, or that is closed
                self._loop = None
