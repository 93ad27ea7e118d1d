"""How often each rule of each camera was right, by what people confirmed and dismissed; and what to do about it.

Precision as a beta posterior, Beta(1 + confirmed, 1 + rejected). A threshold is only ever suggested, with the evidence
it would have kept and dropped; so is to mute a rule. Source: `fusion.md` §3.9.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MUTE_BELOW = 0.1
"""a rule of which even the upper bound of the precision is lower is not worth a person's look"""
LEAST_REJECTED = 5
LEAST_JUDGED = 10
KEEP = 0.9
"""a suggested threshold keeps at least this share of what was confirmed"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One observation on which there is a verdict."""

    signal_id: str
    camera: str
    rule: str
    confidence: float
    real: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """«From this confidence on», with what it would have meant for the observations that were judged."""

    confidence: float
    kept_real: int
    dropped_real: int
    dropped_false: int
    dropped: tuple[str, ...]
    """signal ids, so that each can be looked at"""


@dataclass(frozen=True, slots=True)
class Precision:
    """One rule of one camera."""

    camera: str
    rule: str
    confirmed: int
    rejected: int
    mean: float
    low: float
    high: float
    """the 95 % interval"""
    mute: bool
    """even its best is not worth looking at"""
    threshold: Threshold | None


def precisions(shown: Sequence[Shown]) -> list[Precision]:
    """Worst first."""
    groups: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    for one in shown:
        groups[(one.camera, one.rule)].append(one)
    return sorted((_of(camera, rule, group) for (camera, rule), group in groups.items()), key=_order)


def interval(confirmed: int, rejected: int) -> tuple[float, float, float]:
    """(mean, 2.5 %, 97.5 %) of Beta(1 + confirmed, 1 + rejected)."""
    a, b = 1.0 + confirmed, 1.0 + rejected
    return a / (a + b), _quantile(a, b, 0.025), _quantile(a, b, 0.975)


def suggested(group: Sequence[Shown]) -> Threshold | None:
    """The confidence that drops most false ones and keeps nine in ten real ones; None when it would not pay."""
    real = sorted(one.confidence for one in group if one.real)
    if len(group) < LEAST_JUDGED or len(group) - len(real) < LEAST_REJECTED:
        return None
    edges = sorted({one.confidence for one in group})
    best: Threshold | None = None
    for edge in edges[1:]:
        dropped = [one for one in group if one.confidence < edge]
        dropped_real = sum(one.real for one in dropped)
        if dropped_real > (1.0 - KEEP) * len(real):
            break
        best = Threshold(
            edge, len(real) - dropped_real, dropped_real, len(dropped) - dropped_real,
            tuple(one.signal_id for one in dropped),
        )  # fmt: skip
    return best if best is not None and best.dropped_false >= LEAST_REJECTED else None


def _of(camera: str, rule: str, group: Sequence[Shown]) -> Precision:
    confirmed = sum(one.real for one in group)
    rejected = len(group) - confirmed
    mean, low, high = interval(confirmed, rejected)
    return Precision(
        camera, rule, confirmed, rejected, round(mean, 4), round(low, 4), round(high, 4),
        mute=high < MUTE_BELOW, threshold=suggested(group),
    )  # fmt: skip


def _order(one: Precision) -> tuple[float, str, str]:
    return one.mean, one.camera, one.rule


def _quantile(a: float, b: float, share: float) -> float:
    """By bisection over the regularised incomplete beta function."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _incomplete_beta(a, b, middle) < share else (low, middle)
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b) for whole a and b: a binomial tail. Source: Abramowitz and Stegun 26.5.24."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    n, least = round(a + b - 1.0), round(a)
    logs = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(x) + (n - k) * math.log1p(-x)
        for k in range(least, n + 1)
    ]
    return math.fsum(math.exp(log) for log in logs)


def counts(found: Sequence[Precision]) -> Mapping[str, int]:
    """How many rules there is a suggestion for."""
    return {
        "rules": len(found),
        "mute": sum(one.mute for one in found),
        "threshold": sum(one.threshold is not None for one in found),
    }
