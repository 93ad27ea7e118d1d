"""Memory that FFmpeg and the arrays of pictures gave back goes back to the system.

A camera's thread ends with its connection and leaves what it freed in an arena of the C library's own, in pieces that
the next connection does not fit into: 48 cameras that broke 75 times grew from 302 to 349 MiB, with two arenas that are
trimmed from 285 to 281. Only glibc has arenas and these two calls; elsewhere nothing is done. Source: mallopt(3),
malloc_trim(3).
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_M_ARENA_MAX = -8
ARENAS = 2
TRIM_EVERY_S = 30.0


@contextmanager
def trimmed(every_s: float = TRIM_EVERY_S) -> Iterator[None]:
    """Within the block, by a thread of its own: a trim takes some milliseconds and holds no lock of Python's."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        yield
        return
    over = threading.Event()

    def trim() -> None:
        while not over.wait(every_s):
            library.malloc_trim(0)

    library.mallopt(_M_ARENA_MAX, ARENAS)
    thread = threading.Thread(target=trim, name="heap", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
