"""How often each kind happens and how many signals it makes: conjugate counts, mended for what nobody reported.

Only happenings that made at least one signal can be confirmed. One that had a chance of `silence` to make none stands
for 1 / (1 − silence) of its like, most of which nobody heard of; rates, expected signals and detection are counted
over those (zero truncation, after Horvitz and Thompson). Source: `fusion.md` §3.9.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fusion.learning.labels import Label
from fusion.model import KindModel, Model

PASSES, ROUNDS = 6, 8
"""of the spreads, which are shared by all kinds, and in each of one kind's own numbers"""
SHAPE = 2.0
"""of the gamma prior of a mean count"""
DETECT_WEIGHT = 10.0
"""cameras in view that the guess of a detection rate counts for"""
REPEAT_WEIGHT = 5.0
SPREAD_WEIGHT = 20.0
"""happenings that a Poisson count is believed for"""
MOST_SILENT = 0.95
PEOPLE = ("police_110", "grid")

InView = Callable[[float, float], float]
"""(lat, lon) → how many cameras see it"""


@dataclass(frozen=True, slots=True)
class Rates:
    """What was counted."""

    kinds: dict[str, KindModel]
    expected: dict[str, dict[str, float]]
    """source → kind → signals per happening"""
    spread: dict[str, float]
    """source → how unevenly they fall"""


@dataclass(frozen=True, slots=True)
class _Seen:
    counts: Mapping[str, int]
    reporting: int
    in_view: float
    repeats: int


def fitted(labels: Sequence[Label], model: Model, in_view: InView, km2: float, days: float) -> Rates:
    """`km2`: the ground that was listened to; `days`: for how long, as if everything in it had been labelled."""
    seen: dict[str, list[_Seen]] = {kind: [] for kind in model.kinds}
    for label in labels:
        if label.real:
            seen[label.kind].append(_seen(label, in_view))
    spread = {source: model.sources[source].spread for source in PEOPLE}
    for _ in range(PASSES):
        _, expected, weights = _of_kinds(seen, model, spread, km2 * days)
        spread = {source: _spread(source, seen, expected[source], weights) for source in PEOPLE}
    kinds, expected, _ = _of_kinds(seen, model, spread, km2 * days)
    return Rates(kinds, expected, spread)


def silence_of(mean: float, spread: float) -> float:
    """The chance of no signal where `mean` are expected: Poisson, or negative binomial when they fall unevenly."""
    return (1.0 + spread * mean) ** (-1.0 / spread) if spread > 1e-9 else math.exp(-mean)


def _of_kinds(
    seen: Mapping[str, Sequence[_Seen]], model: Model, spread: Mapping[str, float], exposure: float
) -> tuple[dict[str, KindModel], dict[str, dict[str, float]], dict[str, list[float]]]:
    kinds: dict[str, KindModel] = {}
    expected: dict[str, dict[str, float]] = {source: {} for source in PEOPLE}
    weights: dict[str, list[float]] = {}
    for kind, known in seen.items():
        guess = model.kinds[kind]
        means = {source: model.sources[source].expected.get(kind, 0.2) for source in PEOPLE}
        kinds[kind], own, weights[kind] = _of_kind(known, guess, means, spread, exposure)
        for source in PEOPLE:
            expected[source][kind] = own[source]
    return kinds, expected, weights


def _of_kind(
    known: Sequence[_Seen], guess: KindModel, means: Mapping[str, float], spread: Mapping[str, float], exposure: float
) -> tuple[KindModel, dict[str, float], list[float]]:
    own, detect = dict(means), guess.detect
    stands_for: list[float] = []
    for _ in range(ROUNDS):
        people = math.prod(silence_of(own[source], spread[source]) for source in PEOPLE)
        stands_for = [1.0 / (1.0 - min(MOST_SILENT, people * (1.0 - detect) ** one.in_view)) for one in known]
        whole = math.fsum(stands_for)
        own = {
            source: (SHAPE + sum(one.counts[source] for one in known)) / (SHAPE / max(means[source], 0.01) + whole)
            for source in PEOPLE
        }
        in_view = math.fsum(weight * one.in_view for weight, one in zip(stands_for, known, strict=True))
        detect = (DETECT_WEIGHT * guess.detect + sum(one.reporting for one in known)) / (DETECT_WEIGHT + in_view)
        detect = min(0.98, max(0.01, detect))
    reporting = sum(one.reporting for one in known)
    repeats = (REPEAT_WEIGHT * guess.repeats + sum(one.repeats for one in known)) / (REPEAT_WEIGHT + reporting)
    rate = (SHAPE + math.fsum(stands_for)) / (SHAPE / guess.rate + exposure)
    fitted_kind = guess.model_copy(
        update={"rate": round(rate, 6), "detect": round(detect, 4), "repeats": round(max(1.0, repeats), 4)}
    )
    return fitted_kind, {source: round(mean, 5) for source, mean in own.items()}, stands_for


def _spread(
    source: str, seen: Mapping[str, Sequence[_Seen]], expected: Mapping[str, float], weights: Mapping[str, list[float]]
) -> float:
    """Method of moments over all kinds: variance = mean + spread · mean², those nobody heard of counted as zeros."""
    above = squares = 0.0
    for kind, known in seen.items():
        mean = expected[kind]
        silent = math.fsum(weight - 1.0 for weight in weights[kind])
        above += sum((one.counts[source] - mean) ** 2 - mean for one in known) + silent * (mean * mean - mean)
        squares += (len(known) + silent) * mean * mean
    return round(min(4.0, max(0.0, above / (squares + SPREAD_WEIGHT))), 4)


def _seen(label: Label, in_view: InView) -> _Seen:
    cameras = label.cameras
    return _Seen(
        {source: label.count(source) for source in PEOPLE},
        len(cameras),
        max(in_view(*label.place), float(len(cameras))),
        sum(cameras.values()),
    )
