"""What really happens: a Poisson stream of happenings on the streets, each with offspring nearby, until the end."""

import heapq
import math
from dataclasses import dataclass, field

from contracts.kinds import Kind
from hub.simulate.city.dice import dice, lag, poisson, scatter
from hub.simulate.city.hours import Hours
from hub.simulate.city.settings import CitySettings
from hub.simulate.city.streets import XY, Streets

DAY_S = 86_400.0
MOVING = (Kind.CROWD, Kind.VIOLENCE, Kind.TRAFFIC_ACCIDENT, Kind.FIRE)
_DURATION_SIGMA = 0.6


@dataclass(frozen=True, slots=True)
class Happening:
    """One true incident. Metres east and north of the city's middle, seconds after the start."""

    name: str
    kind: Kind
    began_s: float
    lasts_s: float
    x: float
    y: float
    parent: str | None = None
    drift: XY = (0.0, 0.0)
    """metres a second that it moves, east and north"""
    most_m: float = field(default=0.0)
    """it moves no further than this"""

    def at(self, moment_s: float) -> XY:
        """Where it is at a moment; before it begins where it begins, after its end where it ended."""
        speed = math.hypot(*self.drift)
        if speed == 0.0:
            return self.x, self.y
        lasted_s = min(max(moment_s - self.began_s, 0.0), self.lasts_s, self.most_m / speed)
        return self.x + self.drift[0] * lasted_s, self.y + self.drift[1] * lasted_s


def happenings(settings: CitySettings, streets: Streets, seed: int) -> list[Happening]:
    """All that begins within the simulated days, in order of beginning."""
    waiting: list[tuple[float, str, Happening]] = []
    for kind in settings.kinds:
        for one in _own(settings, streets, seed, kind):
            heapq.heappush(waiting, (one.began_s, one.name, one))
    found: list[Happening] = []
    end_s = settings.days * DAY_S
    while waiting:
        _, _, one = heapq.heappop(waiting)
        found.append(one)
        for child in _offspring(settings, streets, seed, one):
            if child.began_s < end_s:
                heapq.heappush(waiting, (child.began_s, child.name, child))
    return found


def _own(settings: CitySettings, streets: Streets, seed: int, kind: Kind) -> list[Happening]:
    rng = dice(seed, "happenings", kind.value)
    hours = Hours.of(settings)
    count = poisson(rng, settings.kinds[kind].per_day * settings.density * settings.days)
    return [
        _one(settings, streets, seed, f"{kind.value}-{number:05d}", kind, hours.moment(rng, kind), None)
        for number in range(count)
    ]


def _offspring(settings: CitySettings, streets: Streets, seed: int, parent: Happening) -> list[Happening]:
    rng = dice(seed, "offspring", parent.name)
    rule = settings.offspring
    children = []
    for number in range(poisson(rng, rule.mean)):
        began_s = parent.began_s + rng.expovariate(1.0 / rule.after_s)
        name = f"{parent.name}.{number}"
        children.append(_one(settings, streets, seed, name, parent.kind, began_s, parent))
    return children


def _one(
    settings: CitySettings, streets: Streets, seed: int, name: str, kind: Kind, began_s: float, parent: Happening | None
) -> Happening:
    rng = dice(seed, "happening", name)
    if parent is None:
        x, y = streets.somewhere(rng)
    else:
        x, y = streets.onto_street(rng, *scatter(rng, parent.x, parent.y, settings.offspring.sigma_m))
    lasts_s = lag(rng, settings.kinds[kind].minutes * 60.0, _DURATION_SIGMA)
    moving = settings.breakers.moving
    drift = (0.0, 0.0)
    if kind in MOVING and rng.random() < moving.share:
        speed = rng.expovariate(1.0 / moving.speed_m_s) * (1 if rng.random() < 0.5 else -1)
        drift = (0.0, speed) if streets.runs_north(x, y) else (speed, 0.0)
    return Happening(name, kind, began_s, lasts_s, x, y, parent.name if parent else None, drift, moving.most_m)
