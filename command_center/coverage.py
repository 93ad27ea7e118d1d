"""What each camera sees of the ground, as GeoJSON: a sector by bearing, angle and range. Pure."""

import math
from collections.abc import Iterable
from typing import Any

from command_center.messages import CameraRow
from contracts.cameras import Camera
from contracts.geo import GeoPoint, bearing_deg, offset

STEP_DEG = 10.0


def view_of(camera: Camera) -> list[GeoPoint]:
    """The outline of what a camera sees, counter-clockwise as RFC 7946 has it, first point last."""
    middle = bearing_deg(camera.place, camera.view) if camera.view else camera.bearing_deg
    whole = camera.view_angle_deg >= 360
    steps = max(2, math.ceil(camera.view_angle_deg / STEP_DEG))
    right = middle + camera.view_angle_deg / 2
    arc = [_at(camera, right - camera.view_angle_deg * step / steps) for step in range(steps + 1)]
    outline = arc[:-1] if whole else [camera.place, *arc]
    return [*outline, outline[0]]


def coverage(cameras: Iterable[Camera], rows: Iterable[CameraRow]) -> dict[str, Any]:
    """Every camera's view with its health; a view without a picture is a hole, not a blank."""
    known = {row.camera_id: row for row in rows}
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(camera, known[camera.camera_id]) for camera in cameras if camera.camera_id in known
        ],
    }  # fmt: skip


def _feature(camera: Camera, row: CameraRow) -> dict[str, Any]:
    ring = [[round(point.lon, 6), round(point.lat, 6)] for point in view_of(camera)]
    properties = {
        "camera_id": camera.camera_id, "name": camera.name, "bureau": camera.bureau.value, "health": row.health.value,
        "since": row.since.isoformat() if row.since else None,
    }  # fmt: skip
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _at(camera: Camera, bearing: float) -> GeoPoint:
    angle = math.radians(bearing)
    return offset(
        camera.place, north_m=camera.view_range_m * math.cos(angle), east_m=camera.view_range_m * math.sin(angle)
    )
