"""Confirmed incidents of an invented square, placed by metres and seconds."""

import random
from collections.abc import Sequence

from contracts.geo import GeoPoint, offset
from contracts.signals import Signal
from fusion.heard import Heard, hear
from fusion.learning.labels import Label
from tests.fusion.scene import SQUARE, call, grid

ORIGIN = (SQUARE.lat, SQUARE.lon)


def heard(signal: Signal) -> Heard:
    """As fusion remembers it."""
    return hear(signal, ORIGIN)


def label(name: str, signals: Sequence[Signal], kind: str = "") -> Label:
    """A verdict on these signals; without a kind: nothing happened."""
    return Label(name, tuple(heard(one) for one in signals), kind)


def accidents(
    count: int, *, calls: float = 1.5, reports: float = 0.5, lag_s: float = 300.0, seed: int = 1
) -> list[Label]:
    """Traffic accidents over ten days and 2 km, reported as often as that on average; those nobody told of are gone."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        north, east, began = dice.uniform(-1000, 1000), dice.uniform(-1000, 1000), dice.uniform(0, 864_000)
        signals: list[Signal] = []
        for kind, mean in (("call", calls), ("grid", reports)):
            for one in range(_poisson(dice, mean)):
                name = f"{kind}-{number}-{one}"
                after = dice.lognormvariate(0, 0.5) * lag_s
                if kind == "call":
                    signals.append(call(name, began + after, north=north, east=east, event_type="call_traffic"))
                else:
                    signals.append(grid(name, began + after, north=north, east=east, event_type="grid_emergency"))
        if signals:
            found.append(label(f"accident-{number}", signals, "traffic_accident"))
    return found


def spot(north: float, east: float) -> GeoPoint:
    """A place beside the square."""
    return offset(SQUARE, north_m=north, east_m=east)


def _poisson(dice: random.Random, mean: float) -> int:
    count, waited = 0, dice.expovariate(1.0)
    while waited < mean:
        count += 1
        waited += dice.expovariate(1.0)
    return count
