"""Whether a happening draws others of its kind near: the pull of what just happened nearby, against the usual pull.

A self-exciting process (Mohler et al. 2011), whose background is counted and not assumed: the same pull from what
happened nearby at the same hour of the day before. A place where much happens pulls always, and that is no repeat.
"""

import math
from collections.abc import Sequence

from fusion.learning.labels import Label, metres
from fusion.model import DAY, HOUR, Prior

REACH = 6.0
"""kernel lengths and times beyond which nothing pulls"""
MOST = 50.0


def fitted(labels: Sequence[Label], prior: Prior, days: float) -> float:
    """η of 1 + η·exp(−d/length − Δt/time), by maximum likelihood; 0 when there is no more pull than usual."""
    by_kind: dict[str, list[Label]] = {}
    for label in sorted((one for one in labels if one.real), key=lambda one: (one.first, one.incident_id)):
        by_kind.setdefault(label.kind, []).append(label)
    # A recording shorter than two days has no day before; some hours before stand in for it.
    before_s = DAY if days >= 2.0 else 8.0 * HOUR
    pulls: list[float] = []
    usual, counted = 0.0, 0
    for known in by_kind.values():
        pulls += pulls_of(known, prior, 0.0)
        began = known[0].first
        late = [one.first - began > before_s + REACH * prior.near_repeat_s for one in known]
        shifted = pulls_of(known, prior, before_s)
        usual += math.fsum(pull for pull, full in zip(shifted, late, strict=True) if full)
        counted += sum(late)
    room = usual / counted * len(pulls) if counted else 0.0
    return round(_likeliest(pulls, room), 4)


def pulls_of(known: Sequence[Label], prior: Prior, before_s: float) -> list[float]:
    """Per happening, in order of time, Σ exp(−d/length − Δt/time) over those more than `before_s` earlier."""
    places = [label.place for label in known]
    found: list[float] = []
    for number, label in enumerate(known):
        pull = 0.0
        for other in range(number - 1, -1, -1):
            since = label.first - known[other].first - before_s
            if since > REACH * prior.near_repeat_s:
                break
            away = metres(*places[number], *places[other])
            if since >= 0.0 and away < REACH * prior.near_repeat_m:
                pull += math.exp(-away / prior.near_repeat_m - since / prior.near_repeat_s)
        found.append(pull)
    return found


def _likeliest(pulls: Sequence[float], room: float) -> float:
    """The η at which the slope of Σ ln(1 + η·pull) − η·room is nought."""
    if room <= 0.0 or math.fsum(pulls) <= room:
        return 0.0
    low, high = 0.0, MOST
    for _ in range(60):
        middle = (low + high) / 2
        slope = math.fsum(pull / (1.0 + middle * pull) for pull in pulls) - room
        low, high = (middle, high) if slope > 0.0 else (low, middle)
    return low
