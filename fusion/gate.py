"""The gate: which incidents are worth weighing for a signal, found by cells of 250 m instead of by looking at all."""

import math
from collections.abc import Iterator

CELL_M = 250.0


class CellIndex:
    """Names by the cell of their place; a look-up touches only the cells that a circle meets."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[str, None]] = {}
        self._cell_of: dict[str, tuple[int, int]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._cell_of

    def put(self, name: str, x: float, y: float) -> None:
        """Enter or move a name, metres."""
        cell = (math.floor(x / CELL_M), math.floor(y / CELL_M))
        if self._cell_of.get(name) == cell:
            return
        self.drop(name)
        self._cell_of[name] = cell
        self._cells.setdefault(cell, {})[name] = None

    def drop(self, name: str) -> None:
        """Take a name out; one that is not there is no mistake."""
        cell = self._cell_of.pop(name, None)
        if cell is None:
            return
        names = self._cells[cell]
        del names[name]
        if not names:
            del self._cells[cell]

    def near(self, x: float, y: float, radius_m: float) -> tuple[int, list[str]]:
        """(cells looked at, names in them, in a fixed order); some lie outside the circle, none inside is missed."""
        cells = 0
        found: list[str] = []
        for cell in _cells_of(x, y, radius_m):
            cells += 1
            found.extend(self._cells.get(cell, ()))
        found.sort()
        return cells, found


def _cells_of(x: float, y: float, radius_m: float) -> Iterator[tuple[int, int]]:
    for column in range(math.floor((x - radius_m) / CELL_M), math.floor((x + radius_m) / CELL_M) + 1):
        for row in range(math.floor((y - radius_m) / CELL_M), math.floor((y + radius_m) / CELL_M) + 1):
            yield column, row
