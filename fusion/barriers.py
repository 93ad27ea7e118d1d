"""Rivers, railways and elevated roads: near on the map, far on the ground (`fusion.md` §3.1)."""

import json
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import Field

from contracts.contract import StrictContract
from contracts.errors import ConfigurationError
from fusion.whereabouts import segments_cross

Corner = tuple[float, float]
"""(lat, lon), WGS-84"""

BARRIER_NATS = math.log(20.0)
"""what it costs that a barrier lies between a signal and an incident"""


class Barrier(StrictContract):
    """One thing that people do not cross except at its ends."""

    name: str
    """as people know it, for the explanation"""
    corners: tuple[Corner, ...] = Field(min_length=2)
    """a line, or the outline of an area when the last corner is the first"""


class Barriers:
    """All of them, with the box of each, so that most are never looked at closely."""

    def __init__(self, barriers: Sequence[Barrier]) -> None:
        self._all = [(*_box(one.corners), one) for one in barriers]

    def __bool__(self) -> bool:
        return bool(self._all)

    def between(self, one: Corner, other: Corner) -> str:
        """The name of the first barrier that the straight way crosses; empty when there is none."""
        south, north = min(one[0], other[0]), max(one[0], other[0])
        west, east = min(one[1], other[1]), max(one[1], other[1])
        for low_lat, low_lon, high_lat, high_lon, barrier in self._all:
            if low_lat > north or high_lat < south or low_lon > east or high_lon < west:
                continue
            if any(segments_cross(one, other, a, b) for a, b in pairwise(barrier.corners)):
                return barrier.name
        return ""


def load_barriers(path: Path) -> tuple[Barrier, ...]:
    """The lines and areas of a GeoJSON file (WGS-84, longitude first); the property `name` is shown to people.

    Raises:
        ConfigurationError: the file is not there, or is no GeoJSON of lines or polygons; says where.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as missing:
        raise ConfigurationError(missing.strerror or "cannot be read", where=str(path)) from None
    except ValueError as bad:
        raise ConfigurationError(f"no JSON: {bad}", where=str(path)) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ConfigurationError("no FeatureCollection", where=str(path), hint="export it as GeoJSON, WGS-84")
    return tuple(
        barrier for number, one in enumerate(features) for barrier in _read(one, f"{path}: features[{number}]")
    )


def _read(feature: Any, where: str) -> Iterator[Barrier]:
    try:
        name = str((feature.get("properties") or {}).get("name") or "")
        for line in _lines(feature["geometry"]):
            corners = tuple((float(lat), float(lon)) for lon, lat, *_ in line)
            if not all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in corners):
                raise ValueError("a corner is no longitude and latitude in degrees")
            yield Barrier(name=name, corners=corners)
    except (KeyError, TypeError, ValueError, AttributeError) as bad:
        raise ConfigurationError(
            f"cannot be read: {bad}", where=where, hint="LineString, MultiLineString, Polygon or MultiPolygon"
        ) from None


def _lines(geometry: dict[str, Any]) -> list[list[Any]]:
    found: list[list[Any]]
    match geometry["type"]:
        case "LineString":
            found = [geometry["coordinates"]]
        case "MultiLineString" | "Polygon":
            found = geometry["coordinates"]
        case "MultiPolygon":
            found = [ring for polygon in geometry["coordinates"] for ring in polygon]
        case other:
            raise ValueError(f"a {other} is no line and no area")
    return found


def _box(corners: Sequence[Corner]) -> tuple[float, float, float, float]:
    lats, lons = [lat for lat, _ in corners], [lon for _, lon in corners]
    return min(lats), min(lons), max(lats), max(lons)
