"""The words term: a rare word in common speaks for the same happening, a common one says little.

A Pólya urn over extracted tokens, never raw text, whose similarity misleads. Source: `fusion.md` §3.4.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fusion.policy import Model


class WordsTerm(NamedTuple):
    """Nats, and the words that both sides used, most telling first."""

    nats: float
    shared: tuple[str, ...]


def words_term(
    words: Sequence[str], incident: Mapping[str, int], rarity: Mapping[str, int], heard: int, model: Model
) -> WordsTerm:
    """`incident`: word → count among its members; `rarity`: word → signals that used it, of `heard` in all."""
    if not words or not incident:
        return WordsTerm(0.0, ())
    drawn, urn = sum(incident.values()), model.word_urn
    scored: list[tuple[float, str]] = []
    nats = 0.0
    for word in words:
        count = incident.get(word, 0)
        if count == 0:
            nats += model.word_conflict
            continue
        usual = (rarity.get(word, 0) + 1.0) / (heard + 20.0)
        told = model.word_weight * math.log((count + urn * usual) / ((drawn + urn) * usual))
        nats += told
        scored.append((-told, word))
    shared = tuple(word for _, word in sorted(scored))
    return WordsTerm(min(model.word_max, max(model.word_min, nats)), shared)
