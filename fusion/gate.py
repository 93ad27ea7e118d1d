"""The gate's index: what may be near a signal, found by cells of 250 m instead of by looking at everything."""

import math
from bisect import bisect_left, insort
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

    @property
    def until(self) -> float:
        """How long its own kinds speak of it."""
        return self.last + self.after_s


Entry = tuple[float, str, Footprint]
"""(−`until`, name, footprint): what speaks longest comes first"""


class CellIndex:
    """Footprints by name and by the cell of their place; a look-up touches only the cells that a circle meets."""

    def __init__(self) -> None:
        self._columns: dict[int, dict[int, list[Entry]]] = {}
        self._where: dict[str, tuple[int, int, float]] = {}
        """name → its column, row and −`until`"""

    def __contains__(self, name: str) -> bool:
        return name in self._where

    def put(self, name: str, footprint: Footprint) -> None:
        """Enter or move a name."""
        self.drop(name)
        column, row, minus = math.floor(footprint.x / CELL_M), math.floor(footprint.y / CELL_M), -footprint.until
        self._where[name] = column, row, minus
        insort(self._columns.setdefault(column, {}).setdefault(row, []), (minus, name, footprint))

    def drop(self, name: str) -> None:
        """Take a name out; one that is not there is no mistake."""
        known = self._where.pop(name, None)
        if known is None:
            return
        column, row, minus = known
        rows = self._columns[column]
        entries = rows[row]
        del entries[bisect_left(entries, (minus, name))]
        if not entries:
            del rows[row]
        if not rows:
            del self._columns[column]

    def near(self, x: float, y: float, radius_m: float) -> list[str]:
        """The names whose place lies in a circle, in a fixed order."""
        found = [
            name
            for cell in self.cells(x, y, radius_m)
            for _, name, footprint in cell
            if math.hypot(footprint.x - x, footprint.y - y) <= radius_m
        ]
        found.sort()
        return found

    def cells(self, x: float, y: float, radius_m: float) -> list[list[Entry]]:
        """The contents of the cells that a circle meets, empty ones left out; in each, what speaks longest first."""
        reach, found = radius_m + _HAIR_M, list[list[Entry]]()
        rows = range(math.floor((y - reach) / CELL_M), math.floor((y + reach) / CELL_M) + 1)
        for column in range(math.floor((x - reach) / CELL_M), math.floor((x + reach) / CELL_M) + 1):
            if (there := self._columns.get(column)) is not None:
                found += [there[row] for row in rows if row in there]
        return found
