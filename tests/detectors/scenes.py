"""Cameras, boxes and moments that the tests of the detectors speak of."""

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from contracts.cameras import Bureau, Camera, Legal, Line, Rule, Zone
from contracts.detections import Box, Detection, Track
from contracts.frames import Frame
from contracts.geo import GeoPoint
from detectors.rules.defaults import thresholds_of
from detectors.rules.scope import Scope

T0 = datetime(2026, 11, 24, 0, 30, 12, tzinfo=UTC)
CAMERA_ID = "99019901081320000007"
LEFT_HALF = Zone(name="left", points=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def camera(*rules: Rule, zones: tuple[Zone, ...] = (LEFT_HALF,), **more: object) -> Camera:
    return Camera.model_validate({
        "camera_id": CAMERA_ID, "name": "人民广场北侧", "bureau": Bureau.URBAN_MANAGEMENT, "url": "rtsp://127.0.0.1/main",
        "place": GeoPoint(lat=34.3287, lon=118.0067), "bearing_deg": 90.0, "view_range_m": 80.0,
        "district": "990199-east", "landmark_no": "SP-0001", "zones": zones, "rules": rules,
        "legal": Legal(purpose="test", sign_installed=True, filing_no="YS-1"), **more,
    })  # fmt: skip


def scope(rule: str, *, zone: Zone | None = None, line: Line | None = None, **thresholds: float) -> Scope:
    """The scope of a rule with its defaults where no threshold is given."""
    return Scope(thresholds_of(Rule(rule=rule, thresholds=thresholds)), zone, line)


def standing(x: float, y: float, *, width: float = 0.04, height: float = 0.15) -> Box:
    """A box whose foot is at (x, y)."""
    return Box(x - width / 2, y - height, x + width / 2, y)


def seen(label: str, x: float, y: float, confidence: float = 0.8) -> Detection:
    return Detection(label, confidence, standing(x, y))


def crowd(count: int, *, x: float = 0.1) -> tuple[Detection, ...]:
    return tuple(seen("person", x + 0.03 * number, 0.5) for number in range(count))


def track(number: int, x: float, y: float, *, label: str = "person", now: datetime = T0) -> Track:
    return Track(CAMERA_ID, number, label, 0.8, standing(x, y), now, now)


def blank(height: int = 90, width: int = 160) -> npt.NDArray[np.uint8]:
    return np.full((height, width, 3), 90, np.uint8)


def frame(seconds: float, image: npt.NDArray[np.uint8] | None = None, *, corrupt: bool = False) -> Frame:
    return Frame(CAMERA_ID, blank() if image is None else image, at(seconds), is_keyframe=True, is_corrupt=corrupt)
