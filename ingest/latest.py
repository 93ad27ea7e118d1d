"""The one place between a camera's thread and the detectors: it holds one picture, and the newest wins."""

import threading
from collections.abc import Callable
from dataclasses import replace

from contracts.frames import Frame


class LatestFrame:
    """A mailbox for one frame, put and taken from any thread; it has one reader.

    A frame that nobody took before the next one came is lost and counted in `lost`: an old picture is worth nothing.
    `on_put`, if given, is called on the putting thread after each frame: a reader of many mailboxes wakes by it.
    """

    def __init__(self, on_put: Callable[[], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._on_put = on_put
        self.lost = self.put_count = 0

    def put(self, frame: Frame) -> None:
        """Leave the newest frame; never waits."""
        with self._lock:
            if self._frame is not None:
                self.lost += 1
                if self._frame.moved and not frame.moved:  # the look that was asked for is still owed
                    frame = replace(frame, moved=True)
            self._frame = frame
            self.put_count += 1
        if self._on_put is not None:
            self._on_put()

    def take(self) -> Frame | None:
        """The newest frame if there is one that was not taken yet; never waits."""
        with self._lock:
            frame, self._frame = self._frame, None
        return frame
