"""An incident's running statistics: sums, so that a join costs the same however large the incident is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from fusion.heard import Heard
from fusion.policy import Params
from fusion.terms.time import OFFSETS_S, onset_densities


@dataclass(slots=True)
class Tally:
    """Place as precision-weighted sums, the onset's log weights, and counts."""

    precision: float = 0.0
    """Σ 1/(σ² + extent²), per square metre"""
    east: float = 0.0
    north: float = 0.0
    first: float = 0.0
    """event time of the earliest signal"""
    last: float = 0.0
    """event time until which it is known to have gone on"""
    onset: list[float] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    """kind, with «?» when vague → members"""
    words: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)


def position_variance(heard: Heard, params: Params) -> float:
    """Variance per axis of a signal's place about the incident's centre: own error and the happening's size, m²."""
    extent = params.kinds[heard.kind].extent_m
    return heard.sigma * heard.sigma + extent * extent


def add(tally: Tally, heard: Heard, params: Params, *, outlier: bool) -> None:
    """Take one signal in; `outlier`: its place is not believed. The first signal always sets the place."""
    if not outlier or tally.precision == 0.0:
        precision = 1.0 / position_variance(heard, params)
        tally.precision += precision
        tally.east += precision * heard.x
        tally.north += precision * heard.y
    if not tally.onset:
        tally.first, tally.last, tally.onset = heard.at, heard.until, [0.0] * len(OFFSETS_S)
    tally.last = max(tally.last, heard.until)
    _count(tally.kinds, heard.claims)
    _count(tally.sources, heard.source)
    for word in heard.words:
        _count(tally.words, word)
    densities = onset_densities(
        heard.at, tally.first, tally.last, linger_s(heard.kind, params), heard.stated,
        params.sources[heard.source], params.model,
    )  # fmt: skip
    for i, density in enumerate(densities):
        tally.onset[i] += math.log(density)


def rebuild(members: Iterable[tuple[Heard, bool]], params: Params) -> Tally:
    """The statistics of exactly these (signal, is outlier) members, in their order; the earliest sets the onset."""
    members = list(members)
    tally = Tally()
    if members:
        tally.first = min(heard.at for heard, _ in members)
        tally.last = max(heard.until for heard, _ in members)
        tally.onset = [0.0] * len(OFFSETS_S)
    for heard, outlier in members:
        add(tally, heard, params, outlier=outlier)
    return tally


def linger_s(kind: str, params: Params) -> float:
    """How long signals of a kind still come after its happening was last seen."""
    return params.kinds[kind].after_s


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
