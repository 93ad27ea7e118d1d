import time
from pathlib import Path

import numpy as np

from hub.heap import trimmed

PIECE, PIECES = 60_000, 2_000
"""bytes: smaller than what the C library maps on its own, so that it stays in an arena when it is freed"""


def test_what_was_freed_goes_back_to_the_system() -> None:
    held = [np.ones(PIECE, np.uint8) for _ in range(PIECES)]
    full, last = _resident_bytes(), held[-1]
    held.clear()
    until_s = time.monotonic() + 20
    with trimmed(every_s=0.02):
        while _resident_bytes() > full - PIECE * PIECES / 2:
            assert time.monotonic() < until_s
            time.sleep(0.02)
    assert last.sum() == PIECE


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
