"""Day and night: how the rates of a county follow the hour, when the settings say so."""

import random
from dataclasses import dataclass
from datetime import timedelta, timezone

from contracts.kinds import Kind
from hub.simulate.city.settings import CitySettings

DAY_S = 86_400.0
BEIJING = timezone(timedelta(hours=8))

_BUSY = (2, 1, 1, 1, 1, 2, 4, 8, 10, 9, 8, 8, 8, 7, 8, 8, 9, 11, 10, 9, 8, 6, 4, 3)
_EVENING = (6, 4, 3, 2, 1, 1, 1, 2, 3, 3, 4, 5, 5, 4, 4, 4, 5, 6, 8, 10, 11, 11, 9, 8)
_WORKING = (1, 1, 1, 1, 1, 1, 3, 8, 12, 12, 11, 9, 8, 10, 11, 11, 10, 8, 5, 4, 3, 2, 1, 1)
_BY_KIND = {
    Kind.VIOLENCE: _EVENING, Kind.CROWD: _EVENING, Kind.FIRE: _EVENING, Kind.MEDICAL: _BUSY,
    Kind.TRAFFIC_ACCIDENT: _BUSY, Kind.PARKING: _BUSY,
}  # fmt: skip
"""relative rate per hour of local time; other kinds are work of the day. Invented curves of the usual shape."""
_NIGHT = frozenset({20, 21, 22, 23, 0, 1, 2, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class Hours:
    """Moments drawn by the hour, over the simulated days."""

    first_hour: float
    """local hour of the start"""
    days: float
    strength: float

    @staticmethod
    def of(settings: CitySettings) -> "Hours":
        """Those of a city."""
        local = settings.start.astimezone(BEIJING)
        first = local.hour + local.minute / 60 + local.second / 3600
        return Hours(first, settings.days, settings.breakers.day_night.strength)

    def moment(self, rng: random.Random, kind: Kind) -> float:
        """Seconds after the start at which something of this kind begins."""
        curve = _BY_KIND.get(kind, _WORKING)
        highest, mean = max(curve), sum(curve) / 24
        top = 1.0 + self.strength * (highest / mean - 1.0)
        while True:
            moment_s = rng.uniform(0.0, self.days * DAY_S)
            weight = 1.0 + self.strength * (curve[self.hour(moment_s)] / mean - 1.0)
            if rng.random() * top <= weight:
                return moment_s

    def hour(self, moment_s: float) -> int:
        """The local hour of the day, 0 to 23."""
        return int(self.first_hour + moment_s / 3600.0) % 24

    def dark(self, moment_s: float) -> bool:
        """Whether cameras see badly; never where day and night are alike."""
        return self.strength > 0 and self.hour(moment_s) in _NIGHT
