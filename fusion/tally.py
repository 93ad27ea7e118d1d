"""An incident in a few figures: where, when, which kinds, words and sources. What the gate and the portrait need."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fusion.heard import Heard


@dataclass(slots=True)
class Tally:
    """Kept with the incident; follows from its members and, for the place, from their evidence."""

    x: float = 0.0
    """metres east of the district's origin"""
    y: float = 0.0
    variance: float = 1.0
    """of that place, per axis, m²"""
    first: float = 0.0
    """when its earliest signal happened"""
    last: float = 0.0
    """until when it is known to have gone on"""
    real: float = 1.0
    """probability that anything happened: no false alarm, no nuisance"""
    kinds: dict[str, int] = field(default_factory=dict)
    """kind, with «?» when vague → members"""
    words: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)


def enter(tally: Tally, heard: Heard) -> None:
    """Count one signal more."""
    alone = not tally.sources
    tally.first = heard.at if alone else min(tally.first, heard.at)
    tally.last = heard.until if alone else max(tally.last, heard.until)
    _count(tally.kinds, heard.claims)
    _count(tally.sources, heard.source)
    for word in heard.words:
        _count(tally.words, word)


def count(members: Iterable[Heard]) -> Tally:
    """The figures of exactly these members, at least one; the place is still to be set."""
    tally = Tally()
    for heard in members:
        enter(tally, heard)
    return tally


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
