"""The days of the bench: five days of one invented city, of which the last is judged and the others are learned from.

The city (streets, cameras, hot spots) is the same on all five, as a county's is; what happens is not. A scenario
changes the days and leaves the city. The seeds 1 to 5 are for judging only: nothing was ever tuned on them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from contracts.cameras import Camera
from contracts.signals import Signal
from fusion.heard import Heard, hear
from fusion.learning.calibration import Answer
from fusion.learning.history import raw_nats, rivals_of, terms_of
from fusion.learning.labels import Label, Lesson, lesson_of
from hub.bench.fusion_set.playing import Judged
from hub.bench.fusion_set.points import Day, day_of, is_judged
from hub.simulate.city.day import CityDay, city_day
from hub.simulate.city.drafts import Truth
from hub.simulate.city.presets import scenario
from hub.simulate.city.settings import CitySettings

DAYS = 5
TEST_SEEDS = (1, 2, 3, 4, 5)
SMALL = {"density": 0.33, "fleet": {"count": 500}}


@dataclass(frozen=True, slots=True)
class City:
    """One city's days."""

    whole: CityDay
    days: tuple[Day, ...]

    @property
    def cameras(self) -> Sequence[Camera]:
        """All of them, with what they see."""
        return self.whole.cameras

    @property
    def truth(self) -> dict[str, Truth]:
        """By signal id."""
        return self.whole.truth


def city(name: str, seed: int, *, small: bool = False) -> City:
    """The five days of a scenario; `small`: a third of it all, for a quick look."""
    settings = settings_of(name, small=small)
    whole = city_day(settings, seed)
    cluster_of = {signal_id: truth.cluster for signal_id, truth in whole.truth.items()}
    days = []
    for number in range(DAYS):
        since, until = (settings.start + timedelta(days=one) for one in (number, number + 1))
        heard = [
            (signal, at)
            for signal, at in zip(whole.signals, whole.arrivals, strict=True)
            if since <= at < until or (number == DAYS - 1 and at >= until)
        ]
        days.append(day_of(f"{name} {seed}.{number}", heard, cluster_of))
    return City(whole, tuple(days))


def settings_of(name: str, *, small: bool = False) -> CitySettings:
    """A scenario over all days; a model that is retrained is retrained in the middle of the judged one."""
    retrained = {"breakers": {"drift": {"from_hour": 24.0 * (DAYS - 1) + 12.0}}}
    return scenario(name, {"days": DAYS, **retrained} | (SMALL if small else {}))


def lesson(days: Sequence[Day], of: City, *, most: int | None = None, seed: int = 0) -> tuple[Lesson, list[Heard]]:
    """What people could have confirmed in these days: all of it, or `most` incidents drawn by chance.

    Confirmed and dismissed ones alike, as operators meet them, each with the signals that are truly its own.
    """
    heard = _heard([signal for day in days for signal, _ in day.signals])
    clusters: dict[str, list[Heard]] = defaultdict(list)
    for one in heard:
        clusters[of.truth[one.signal_id].cluster].append(one)
    names = sorted(clusters)
    if most is not None:
        names = sorted(Random(seed).sample(names, min(most, len(names))))
    district_of = {signal.signal_id: signal.district for day in days for signal, _ in day.signals}
    labels = [
        Label(
            name,
            tuple(clusters[name]),
            _kind(of.truth[clusters[name][0].signal_id]),
            district_of[clusters[name][0].signal_id],
        )
        for name in names
    ]
    return lesson_of(labels, [], heard, of.cameras), heard


def answers(judged: Sequence[Judged], *, most: int | None = None, seed: int = 0) -> list[Answer]:
    """What people would have said of each decision; with `most`, half of the provisional joins and half audits.

    Each carries one over the chance with which its kind of decision was drawn.
    """
    weighed = [one for one in judged if one.decision.candidates]
    if most is None:
        return [_answer(one, 1.0) for one in weighed]
    dice, found = Random(seed), []
    doubtful = [one for one in weighed if one.chosen == "provisional"]
    silent = [one for one in weighed if one.chosen != "provisional"]
    for stratum, share in ((doubtful, most // 2), (silent, most - most // 2)):
        drawn = dice.sample(stratum, min(share, len(stratum)))
        found += [_answer(one, len(stratum) / len(drawn)) for one in drawn]
    return found


def _answer(one: Judged, weight: float) -> Answer:
    best = max(one.decision.candidates, key=lambda candidate: candidate.p)
    return Answer(
        one.signal_id, one.source, raw_nats(best), one.right, weight, rivals_of(one.decision, best), terms_of(best)
    )


def _heard(signals: Sequence[Signal]) -> list[Heard]:
    judged = [signal for signal in signals if is_judged(signal)]
    origin = (judged[0].place.lat, judged[0].place.lon)
    newest = {signal.signal_id: hear(signal, origin) for signal in judged}
    return list(newest.values())


def _kind(truth: Truth) -> str:
    return truth.kind.value if truth.incident is not None else ""
