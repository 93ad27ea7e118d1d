"""The city's plan in metres east and north of its middle: a lattice of streets, hot spots, names, posts, districts."""

import math
import random
from dataclasses import dataclass

from contracts.geo import EARTH_RADIUS_M
from hub.simulate.city.dice import dice, one_of
from hub.simulate.city.settings import Ground

XY = tuple[float, float]

_FIRST = "永和安文兴泰昌"
_SECOND = "宁康平乐盛华"
_QUARTERS = "东西南北中"
_PLACES = ("广场", "集贸市场", "汽车站", "购物中心", "公园", "工业园", "中学", "医院")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place people know by name."""

    name: str
    x: float
    y: float


class Streets:
    """One plan; nothing in it changes after it was drawn."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground = ground
        self.half = ground.size_m / 2
        self._lines = int(ground.size_m // ground.block_m) + 1
        rng = dice(seed, "streets")
        self.spots = tuple(self._spot(rng, number) for number in range(ground.hot_spots))

    def _spot(self, rng: random.Random, number: int) -> Spot:
        quarter, place = _QUARTERS[number % len(_QUARTERS)], _PLACES[number // len(_QUARTERS) % len(_PLACES)]
        again = "" if number < len(_QUARTERS) * len(_PLACES) else "新区"
        column, row = rng.randrange(1, self._lines - 1), rng.randrange(1, self._lines - 1)
        return Spot(f"城{quarter}{again}{place}", self._at(column), self._at(row))

    def _at(self, line: int) -> float:
        return line * self.ground.block_m - self.half

    def _line(self, metres: float) -> int:
        return min(max(round((metres + self.half) / self.ground.block_m), 0), self._lines - 1)

    def somewhere(self, rng: random.Random) -> XY:
        """A point on a street, as often near a hot spot as the settings say."""
        if self.spots and rng.random() < self.ground.hot_share:
            spot = one_of(rng, self.spots)
            x, y = rng.gauss(spot.x, self.ground.hot_sigma_m), rng.gauss(spot.y, self.ground.hot_sigma_m)
        else:
            x, y = rng.uniform(-self.half, self.half), rng.uniform(-self.half, self.half)
        return self.onto_street(rng, x, y)

    def onto_street(self, rng: random.Random, x: float, y: float) -> XY:
        """The point moved to the nearest street, some metres off its middle, inside the city."""
        x, y = self.inside(x, y)
        street_x, street_y = self._at(self._line(x)), self._at(self._line(y))
        aside = rng.gauss(0.0, self.ground.street_sigma_m)
        return (street_x + aside, y) if abs(x - street_x) <= abs(y - street_y) else (x, street_y + aside)

    def inside(self, x: float, y: float) -> XY:
        """The point, or the nearest one inside the city."""
        return min(max(x, -self.half), self.half), min(max(y, -self.half), self.half)

    def runs_north(self, x: float, y: float) -> bool:
        """Whether the nearest street runs north and south."""
        return abs(x - self._at(self._line(x))) <= abs(y - self._at(self._line(y)))

    def names(self, x: float, y: float) -> tuple[str, str]:
        """The nearest street and the nearest one that crosses it."""
        column, row = self._line(x), self._line(y)
        road, street = f"{_name(column)}路", f"{_name(row)}大街"
        return (road, street) if self.runs_north(x, y) else (street, road)

    def section(self, x: float, y: float, length_m: float) -> XY:
        """The middle of the street's section that the point lies in."""
        along = y if self.runs_north(x, y) else x
        middle = (math.floor(along / length_m) + 0.5) * length_m
        if self.runs_north(x, y):
            return self._at(self._line(x)), min(max(middle, -self.half), self.half)
        return min(max(middle, -self.half), self.half), self._at(self._line(y))

    def nearest_spot(self, x: float, y: float) -> Spot | None:
        """The known place nearest to the point; None in a city without any."""
        return min(self.spots, key=lambda spot: math.hypot(spot.x - x, spot.y - y), default=None)

    def post(self, x: float, y: float, every_m: float) -> tuple[str, XY]:
        """Number and place of the lamp post nearest to the point."""
        north = self.runs_north(x, y)
        line, along = (self._line(x), y) if north else (self._line(y), x)
        number = round((along + self.half) / every_m)
        where = number * every_m - self.half
        at = (self._at(line) + 6.0, where) if north else (where, self._at(line) + 6.0)
        return f"LD-{'N' if north else 'E'}{line:02d}-{number:03d}", at

    def district(self, x: float, y: float) -> str:
        """The district that holds the point."""
        ground = self.ground
        if ground.columns * ground.rows == 1:
            return ground.district
        column = min(int((x + self.half) / ground.size_m * ground.columns), ground.columns - 1)
        row = min(int((y + self.half) / ground.size_m * ground.rows), ground.rows - 1)
        return f"{ground.district}-{max(row, 0) * ground.columns + max(column, 0) + 1}"

    def districts(self) -> tuple[str, ...]:
        """All of them."""
        count = self.ground.columns * self.ground.rows
        return (self.ground.district,) if count == 1 else tuple(f"{self.ground.district}-{n + 1}" for n in range(count))

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """(lat, lon) WGS-84, to a centimetre."""
        lat = self.ground.lat + math.degrees(y / EARTH_RADIUS_M)
        lon = self.ground.lon + math.degrees(x / (EARTH_RADIUS_M * math.cos(math.radians(self.ground.lat))))
        return round(lat, 7), round(lon, 7)

    def metres(self, lat: float, lon: float) -> XY:
        """Metres east and north of the middle; the inverse of `degrees`."""
        x = math.radians(lon - self.ground.lon) * EARTH_RADIUS_M * math.cos(math.radians(self.ground.lat))
        return x, math.radians(lat - self.ground.lat) * EARTH_RADIUS_M


def _name(line: int) -> str:
    first, second = divmod(line, len(_SECOND))
    again = "" if first < len(_FIRST) else "新"
    return f"{again}{_FIRST[first % len(_FIRST)]}{_SECOND[second]}"
