"""What each source calls each kind: Dirichlet counts from confirmed kinds, over the rows of the compatibility table."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from fusion.compatibility import weight
from fusion.learning.labels import Label
from fusion.model import REAL_KINDS, Model

PRIOR_WEIGHT = 10.0
"""signals that the guessed row counts for"""
FAINT = 0.02
"""what the guess gives to kinds that the table keeps apart: a machine may call anything anything"""


def fitted(labels: Sequence[Label], model: Model) -> dict[str, dict[str, dict[str, float]]]:
    """Source → latent kind → claim («kind», or «kind?» of a catch-all category) → probability."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for label in labels:
        if label.real:
            for member in label.members:
                counts.setdefault((member.source, label.kind), Counter())[member.claims] += 1
    return {
        source: {
            kind: _posterior(counts[(source, kind)], guess_of(kind, one.right, one.confusion))
            for kind in REAL_KINDS
            if (source, kind) in counts
        }
        for source, one in model.sources.items()
    }


def guess_of(kind: str, right: float, fitted_before: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The row before anything was confirmed: mostly right, else by the table, faintly anything."""
    if kind in fitted_before:
        return dict(fitted_before[kind])
    others = {other: weight(kind, other) + FAINT for other in REAL_KINDS if other != kind}
    whole = math.fsum(others.values())
    return {kind: right} | {other: (1.0 - right) * share / whole for other, share in others.items()}


def _posterior(counts: Counter[str], guess: Mapping[str, float]) -> dict[str, float]:
    whole = counts.total() + PRIOR_WEIGHT
    claims = sorted(set(guess) | set(counts))
    return {claim: round((counts[claim] + PRIOR_WEIGHT * guess.get(claim, 0.0)) / whole, 6) for claim in claims}
