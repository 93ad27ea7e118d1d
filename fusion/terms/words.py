"""The words term: a rare word in common speaks for the same happening, a common one says little.

A Pólya urn over extracted tokens, never raw text, whose similarity misleads: the next word is one that the incident's
signals used already, or one of the city's by their usual frequency. Nats. Source: `fusion.md` §3.4.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from fusion.model import Words


class Rarity(NamedTuple):
    """How usual words are in the city."""

    used: Mapping[str, int]
    """word → signals that used it"""
    heard: int
    """signals with words"""

    def of(self, word: str) -> float:
        """Share of signals that use a word."""
        return (self.used.get(word, 0) + 1.0) / (self.heard + 20.0)


class WordsTerm(NamedTuple):
    """Nats, and what they came from."""

    nats: float
    shared: tuple[tuple[str, float], ...]
    """words that both sides used with the nats of each, most telling first"""
    only_here: tuple[str, ...]


NO_WORDS = WordsTerm(0.0, (), ())


def words_term(words: Sequence[str], incident: Mapping[str, int], rarity: Rarity, model: Words) -> WordsTerm:
    """How much likelier a signal's words are beside an incident's than alone; `incident`: word → count there."""
    if not words or not incident:
        return NO_WORDS
    drawn, urn = sum(incident.values()), model.urn
    thinner = _thinner(urn, drawn, len(words))
    shared: list[tuple[float, str]] = []
    only_here: list[str] = []
    nats = 0.0
    for word in words:
        told = model.weight * thinner
        count = incident.get(word, 0)
        if count:
            usual = urn * rarity.of(word)
            told += model.weight * math.log((count + usual) / usual)
            shared.append((-told, word))
        else:
            only_here.append(word)
        nats += told
    told_by = tuple((word, round(-minus, 3)) for minus, word in sorted(shared))
    return WordsTerm(clipped(nats, model), told_by, tuple(only_here))


@lru_cache(maxsize=10_000)
def _thinner(urn: float, drawn: int, words: int) -> float:
    """Nats a word, by which so many are likelier from the urn alone than from one into which others were drawn."""
    return math.fsum([math.log((urn + place) / (drawn + place + urn)) for place in range(words)]) / words


def words_of_two(one: Mapping[str, int], other: Mapping[str, int], rarity: Rarity, model: Words) -> float:
    """Nats for two incidents being one, by their words."""
    if not one or not other:
        return 0.0
    drawn, urn = sum(one.values()), model.urn
    nats, place = 0.0, 0
    for word, count in sorted(other.items()):
        usual = urn * rarity.of(word)
        already = one.get(word, 0)
        for i in range(count):
            nats += math.log((already + i + usual) / (i + usual) * (urn + place) / (drawn + place + urn))
            place += 1
    return clipped(model.weight * nats, model)


def clipped(nats: float, model: Words) -> float:
    """No chatter outweighs place and time."""
    return min(model.most, max(model.least, nats))
