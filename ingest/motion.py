"""A cheap gate before the detector: has anything in the grey picture changed? Forced looks catch what stands still."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]

CELLS = (36, 64)
"""rows, columns of the grid that the picture is shrunk to"""

CHANGED_BY = 10.0
"""grey levels by which a cell must differ from what it usually shows"""

CHANGED_CELLS = 3
FORCED_EVERY = timedelta(seconds=10)
"""A standing crowd and a person on the ground do not move: look at least this often."""

ADAPT = 0.1


@dataclass(frozen=True, slots=True)
class Gate:
    """What the picture usually shows, and when it was last looked at."""

    usual: npt.NDArray[np.float32] | None = None
    looked_at: datetime | None = None


def luma_of(bgr: npt.NDArray[np.uint8]) -> Luma:
    """The green plane of a BGR picture (height, width, 3): close enough to grey, and free."""
    return bgr[:, :, 1]


def step(gate: Gate, luma: Luma, at: datetime, *, forced_every: timedelta = FORCED_EVERY) -> tuple[Gate, bool]:
    """The next state, and whether the detector should look at this picture.

    A change of light over the whole picture is not motion: the mean is taken out first. `luma` is (height, width).
    """
    cells = shrink(luma)
    cells -= cells.mean()
    if gate.usual is None or gate.usual.shape != cells.shape or gate.looked_at is None:
        return Gate(cells, at), True
    moved = int(np.count_nonzero(np.abs(cells - gate.usual) > CHANGED_BY)) >= CHANGED_CELLS
    looks = moved or at - gate.looked_at >= forced_every
    usual = gate.usual + ADAPT * (cells - gate.usual)
    return Gate(usual.astype(np.float32), at if looks else gate.looked_at), looks


def shrink(luma: Luma) -> npt.NDArray[np.float32]:
    """The mean grey of each cell, from every fourth pixel of it or so; shape `CELLS` or the picture's, if smaller."""
    height, width = luma.shape
    rows, columns = min(CELLS[0], height), min(CELLS[1], width)
    tall, wide = height // rows, width // columns
    cut = luma[: rows * tall, : columns * wide].reshape(rows, tall, columns, wide)
    means: npt.NDArray[np.float32] = cut[:, :: max(1, tall // 4), :, :: max(1, wide // 4)].mean(
        axis=(1, 3), dtype=np.float32
    )
    return means
