"""Inside a zone or not: the place where a thing stands on the ground decides, never its middle."""

from collections.abc import Sequence

from contracts.cameras import Camera, Rule, Zone
from contracts.detections import Box, Detection, Track

Point = tuple[float, float]


def contains(zone: Zone | None, point: Point) -> bool:
    """Whether a point (fractions of the picture) lies in the zone; None is the whole picture. Even-odd rule."""
    return zone is None or in_polygon(zone.points, point)


def in_polygon(corners: Sequence[Point], point: Point) -> bool:
    """Even-odd rule: a ray to the right crosses the outline an odd number of times."""
    x, y = point
    inside = False
    for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
        # Always from its upper end, so that rounding is the same whichever way round the zone was drawn.
        (x0, y0), (x1, y1) = (one, other) if one[1] <= other[1] else (other, one)
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


def standing_in(zone: Zone | None, hits: Sequence[Detection]) -> list[Detection]:
    """Detections whose foot is in the zone."""
    return [hit for hit in hits if contains(zone, hit.box.foot)]


def tracks_in(zone: Zone | None, tracks: Sequence[Track]) -> list[Track]:
    """Tracks whose foot is in the zone."""
    return [track for track in tracks if contains(zone, track.box.foot)]


def zone_of(camera: Camera, rule: Rule) -> Zone | None:
    """The zone that a rule of the camera names; None: the whole picture.

    Raises:
        KeyError: the camera has no such zone (the registry refuses such a camera).
    """
    if rule.zone is None:
        return None
    return {zone.name: zone for zone in camera.zones}[rule.zone]


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a.area + b.area - shared)
