"""The kind term: how well what the signal claims fits what the incident's signals claim."""

import math
from collections.abc import Mapping

from fusion.compatibility import MAY_HIDE, weight
from fusion.policy import Model


def pair_weight(kind: str, vague: bool, other: str, other_vague: bool, model: Model) -> float:
    """The compatibility of two claims; a vague one may hide some other kinds, but is never better than a guess."""
    known = weight(kind, other)
    guessed = (vague and other in MAY_HIDE) or (other_vague and kind in MAY_HIDE)
    return max(known, model.vague_weight) if guessed else known


def kind_term(kind: str, vague: bool, shares: Mapping[str, float], model: Model) -> float:
    """Nats, −inf when no member is compatible. `shares`: «kind» or «kind?» (vague) → count of members."""
    total = mixed = 0.0
    for other, count in shares.items():
        total += count
        mixed += count * pair_weight(kind, vague, other.rstrip("?"), other.endswith("?"), model)
    if mixed <= 0.0:
        return -math.inf
    return model.kind_same + model.kind_scale * math.log(mixed / total)
