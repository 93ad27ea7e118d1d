"""The city's own map: GeoJSON layers, the frame they fill, the units that can be sent; no foreign tile, ever."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from contracts.contract import Contract
from contracts.errors import ConfigurationError

_LAYER = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Unit(Contract):
    """Someone who can be sent."""

    code: str
    name: str
    side: Literal["police", "grid"]


_UNITS = TypeAdapter(tuple[Unit, ...])


class Geography:
    """A folder of `<layer>.geojson` files and `units.json`; without a folder there is nothing on the map."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None and not folder.is_dir():
            raise ConfigurationError(
                f"{folder} is no folder", where="HUB_CONSOLE__MAP_DIR", hint="a folder with *.geojson and units.json"
            )

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """Names, sorted."""
        found = self._folder.glob("*.geojson") if self._folder else ()
        return tuple(sorted(path.stem for path in found if _LAYER.fullmatch(path.stem)))

    def layer(self, name: str) -> bytes | None:
        """The GeoJSON of one layer."""
        if self._folder is None or name not in self.layers:
            return None
        return (self._folder / f"{name}.geojson").read_bytes()

    @cached_property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of everything on the layers, degrees; None when there is nothing."""
        points = [point for name in self.layers for point in _points(orjson.loads(self.layer(name) or b"{}"))]
        if not points:
            return None
        lons, lats = [point[0] for point in points], [point[1] for point in points]
        return min(lons), min(lats), max(lons), max(lats)

    @cached_property
    def _units(self) -> tuple[Unit, ...]:
        path = self._folder / "units.json" if self._folder else None
        if path is None or not path.is_file():
            return ()
        try:
            return _UNITS.validate_json(path.read_bytes())
        except ValidationError as bad:
            first = bad.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ConfigurationError(
                first["msg"], where=f"{path}: {where}", hint='[{"code": "…", "name": "…", "side": "police" or "grid"}]'
            ) from None

    def units(self) -> tuple[Unit, ...]:
        """All of them, in the file's order.

        Raises:
            ConfigurationError: the file cannot be read.
        """
        return self._units

    def unit_name(self, code: str) -> str:
        """The name of a unit; what is no code is taken for a name."""
        return next((one.name for one in self._units if one.code == code), code)


def _points(node: Any) -> Iterator[tuple[float, float]]:
    """Every position in a GeoJSON document (RFC 7946: longitude first)."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name != "properties":
                yield from _points(value)
    elif isinstance(node, list):
        if len(node) >= 2 and all(isinstance(one, int | float) for one in node):
            yield float(node[0]), float(node[1])
        else:
            for one in node:
                yield from _points(one)
