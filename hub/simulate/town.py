"""The town in which simulated things happen, read from the map folder the console shows."""

import json
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import ConfigurationError
from contracts.geo import GeoPoint, distance_m

NEAR_LANDMARK_M = 60.0
"""a caller reads the number off a pole only when one stands this near"""


@dataclass(frozen=True, slots=True)
class Named:
    """A place people know by name."""

    name: str
    point: GeoPoint
    kind: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A unit grid; `ring` holds its (lon, lat) corners."""

    grid_code: str
    name: str
    ring: tuple[tuple[float, float], ...]

    def centre(self) -> GeoPoint:
        """The mean of its corners."""
        corners = self.ring[:-1]
        return GeoPoint(lat=sum(c[1] for c in corners) / len(corners), lon=sum(c[0] for c in corners) / len(corners))

    def holds(self, point: GeoPoint) -> bool:
        """Whether the point lies inside (even-odd rule)."""
        inside = False
        for (x0, y0), (x1, y1) in zip(self.ring, self.ring[1:], strict=False):
            if (y0 > point.lat) != (y1 > point.lat) and point.lon < (x1 - x0) * (point.lat - y0) / (y1 - y0) + x0:
                inside = not inside
        return inside


@dataclass(frozen=True, slots=True)
class Town:
    """What a simulated caller or grid worker can name."""

    grids: tuple[Grid, ...]
    landmarks: tuple[Named, ...]
    """lamp posts and video poles; `name` is the number on them"""
    places: tuple[Named, ...]
    corners: tuple[Named, ...]
    """points on streets; `name` is the street's"""

    def grid_of(self, point: GeoPoint) -> Grid:
        """The grid the point lies in, or the nearest one."""
        for grid in self.grids:
            if grid.holds(point):
                return grid
        return min(self.grids, key=lambda grid: distance_m(grid.centre(), point))

    def pole_at(self, point: GeoPoint) -> Named | None:
        """The nearest numbered pole, if one is near enough to be read."""
        nearest = _nearest(self.landmarks, point)
        return nearest if distance_m(nearest.point, point) <= NEAR_LANDMARK_M else None

    def address_of(self, point: GeoPoint) -> str:
        """The street or place a person standing there would name."""
        street, place = _nearest(self.corners, point), _nearest(self.places, point)
        if distance_m(place.point, point) < 150:
            return f"{place.name}{_side(place.point, point)}"
        return f"{street.name}与{place.name}之间" if distance_m(place.point, point) < 600 else f"{street.name}沿线"

    def street_point(self, rng: random.Random) -> GeoPoint:
        """Somewhere on a street."""
        return rng.choice(self.corners).point

    def place(self, name: str) -> GeoPoint:
        """A place by its name.

        Raises:
            ConfigurationError: the map does not know it.
        """
        for known in self.places:
            if known.name == name:
                return known.point
        raise ConfigurationError(f"no place named {name}", where="places.geojson", hint="name it in the map folder")


def load_town(map_dir: Path) -> Town:
    """Read the map folder.

    Raises:
        ConfigurationError: a layer is missing or is no GeoJSON; names the file.
    """
    return Town(
        grids=tuple(
            Grid(
                f["properties"]["grid_code"],
                f["properties"]["name"],
                tuple(map(_pair, f["geometry"]["coordinates"][0])),
            )
            for f in _features(map_dir, "grids")
        ),
        landmarks=tuple(_named(f, "landmark_no") for f in _features(map_dir, "landmarks")),
        places=tuple(_named(f, "name") for f in _features(map_dir, "places")),
        corners=tuple(
            Named(f["properties"]["name"], GeoPoint(lat=lat, lon=lon), f["properties"]["class"])
            for f in _features(map_dir, "roads")
            for lon, lat in f["geometry"]["coordinates"]
        ),
    )


def _features(map_dir: Path, layer: str) -> list[dict[str, Any]]:
    path = map_dir / f"{layer}.geojson"
    try:
        features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    except (OSError, json.JSONDecodeError, KeyError) as bad:
        raise ConfigurationError(
            f"the map layer cannot be read ({bad})",
            where=str(path),
            hint="HUB_CONSOLE__MAP_DIR must hold grids, landmarks, places and roads as GeoJSON",
        ) from None
    return features


def _named(feature: dict[str, Any], key: str) -> Named:
    properties = feature["properties"]
    coordinates = feature["geometry"]["coordinates"]
    points = [coordinates] if feature["geometry"]["type"] == "Point" else coordinates[0][:-1]
    return Named(properties[key], _mean(points), properties["kind"])


def _mean(points: Iterable[Iterable[float]]) -> GeoPoint:
    pairs = [_pair(point) for point in points]
    return GeoPoint(lat=sum(p[1] for p in pairs) / len(pairs), lon=sum(p[0] for p in pairs) / len(pairs))


def _pair(point: Iterable[float]) -> tuple[float, float]:
    lon, lat = point
    return lon, lat


def _nearest(known: Iterable[Named], point: GeoPoint) -> Named:
    """By planar distance, a county being flat: the haversine of every street corner would take milliseconds."""
    shrink = math.cos(math.radians(point.lat)) ** 2
    return min(known, key=lambda one: (one.point.lat - point.lat) ** 2 + shrink * (one.point.lon - point.lon) ** 2)


def _side(of: GeoPoint, point: GeoPoint) -> str:
    north, east = point.lat - of.lat, (point.lon - of.lon) * math.cos(math.radians(of.lat))
    if math.hypot(north, east) * 111_195 < 20:
        return ""
    if abs(north) > abs(east):
        return "北侧" if north > 0 else "南侧"
    return "东侧" if east > 0 else "西侧"
