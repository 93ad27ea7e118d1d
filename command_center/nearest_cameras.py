"""Which cameras could see a place: how far, facing it or not, with a picture or without. Pure.

«无画面 ≠ 无事»: a camera that faces the place and is dead is shown as a dead tile, never left out in silence.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Literal, NamedTuple

from contracts.cameras import Camera
from contracts.geo import GeoPoint, bearing_deg, distance_m

Facing = Literal["front", "side", "away"]

AT_THE_POLE_M = 6.0
"""nearer than this the bearing says nothing: a camera above the place counts as facing it"""
SIDE_DEG = 45.0
"""so far outside its view a camera still counts as «side»: it may be turned, or catch the edge"""
REACH = 3.0
"""a place within so many times the stated range may still be made out"""
MIN_REACH_M = 150.0


class Near(NamedTuple):
    """A camera beside a place."""

    camera: Camera
    distance_m: float
    facing: Facing
    usable: bool


def nearest(
    place: GeoPoint, cameras: Iterable[Camera], online: Set[str] | Mapping[str, object], *, limit: int = 4
) -> list[Near]:
    """The best `limit` cameras for a place.

    First those with a picture that face it, then those at its side, then those without a picture that would see it,
    then the rest; by distance within each. The nearest dead one that would see the place keeps the last tile.
    """
    found = sorted((_look(place, camera, camera.camera_id in online) for camera in cameras), key=_order)
    best, rest = found[:limit], found[limit:]
    dead = next((one for one in rest if _tier(one) == 2), None)
    if dead and best and all(one.usable for one in best) and dead.distance_m < best[-1].distance_m:
        best[-1] = dead
    return best


def facing(place: GeoPoint, camera: Camera) -> Facing:
    """正对 · 侧对 · 背对, by the angle between where the camera looks and where the place lies."""
    if camera.view_angle_deg >= 360 or distance_m(camera.place, place) <= AT_THE_POLE_M:
        return "front"
    looks = bearing_deg(camera.place, camera.view) if camera.view else camera.bearing_deg
    off = abs((bearing_deg(camera.place, place) - looks + 180) % 360 - 180)
    if off <= camera.view_angle_deg / 2:
        return "front"
    return "side" if off <= camera.view_angle_deg / 2 + SIDE_DEG else "away"


def _look(place: GeoPoint, camera: Camera, usable: bool) -> Near:
    return Near(camera, distance_m(camera.place, place), facing(place, camera), usable)


def _tier(one: Near) -> int:
    reaches = one.distance_m <= max(MIN_REACH_M, REACH * one.camera.view_range_m)
    if not reaches or one.facing == "away":
        return 3 if one.usable else 4
    if not one.usable:
        return 2
    return 0 if one.facing == "front" else 1


def _order(one: Near) -> tuple[int, float, str]:
    return _tier(one), one.distance_m, one.camera.camera_id
