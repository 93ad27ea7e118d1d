"""The county's own map (a GeoJSON folder) as the parsers of reports need it: landmarks, grids, places, districts."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from contracts.errors import ConfigurationError
from contracts.geo import GeoPoint, PositionQuality, distance_m, offset
from hub.shapes import Shape, crossing, shape_of
from ingest.feeds.context import Spot

LANDMARK_SIGMA_M = 15.0
PLACE_SIGMA_M = 30.0
"""a place or crossing named in an address is known at least so well (domain.md (b): 30-80 m)"""
COUNTY_SIGMA_M = 5_000.0
_NEAREST_GRID_M = 20_000.0
_SIDES = {
    "东北": (1, 1), "西北": (1, -1), "东南": (-1, 1), "西南": (-1, -1), "东": (0, 1), "西": (0, -1), "南": (-1, 0),
    "北": (1, 0),
}  # fmt: skip
_SIDE = re.compile(r"\s*(东北|西北|东南|西南|东|西|南|北)[侧边面门口头角]")


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    shape: Shape
    is_road: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    code: str
    district: str
    spot: Spot
    shape: Shape


class MapGazetteer:
    """`ingest.feeds.context.Gazetteer` over one folder of GeoJSON. Read once; all look-ups are in memory."""

    def __init__(
        self, *, landmarks: Mapping[str, Spot], grids: list[_Grid], districts: list[tuple[str, Shape]],
        named: list[_Named], default_district: str, bounds: tuple[float, float, float, float] | None = None,
    ) -> None:  # fmt: skip
        self._landmarks, self._districts, self._default = landmarks, districts, default_district
        self._grids = grids
        self._grid_by_code = {grid.code: grid for grid in grids}
        self._names: dict[str, list[_Named]] = {}
        for one in sorted(named, key=lambda one: -len(one.name)):
            self._names.setdefault(one.name[:2], []).append(one)
        self._centre = _centre_of([shape for _, shape in districts] or [grid.shape for grid in grids], bounds)

    def landmark(self, number: str) -> Spot | None:
        """A lamp post or video pole by its number, in any case and spacing."""
        return self._landmarks.get(_plain(number))

    def grid(self, code: str) -> Spot | None:
        """A unit grid: its centre, outline, and radius as sigma."""
        found = self._grid_by_code.get(code)
        return found.spot if found else None

    def place(self, text: str) -> Spot | None:
        """A place in the address, moved to the side it names; else a crossing of two roads; else one road's middle."""
        found = list(self._found(text))
        for end, one in found:
            if not one.is_road:
                return _place_spot(one, _SIDE.match(text, end))
        roads = [one for _, one in found]
        for first, second in pairwise(roads):
            point = crossing(first.shape, second.shape)
            if point is not None:
                return Spot(point, PLACE_SIGMA_M, PositionQuality.LANDMARK, f"{first.name}{second.name}路口")
        if not roads:
            return None
        road = roads[0]
        return Spot(road.shape.centre, max(PLACE_SIGMA_M, road.shape.sigma_m), PositionQuality.AREA, road.name)

    def names_in(self, text: str) -> tuple[str, ...]:
        """Names of places and roads in `text`, in order, each once."""
        return tuple(dict.fromkeys(one.name for _, one in self._found(text)))

    def around(self, point: GeoPoint) -> tuple[str | None, str]:
        """The grid and the district that hold `point`; outside every district, the nearest grid's, else the default."""
        grid = next((grid for grid in self._grids if grid.shape.holds(point)), None)
        if grid is not None:
            return grid.code, grid.district or self._default
        district = next((name for name, shape in self._districts if shape.holds(point)), None)
        return None, district or self._nearest_district(point)

    def centre(self) -> Spot:
        """The middle of the county."""
        return Spot(self._centre, COUNTY_SIGMA_M, PositionQuality.AREA)

    def _nearest_district(self, point: GeoPoint) -> str:
        nearest = min(self._grids, key=lambda grid: distance_m(grid.spot.point, point), default=None)
        if nearest is None or distance_m(nearest.spot.point, point) > _NEAREST_GRID_M:
            return self._default
        return nearest.district or self._default

    def _found(self, text: str) -> Iterator[tuple[int, _Named]]:
        """(where the name ends, what it names), left to right, the longest name first at each spot."""
        start = 0
        while start < len(text) - 1:
            near = self._names.get(text[start : start + 2], ())
            hit = next((one for one in near if text.startswith(one.name, start)), None)
            if hit is None:
                start += 1
            else:
                start += len(hit.name)
                yield start, hit


def load_gazetteer(
    folder: Path, *, default_district: str, bounds: tuple[float, float, float, float] | None = None
) -> MapGazetteer:
    """The gazetteer of a map folder; a layer that is not there is empty.

    `bounds` (south, west, north, east) say where the county's middle is when the map's own lies outside them.

    Raises:
        ConfigurationError: the folder is missing, or a layer is not the GeoJSON that the map's README describes.
    """
    if not folder.is_dir():
        raise ConfigurationError(
            "no such folder", where=str(folder), hint="set HUB_CONSOLE__MAP_DIR to the map's folder"
        )
    grids = [
        _Grid(_text(properties, "grid_code"), _text(properties, "district"), _grid_spot(properties, shape), shape)
        for properties, shape in _features(folder / "grids.geojson")
    ]
    landmarks = {
        _plain(_text(properties, "landmark_no")): Spot(
            shape.centre, LANDMARK_SIGMA_M, PositionQuality.LANDMARK, _text(properties, "name")
        )
        for properties, shape in _features(folder / "landmarks.geojson")
    }
    named = [
        _Named(_text(properties, "name"), shape, layer == "roads")
        for layer in ("places", "roads", "water")
        for properties, shape in _features(folder / f"{layer}.geojson")
    ]
    districts = [
        (_text(properties, "district"), shape) for properties, shape in _features(folder / "districts.geojson")
    ]
    return MapGazetteer(
        landmarks=landmarks, grids=grids, districts=districts, default_district=default_district,
        named=[one for one in named if len(one.name) > 1], bounds=bounds,
    )  # fmt: skip


def _features(path: Path) -> Iterator[tuple[Mapping[str, Any], Shape]]:
    if not path.is_file():
        return
    hint = "a GeoJSON FeatureCollection in WGS-84; see the README of the demo's map"
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        for feature in features:
            yield feature["properties"], shape_of(feature["geometry"])
    except (ValueError, KeyError, TypeError, IndexError) as bad:
        raise ConfigurationError(f"not readable as a layer: {bad!r}", where=str(path), hint=hint) from None


def _grid_spot(properties: Mapping[str, Any], shape: Shape) -> Spot:
    radius = math.sqrt(shape.area_m2 / math.pi)
    outline = tuple((point.lat, point.lon) for point in shape.points) or None
    return Spot(shape.centre, max(PLACE_SIGMA_M, radius), PositionQuality.GRID, _text(properties, "name"), outline)


def _place_spot(one: _Named, side: re.Match[str] | None) -> Spot:
    sigma = max(PLACE_SIGMA_M, one.shape.sigma_m)
    if side is None:
        return Spot(one.shape.centre, sigma, PositionQuality.LANDMARK, one.name)
    north, east = _SIDES[side.group(1)]
    north_m, east_m = one.shape.half_extent_m
    point = offset(one.shape.centre, north_m=north * north_m, east_m=east * east_m)
    return Spot(point, sigma, PositionQuality.LANDMARK, f"{one.name}{side.group().strip()}")


def _centre_of(shapes: list[Shape], bounds: tuple[float, float, float, float] | None) -> GeoPoint:
    """The middle of all that is on the map; of the bounds when the map is empty or another county's."""
    south, west, north, east = bounds or (-90.0, -180.0, 90.0, 180.0)
    total = sum(shape.area_m2 for shape in shapes)
    if total > 0:
        lat = sum(shape.centre.lat * shape.area_m2 for shape in shapes) / total
        lon = sum(shape.centre.lon * shape.area_m2 for shape in shapes) / total
        if south <= lat <= north and west <= lon <= east:
            return GeoPoint(lat=lat, lon=lon)
    return GeoPoint(lat=(south + north) / 2, lon=(west + east) / 2)


def _text(properties: Mapping[str, Any], name: str) -> str:
    value = properties.get(name)
    return value.strip() if isinstance(value, str) else ""


def _plain(number: str) -> str:
    return "".join(number.split()).upper()
