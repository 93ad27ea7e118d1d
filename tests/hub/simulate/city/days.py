"""Small days of every scenario for the tests of this folder, each made once."""

from functools import cache

from contracts.geo import distance_between
from contracts.signals import Signal
from hub.simulate.city.day import CityDay, city_day
from hub.simulate.city.presets import scenario

SMALL = {"days": 0.75, "density": 0.5, "fleet": {"count": 600}, "calls": {"nuisance_per_day": 100}}
"""begins at midnight and holds the noon of the drift and the outage of 14:00"""


@cache
def day_of(name: str) -> CityDay:
    return city_day(scenario(name, SMALL), 11)


def of(day: CityDay, source: str) -> list[Signal]:
    return [signal for signal in day.signals if signal.source == source]


def off(day: CityDay, signal: Signal) -> float:
    truth = day.truth[signal.signal_id]
    return distance_between(truth.lat, truth.lon, signal.place.lat, signal.place.lon)


def noted(day: CityDay, note: str) -> list[Signal]:
    return [signal for signal in day.signals if note in day.truth[signal.signal_id].notes]


def clusters(day: CityDay) -> set[str]:
    return {truth.cluster for truth in day.truth.values()}


def right(day: CityDay, source: str) -> float:
    real = [s for s in of(day, source) if day.truth[s.signal_id].incident is not None]
    return sum(s.kind is day.truth[s.signal_id].kind for s in real) / len(real)
