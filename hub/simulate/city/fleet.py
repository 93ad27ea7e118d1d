"""The cameras of the city: where they hang, what they see, how well they know the ground."""

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.cameras import Bureau, Camera, GroundPoint, Legal, Rule
from contracts.geo import GeoPoint
from hub.simulate.city.dice import dice, pick, scatter
from hub.simulate.city.drafts import Covariance
from hub.simulate.city.settings import CitySettings, Fleet
from hub.simulate.city.streets import XY, Streets

_BUREAUS = {Bureau.URBAN_MANAGEMENT: 0.5, Bureau.TRAFFIC: 0.35, Bureau.HOUSING_CONSTRUCTION: 0.15}
_INDUSTRY = {Bureau.URBAN_MANAGEMENT: "08", Bureau.TRAFFIC: "04", Bureau.HOUSING_CONSTRUCTION: "46"}
_CORNERS = ((0.1, 0.95), (0.9, 0.95), (0.75, 0.45), (0.25, 0.45))
_ARC_STEPS = 8
_RULES = (Rule(rule="crowd_gathering"), Rule(rule="person_down"), Rule(rule="illegal_parking"))
"""those that the hub has itself; the other observations stand for a city's own models"""


@dataclass(frozen=True, slots=True)
class Eye:
    """One camera with what the city knows of it."""

    camera: Camera
    x: float
    y: float
    calibrated: bool
    false_per_s: float
    """bursts of false alarms a second"""

    @property
    def angle(self) -> float:
        """Where it looks: radians, 0 east, counter-clockwise."""
        return math.radians(90.0 - self.camera.bearing_deg)

    def sees(self, x: float, y: float) -> bool:
        """Whether a point lies in its view."""
        away = math.hypot(x - self.x, y - self.y)
        if away > self.camera.view_range_m:
            return False
        off = math.atan2(y - self.y, x - self.x) - self.angle
        off = math.atan2(math.sin(off), math.cos(off))
        return abs(off) <= math.radians(self.camera.view_angle_deg) / 2

    def anywhere(self, rng: random.Random) -> XY:
        """A point in its view, all parts as likely."""
        away = self.camera.view_range_m * math.sqrt(rng.random())
        half = math.radians(self.camera.view_angle_deg) / 2
        angle = self.angle + rng.uniform(-half, half)
        return self.x + away * math.cos(angle), self.y + away * math.sin(angle)

    def error(self, x: float, y: float, fleet: Fleet) -> tuple[float, float, float]:
        """(sigma along the sight, sigma across it, direction of the sight in radians) at a point on the ground.

        A small error of the foot in the picture is a long one on the ground far away: r²/h along, r·angle across.
        """
        away = math.hypot(x - self.x, y - self.y)
        along = math.hypot(fleet.floor_m, fleet.picture_error * away * away / self.camera.height_m)
        across = math.hypot(fleet.floor_m, fleet.picture_error * away * math.radians(self.camera.view_angle_deg))
        return along, across, math.atan2(y - self.y, x - self.x)

    def middle(self) -> XY:
        """The middle of its view, as a camera without ground points believes."""
        ahead = self.camera.view_range_m / 2
        return self.x + ahead * math.cos(self.angle), self.y + ahead * math.sin(self.angle)

    def outline(self, streets: Streets) -> tuple[tuple[float, float], ...]:
        """(lat, lon) corners of its view."""
        half = math.radians(self.camera.view_angle_deg) / 2
        angles = [self.angle - half + 2 * half * step / _ARC_STEPS for step in range(_ARC_STEPS + 1)]
        reach = self.camera.view_range_m
        arc = [(self.x + reach * math.cos(one), self.y + reach * math.sin(one)) for one in angles]
        return tuple(streets.degrees(x, y) for x, y in [(self.x, self.y), *arc])


class Cells:
    """Cameras by squares as wide as the furthest view, so that only the near ones are asked what they see."""

    def __init__(self, eyes: Sequence[Eye]) -> None:
        self._width = max((eye.camera.view_range_m for eye in eyes), default=1.0)
        self._numbers: dict[tuple[int, int], list[int]] = {}
        for number, eye in enumerate(eyes):
            self._numbers.setdefault(self._cell(eye.x, eye.y), []).append(number)

    def around(self, x: float, y: float) -> Iterator[int]:
        """Numbers of the cameras that may have a point in view."""
        column, row = self._cell(x, y)
        for cell in itertools.product(range(column - 1, column + 2), range(row - 1, row + 2)):
            yield from self._numbers.get(cell, ())

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        return math.floor(x / self._width), math.floor(y / self._width)


def covariance_of(along: float, across: float, direction: float) -> Covariance:
    """(east², east·north, north²) of an error ellipse."""
    cos, sin = math.cos(direction), math.sin(direction)
    along2, across2 = along * along, across * across
    return (
        along2 * cos * cos + across2 * sin * sin,
        (along2 - across2) * cos * sin,
        along2 * sin * sin + across2 * cos * cos,
    )


def fleet_of(settings: CitySettings, streets: Streets, seed: int) -> tuple[Eye, ...]:
    """All cameras. Fewer cameras are the first of more."""
    return tuple(_eye(settings, streets, seed, number) for number in range(settings.fleet.count))


def _eye(settings: CitySettings, streets: Streets, seed: int, number: int) -> Eye:
    rng, rules = dice(seed, "camera", number), settings.fleet
    x, y = streets.somewhere(rng)
    bureau = pick(rng, _BUREAUS)
    bearing = (90.0 - math.degrees(_looks(rng, streets, x, y))) % 360.0
    calibrated = rng.random() < rules.calibrated
    false_per_s = rng.gammavariate(rules.false_shape, rules.false_per_day / rules.false_shape) / 86_400.0
    lat, lon = streets.degrees(x, y)
    road, cross = streets.names(x, y)
    camera = Camera(
        camera_id=f"99019901{_INDUSTRY[bureau]}1320{number + 1:06d}",
        name=f"{road}近{cross} {number + 1:04d}",
        bureau=bureau,
        url=f"rtsp://127.0.0.1:8554/sim{number + 1:04d}/main",
        place=GeoPoint(lat=lat, lon=lon),
        height_m=rules.height_m,
        bearing_deg=round(bearing, 1) % 360.0,
        view_angle_deg=rules.angle_deg,
        view_range_m=rules.range_m,
        district=streets.district(x, y),
        rules=_RULES,
        legal=Legal(
            purpose="公共安全与城市治理", sign_installed=True, filing_no=f"YS-{settings.start:%Y}-{number + 1:05d}"
        ),
        exercise=settings.exercise,
    )
    eye = Eye(camera, x, y, calibrated, false_per_s)
    if calibrated:
        eye = Eye(camera.model_copy(update={"ground_points": _points(eye, streets)}), x, y, calibrated, false_per_s)
    return eye


def _looks(rng: random.Random, streets: Streets, x: float, y: float) -> float:
    """Along the street, one way or the other, or at the hot spot when there is one near. Radians, 0 east."""
    spot = streets.nearest_spot(x, y)
    if spot is not None and math.hypot(spot.x - x, spot.y - y) < 2 * streets.ground.hot_sigma_m:
        aim_x, aim_y = scatter(rng, spot.x, spot.y, streets.ground.hot_sigma_m / 2)
        return math.atan2(aim_y - y, aim_x - x)
    along = math.pi / 2 if streets.runs_north(x, y) else 0.0
    return along + (math.pi if rng.random() < 0.5 else 0.0) + rng.gauss(0.0, 0.2)


def _points(eye: Eye, streets: Streets) -> tuple[GroundPoint, ...]:
    """Four spots of the picture on a flat ground, by the pinhole model."""
    found = []
    half = math.radians(eye.camera.view_angle_deg) / 2
    for x, y in _CORNERS:
        away = eye.camera.view_range_m * (0.2 if y > 0.5 else 0.8)
        angle = eye.angle + math.atan((0.5 - x) * 2 * math.tan(min(half, 1.3)))
        lat, lon = streets.degrees(eye.x + away * math.cos(angle), eye.y + away * math.sin(angle))
        found.append(GroundPoint(x=x, y=y, lat=lat, lon=lon))
    return tuple(found)
