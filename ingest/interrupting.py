"""A read that waits in FFmpeg for a silent camera ends when its thread is told to stop, not only at its timeout.

While FFmpeg waits, PyAV asks the clock ten times a second whether the read has had its time; that is the only hook it
gives (to close a container from another thread is a segmentation fault). So PyAV's clock leaps for a thread that shall
stop. It asks a thousand times a second where packets come, so it is given this clock only while somebody shall stop:
one thread of the process looks out for that. Should a later PyAV not ask this clock, reads end by their timeout as
before: `tests/ingest/test_interrupting.py` tells.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import av.container.core

LEAP_S = 1e6
"""longer than any timeout; each look at the clock is so much later, for a read may also begin after the stop"""
LOOK_OUT_S = 0.1


class _Clock:
    """`time` as PyAV sees it while somebody shall stop: the module but for one function."""

    def __init__(self) -> None:
        self.stopping: dict[int, threading.Event] = {}
        """by thread; every thread that may wait in FFmpeg"""
        self._leaps = threading.local()

    def monotonic(self) -> float:
        stopping = self.stopping.get(threading.get_ident())
        if stopping is None or not stopping.is_set():
            return time.monotonic()
        self._leaps.count = leaps = getattr(self._leaps, "count", 0) + 1
        return time.monotonic() + LEAP_S * float(leaps)

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)


class _LookOut:
    """Swaps PyAV's clock; its thread lives while there is a thread to look out for."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._lock = threading.Lock()
        self._looking = False

    def add(self, stopping: threading.Event) -> None:
        with self._lock:
            self._clock.stopping[threading.get_ident()] = stopping
            if not self._looking:
                self._looking = True
                threading.Thread(target=self._look, name="ingest: stops", daemon=True).start()

    def remove(self) -> None:
        with self._lock:
            del self._clock.stopping[threading.get_ident()]

    def _look(self) -> None:
        while True:
            with self._lock:
                wanted = any(stopping.is_set() for stopping in self._clock.stopping.values())
                vars(av.container.core)["time"] = self._clock if wanted else time
                if not self._clock.stopping:
                    self._looking = False
                    return
            time.sleep(LOOK_OUT_S)


_LOOK_OUT = _LookOut()


@contextmanager
def ended_by(stopping: threading.Event) -> Iterator[None]:
    """What this thread reads by PyAV in the block ends with `av.error.ExitError` soon after `stopping` is set."""
    _LOOK_OUT.add(stopping)
    try:
        yield
    finally:
        _LOOK_OUT.remove()
