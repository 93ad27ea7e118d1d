"""A city's day from settings and a seed: the signals in order of arrival, the truth of each, and the cameras."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.cameras import Camera
from contracts.signals import Signal
from hub.simulate.city.drafts import Draft, Truth
from hub.simulate.city.fleet import Cells, fleet_of
from hub.simulate.city.happenings import happenings
from hub.simulate.city.people import People
from hub.simulate.city.settings import CitySettings
from hub.simulate.city.streets import Streets
from hub.simulate.city.telling import Teller
from hub.simulate.city.trouble import trouble
from hub.simulate.city.watching import Watch

Told = Callable[[str, int, int], None]
"""what is being done, how many of how many"""


@dataclass(frozen=True, slots=True)
class CityDay:
    """What a simulated city said, and what was true."""

    signals: tuple[Signal, ...]
    """in order of arrival; a duplicate or an update has the `signal_id` of its first"""
    arrivals: tuple[datetime, ...]
    """when fusion gets each of them; in order"""
    truth: dict[str, Truth]
    """by `signal_id`"""
    cameras: tuple[Camera, ...]


def city_day(settings: CitySettings, seed: int, told: Told = lambda *_: None) -> CityDay:
    """The same settings and seed give the same day, to the byte. About 2 s for the base scenario's day."""
    streets = Streets(settings.ground, seed)
    eyes = fleet_of(settings, streets, seed)
    watch, people = Watch(settings, streets, eyes, Cells(eyes), seed), People(settings, streets, seed)
    drafts: list[Draft] = []
    happened = happenings(settings, streets, seed)
    for number, one in enumerate(happened):
        told("happenings", number, len(happened))
        drafts += [*watch.observations(one), *people.calls(one), *people.grid_reports(one), *people.disputes(one)]
    for eye in eyes:
        drafts += watch.false_alarms(eye)
    drafts += people.nuisance()
    drafts = trouble(drafts, settings, streets, seed)
    drafts.sort(key=lambda draft: (draft.arrived_s, draft.key))
    teller = Teller(settings, streets, seed)
    signals: list[Signal] = []
    truth: dict[str, Truth] = {}
    for number, draft in enumerate(drafts):
        told("signals", number, len(drafts))
        signal = teller.tell(draft)
        signals.append(signal)
        truth.setdefault(signal.signal_id, teller.truth(draft))
    arrivals = tuple(teller.moment(draft.arrived_s) for draft in drafts)
    return CityDay(tuple(signals), arrivals, truth, tuple(eye.camera for eye in eyes))
