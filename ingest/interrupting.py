"""A read that waits in FFmpeg for a silent camera ends when its thread is told to stop, not only at its timeout.

While FFmpeg waits, PyAV asks the clock ten times a second whether the read has had its time; that is the only hook it
gives (to close a container from another thread is a segmentation fault). So PyAV's clock leaps for a thread that shall
stop. Should a later PyAV not ask this clock, reads end by their timeout as before: `tests/ingest/test_interrupting.py`
tells.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import av.container.core

LEAP_S = 1e6
"""longer than any timeout; each look at the clock is so much later, for a read may also begin after the stop"""


class _Clock:
    """`time` as PyAV sees it: the module but for one function."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def monotonic(self) -> float:
        stopping: threading.Event | None = getattr(self._of_thread, "stopping", None)
        if stopping is None or not stopping.is_set():
            return time.monotonic()
        self._of_thread.leaps = leaps = self._of_thread.leaps + 1
        return time.monotonic() + LEAP_S * float(leaps)

    @contextmanager
    def leaps_when(self, stopping: threading.Event) -> Iterator[None]:
        self._of_thread.stopping, self._of_thread.leaps = stopping, 0
        try:
            yield
        finally:
            self._of_thread.stopping = None

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)


_CLOCK = _Clock()
vars(av.container.core)["time"] = _CLOCK


@contextmanager
def ended_by(stopping: threading.Event) -> Iterator[None]:
    """What this thread reads by PyAV in the block ends with `av.error.ExitError` soon after `stopping` is set."""
    with _CLOCK.leaps_when(stopping):
        yield
