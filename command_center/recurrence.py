"""Recurrence spots: where the same kind happens again and again, for prevention. Pure: tiles in, spots out.

A spot is a circle of `radius_m` in which at least `least` incidents of one kind began within `days`. They are found
greedily, the densest first, each incident counted in one spot only; equal inputs give equal spots.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime

from contracts.contract import Contract
from contracts.geo import distance_between
from contracts.kinds import Kind

MOST_SPOTS = 200
TILE_M = 25.0
"""incidents are counted by tiles of about this size before: a spot's place is as exact as that"""
NEWEST = 5
"""incidents of a spot that are named"""


@dataclass(frozen=True, slots=True)
class Tile:
    """Incidents of one kind on a few square metres."""

    kind: Kind
    count: int
    lat: float
    lon: float
    first_at: datetime
    last_at: datetime
    place_text: str
    """of the newest"""
    incident_ids: tuple[str, ...]
    """the newest ones, newest first"""


@dataclass(frozen=True, slots=True)
class Definition:
    """What counts as recurring; the settings."""

    days: int = 30
    least: int = 3
    radius_m: float = 100.0

    def words(self) -> tuple[str, str]:
        """As the screen says it, Chinese and English."""
        return (
            f"近{self.days}天同类≥{self.least}次（{self.radius_m:g} 米内；"
            "误报、并入、设备故障、涉密警情不计，演练与实战分开）",
            f"the same kind at least {self.least} times in {self.days} days within {self.radius_m:g} m; false, merged, "
            "device and confidential ones are not counted, drills and the real apart",
        )


class Spot(Contract):
    """A place where one kind recurs."""

    kind: Kind
    lat: float
    lon: float
    radius_m: float
    count: int
    first_at: AwareDatetime
    last_at: AwareDatetime
    place_text: str
    incident_ids: tuple[str, ...]
    """the newest of them, newest first"""


def spots(tiles: Iterable[Tile], definition: Definition) -> tuple[Spot, ...]:
    """The most frequent first."""
    by_kind: dict[Kind, list[Tile]] = {}
    for tile in tiles:
        by_kind.setdefault(tile.kind, []).append(tile)
    found = [spot for kind in sorted(by_kind) for spot in _of_kind(by_kind[kind], definition)]
    found.sort(key=lambda one: (-one.count, -one.last_at.timestamp(), one.kind, one.lat, one.lon))
    return tuple(found[:MOST_SPOTS])


def _of_kind(tiles: Sequence[Tile], definition: Definition) -> list[Spot]:
    left = {place: tile for place, tile in enumerate(sorted(tiles, key=lambda one: (one.lat, one.lon)))}
    near = _neighbours(left, definition.radius_m)
    sums = {place: sum(left[other].count for other in others) for place, others in near.items()}
    found: list[Spot] = []
    while sums:
        best = min(sums, key=lambda place: (-sums[place], place))
        if sums[best] < definition.least:
            break
        members = [place for place in near[best] if place in left]
        found.append(_spot([left[place] for place in members], definition.radius_m))
        for place in members:
            for other in near[place]:
                if other in sums:
                    sums[other] -= left[place].count
        for place in members:
            del left[place], sums[place]
    return found


def _neighbours(tiles: dict[int, Tile], radius_m: float) -> dict[int, list[int]]:
    """Place → the places within the radius, itself too, by cells as large as the radius."""
    cells: dict[tuple[int, int], list[int]] = {}
    where = {place: _cell(tile, radius_m) for place, tile in tiles.items()}
    for place, cell in where.items():
        cells.setdefault(cell, []).append(place)
    return {
        place: sorted(
            other
            for column in (x - 1, x, x + 1)
            for row in (y - 1, y, y + 1)
            for other in cells.get((column, row), ())
            if distance_between(tiles[place].lat, tiles[place].lon, tiles[other].lat, tiles[other].lon) <= radius_m
        )
        for place, (x, y) in where.items()
    }


def _cell(tile: Tile, radius_m: float) -> tuple[int, int]:
    # The width of a degree is that of this latitude's whole degree: neighbours must agree on it.
    lat_m = 111_320.0
    lon_m = lat_m * math.cos(math.radians(math.floor(tile.lat) + 0.5))
    return math.floor(tile.lon * lon_m / radius_m), math.floor(tile.lat * lat_m / radius_m)


def _spot(tiles: Sequence[Tile], radius_m: float) -> Spot:
    count = sum(tile.count for tile in tiles)
    newest = sorted(tiles, key=lambda tile: tile.last_at, reverse=True)
    return Spot(
        kind=tiles[0].kind,
        lat=round(math.fsum(tile.lat * tile.count for tile in tiles) / count, 6),
        lon=round(math.fsum(tile.lon * tile.count for tile in tiles) / count, 6),
        radius_m=radius_m,
        count=count,
        first_at=min(tile.first_at for tile in tiles),
        last_at=newest[0].last_at,
        place_text=next((tile.place_text for tile in newest if tile.place_text), ""),
        incident_ids=tuple(name for tile in newest for name in tile.incident_ids)[:NEWEST],
    )
