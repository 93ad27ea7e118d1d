"""The gate's index: what may be near a signal, found by cells of 250 m instead of by looking at everything."""

import math
from collections.abc import Iterator
from typing import NamedTuple

CELL_M = 250.0
_HAIR_M = 1e-6
"""cells are looked into so far beyond a circle: what lies on its edge, but for rounding, may be in the next one"""


class Footprint(NamedTuple):
    """Where and when something is, as far as the gate needs it: metres, and seconds since 1970."""

    x: float
    y: float
    slack_m: float = 0.0
    """how far off the place may be"""
    first: float = 0.0
    last: float = 0.0
    before_s: float = 0.0
    """how much earlier than `first` one of its signals may still have happened"""
    after_s: float = 0.0
    """how long after `last` its kinds still speak"""
    exercise: bool = False


class CellIndex:
    """Footprints by name and by the cell of their place; a look-up touches only the cells that a circle meets."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[str, Footprint]] = {}
        self._cell_of: dict[str, tuple[int, int]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._cell_of

    def put(self, name: str, footprint: Footprint) -> None:
        """Enter or move a name."""
        cell = (math.floor(footprint.x / CELL_M), math.floor(footprint.y / CELL_M))
        if self._cell_of.get(name, cell) != cell:
            self.drop(name)
        self._cell_of[name] = cell
        self._cells.setdefault(cell, {})[name] = footprint

    def drop(self, name: str) -> None:
        """Take a name out; one that is not there is no mistake."""
        cell = self._cell_of.pop(name, None)
        if cell is None:
            return
        names = self._cells[cell]
        del names[name]
        if not names:
            del self._cells[cell]

    def near(self, x: float, y: float, radius_m: float) -> list[str]:
        """The names whose place lies in a circle, in a fixed order."""
        found = [
            name
            for cell in self.cells(x, y, radius_m)
            for name, footprint in cell.items()
            if math.hypot(footprint.x - x, footprint.y - y) <= radius_m
        ]
        found.sort()
        return found

    def cells(self, x: float, y: float, radius_m: float) -> Iterator[dict[str, Footprint]]:
        """The contents of the cells that a circle meets, empty ones left out."""
        reach = radius_m + _HAIR_M
        for column in range(math.floor((x - reach) / CELL_M), math.floor((x + reach) / CELL_M) + 1):
            for row in range(math.floor((y - reach) / CELL_M), math.floor((y + reach) / CELL_M) + 1):
                if (names := self._cells.get((column, row))) is not None:
                    yield names
