"""Which incidents of two districts lie so near each other that they may be one."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.geo import EARTH_RADIUS_M
from contracts.incidents import OVER, Incident
from contracts.kinds import Kind
from fusion.gate import CellIndex, Footprint


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an incident is, and whether it still takes signals."""

    incident_id: str
    district: str
    exercise: bool
    lat: float
    lon: float
    kind: str
    live: bool


def placed(incident: Incident) -> Placed:
    """An incident as the neighbours know it."""
    return Placed(
        incident.incident_id, incident.district, incident.exercise, incident.place.lat, incident.place.lon,
        incident.kind.value, incident.state not in OVER,
    )  # fmt: skip


class Neighbours:
    """The live incidents of all districts by place; drills never lie beside the real, device faults beside nothing."""

    def __init__(self, reach_m: float = 720.0) -> None:
        self._reach_m = reach_m
        self._placed: dict[str, Placed] = {}
        self._cells = CellIndex()
        self._east_m: float | None = None
        """metres per degree of longitude, at the first incident's latitude"""

    def clear(self) -> None:
        """Forget everything."""
        self._placed, self._cells = {}, CellIndex()

    def file(self, changed: Iterable[Placed]) -> None:
        """Take up how incidents are now."""
        for one in changed:
            if one.live and one.kind != Kind.DEVICE.value:
                self._placed[one.incident_id] = one
                self._cells.put(one.incident_id, Footprint(*self._metres(one)))
            else:
                self._placed.pop(one.incident_id, None)
                self._cells.drop(one.incident_id)

    def pairs(self, changed: Iterable[Placed]) -> list[tuple[str, str]]:
        """Each changed incident with each neighbour of another district, in a fixed order."""
        found = {
            (min(one.incident_id, name), max(one.incident_id, name))
            for one in changed
            if one.incident_id in self._placed
            for name in self._cells.near(*self._metres(one), self._reach_m)
            if self._placed[name].district != one.district and self._placed[name].exercise == one.exercise
        }
        return sorted(found)

    def _metres(self, one: Placed) -> tuple[float, float]:
        if self._east_m is None:
            self._east_m = math.radians(1.0) * EARTH_RADIUS_M * math.cos(math.radians(one.lat))
        return one.lon * self._east_m, math.radians(one.lat) * EARTH_RADIUS_M
