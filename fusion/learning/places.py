"""Where and when things happen, and what the cameras see of it: smoothed counts by cell and by hour, and coverage."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence

from contracts.cameras import Camera
from contracts.geo import EARTH_RADIUS_M, bearing_deg
from contracts.geo import GeoPoint as Point
from fusion.heard import Heard
from fusion.learning.labels import Label, metres
from fusion.model import DAY, HOUR

CELL_SIDES_DEG = (0.02, 0.01, 0.005, 0.0025)
ENOUGH_PER_CELL = 4.0
CELL_WEIGHT = 1.5
"""happenings by which a cell's count is drawn towards the city's mean"""
HOUR_WEIGHT = 10.0
SAMPLES = 5
"""points a side of a cell at which coverage is looked at"""

Cell = tuple[int, int]


class Ground:
    """The cells in which anything was heard at all, the farthest hundredths left out."""

    def __init__(self, heard: Sequence[Heard], side_deg: float) -> None:
        self.side_deg = side_deg
        south, north = _inner([one.lat for one in heard])
        west, east = _inner([one.lon for one in heard])
        self._rows = range(math.floor(south / side_deg), math.floor(north / side_deg) + 1)
        self._columns = range(math.floor(west / side_deg), math.floor(east / side_deg) + 1)
        side_m = math.radians(side_deg) * EARTH_RADIUS_M
        self.cell_km2 = side_m * side_m * math.cos(math.radians((south + north) / 2)) / 1e6

    def cells(self) -> list[Cell]:
        """All of them, from the south-west."""
        return [(row, column) for row in self._rows for column in self._columns]

    @property
    def km2(self) -> float:
        """Their area."""
        return len(self._rows) * len(self._columns) * self.cell_km2

    def cell_of(self, lat: float, lon: float) -> Cell:
        """The cell of a place, whether it is one of these or not."""
        return math.floor(lat / self.side_deg), math.floor(lon / self.side_deg)


def ground_of(heard: Sequence[Heard], happened: int) -> Ground:
    """Cells as fine as the confirmed happenings allow: about four in each."""
    for side, finer in itertools.pairwise(CELL_SIDES_DEG):
        if happened / len(Ground(heard, finer).cells()) < ENOUGH_PER_CELL:
            return Ground(heard, side)
    return Ground(heard, CELL_SIDES_DEG[-1])


def cells(labels: Iterable[Label], ground: Ground) -> dict[str, float]:
    """«row,column» → how much oftener than the city's mean something begins there."""
    counts = Counter(ground.cell_of(*label.place) for label in labels if label.real)
    inside = ground.cells()
    mean = sum(counts[cell] for cell in inside) / len(inside)
    if mean == 0.0:
        return {}
    return {
        f"{row},{column}": round((counts[(row, column)] + CELL_WEIGHT) / (mean + CELL_WEIGHT), 4)
        for row, column in inside
    }


def hours(labels: Iterable[Label], utc_offset_h: float) -> tuple[float, ...]:
    """24 factors, hour of the local day."""
    counts = Counter(int((label.first + utc_offset_h * HOUR) % DAY // HOUR) for label in labels if label.real)
    mean = counts.total() / 24
    return tuple(round((counts[hour] + HOUR_WEIGHT) / (mean + HOUR_WEIGHT), 4) for hour in range(24))


class Views:
    """How many of the known cameras have a place in view."""

    def __init__(self, cameras: Iterable[Camera]) -> None:
        self._near: dict[Cell, list[Camera]] = {}
        for camera in cameras:
            reach = math.degrees(camera.view_range_m / EARTH_RADIUS_M) * 1.5
            for row in range(_grid(camera.place.lat - reach), _grid(camera.place.lat + reach) + 1):
                for column in range(_grid(camera.place.lon - reach), _grid(camera.place.lon + reach) + 1):
                    self._near.setdefault((row, column), []).append(camera)

    def __call__(self, lat: float, lon: float) -> float:
        """Cameras that see (lat, lon), walls left aside."""
        near = self._near.get((_grid(lat), _grid(lon)), ())
        return float(sum(1 for camera in near if sees(camera, lat, lon)))

    def coverage(self, side_deg: float, places: Sequence[tuple[float, float]]) -> dict[str, float]:
        """«row,column» → cameras in view, mean over the cell, scaled so that it is right at these places on average.

        Cameras hang where things happen: a street in a cell is seen better than the cell.
        """
        cells = sorted({(_row(lat, side_deg), _row(lon, side_deg)) for lat, lon in self._corners()})
        around = sorted(
            {(row + up, column + right) for row, column in cells for up in (-1, 0, 1) for right in (-1, 0, 1)}
        )
        table = {cell: seen for cell in around if (seen := self._mean(cell, side_deg)) > 0.0}
        told = math.fsum(table.get((_row(lat, side_deg), _row(lon, side_deg)), 0.0) for lat, lon in places)
        scale = math.fsum(self(lat, lon) for lat, lon in places) / told if told else 1.0
        return {f"{row},{column}": round(seen * scale, 4) for (row, column), seen in table.items()}

    def _corners(self) -> list[tuple[float, float]]:
        known = {id(camera): camera for cameras in self._near.values() for camera in cameras}
        return [(camera.place.lat, camera.place.lon) for camera in known.values()]

    def _mean(self, cell: Cell, side_deg: float) -> float:
        points = [(step + 0.5) / SAMPLES for step in range(SAMPLES)]
        seen = sum(self((cell[0] + up) * side_deg, (cell[1] + right) * side_deg) for up in points for right in points)
        return seen / SAMPLES**2


def sees(camera: Camera, lat: float, lon: float) -> bool:
    """Whether a place lies in the sector of a camera's range and angle."""
    if metres(camera.place.lat, camera.place.lon, lat, lon) > camera.view_range_m:
        return False
    off = (bearing_deg(camera.place, Point(lat=lat, lon=lon)) - camera.bearing_deg + 180.0) % 360.0 - 180.0
    return abs(off) <= camera.view_angle_deg / 2


def _inner(values: Sequence[float]) -> tuple[float, float]:
    ranked = sorted(values)
    trim = len(ranked) // 200
    return ranked[trim], ranked[len(ranked) - 1 - trim]


_GRID_DEG = 0.001


def _grid(degrees: float) -> int:
    return math.floor(degrees / _GRID_DEG)


def _row(degrees: float, side_deg: float) -> int:
    return math.floor(degrees / side_deg)
