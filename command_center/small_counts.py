"""Disputes and petitions on a map: counts per grid, and none so small that it points at somebody (P15). Pure."""

from collections.abc import Iterable, Mapping

from contracts.contract import Contract

LEAST = 3
"""a count below this is shown as «<3» and leaves the hub as nothing else"""


class CountedGrid(Contract):
    """One grid's work items. A null count stands for «<3»: one or two; a source without any is left out."""

    grid_code: str
    counts: dict[str, int | None]
    """dispute, petition → how many"""


class GridCounts(Contract):
    """Counts by grid. There are no sums, here or elsewhere, from which a small count could be worked out."""

    least: int = LEAST
    grids: tuple[CountedGrid, ...]


def shown(count: int) -> int | None:
    """What of a count may be told."""
    return count if count >= LEAST else None


def counted(rows: Iterable[Mapping[str, object]]) -> GridCounts:
    """`rows`: grid_code, source and count, each pair once."""
    grids: dict[str, dict[str, int | None]] = {}
    for row in rows:
        count = int(str(row["count"]))
        if count > 0:
            grids.setdefault(str(row["grid_code"]), {})[str(row["source"])] = shown(count)
    return GridCounts(
        grids=tuple(
            CountedGrid(grid_code=code, counts=dict(sorted(counts.items()))) for code, counts in sorted(grids.items())
        )
    )
