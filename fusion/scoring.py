"""How well signals are told by one happening: S(G), and what a signal adds to it. The only module that knows the terms.

    S(G) = log Σ_k e^(−M_k) ∫ λ_k Π L_s(e|k, x, τ) dx dτ

over the latent kinds k of the taxonomy, a false alarm when one camera alone speaks, and nuisance when one call does
(`fusion.md` §3). A signal's score in an incident is S(G + e) − S(G) − S({e}), nats: log odds against a new incident,
before calibration.
"""

import math
from typing import NamedTuple

from fusion.evidence import Evidence, where
from fusion.heard import unproject
from fusion.model import REAL_KINDS
from fusion.tables import Tables
from fusion.terms.kind import false_alarm_nats
from fusion.terms.prior import cell_factor, cell_name, count_nats, coverage, hour_factor
from fusion.terms.space import space_nats
from fusion.terms.time import time_nats

PRUNE = 12.0
"""kinds whose claims and prior are so many nats below the best are left out"""
FALSE_ALARM, NUISANCE = "false_alarm", "nuisance"

Origin = tuple[float, float]


class Belief(NamedTuple):
    """What an incident is: log weights of the kinds that may be, of false alarm and of nuisance, and their sum."""

    nats: float
    kinds: list[tuple[int, float]]
    """(number in `REAL_KINDS`, log weight)"""
    false_alarm: float
    nuisance: float

    def probabilities(self) -> dict[str, float]:
        """Name → probability, likeliest first."""
        named = [(REAL_KINDS[k], weight) for k, weight in self.kinds]
        named += [(FALSE_ALARM, self.false_alarm), (NUISANCE, self.nuisance)]
        shares = [(name, math.exp(weight - self.nats)) for name, weight in named if weight > -math.inf]
        return dict(sorted(shares, key=lambda share: (-share[1], share[0])))

    def real(self) -> float:
        """Probability that something happened."""
        nothing = math.exp(self.false_alarm - self.nats) + math.exp(self.nuisance - self.nats)
        return 1.0 - nothing

    def best(self) -> int:
        """The likeliest kind's number."""
        return max(self.kinds, key=lambda kind: (kind[1], -kind[0]))[0]


class Stages(NamedTuple):
    """The score with only the first factors on: space; and time; and kind; nats."""

    space: float
    time: float
    kind: float


def score(tables: Tables, evidence: Evidence, origin: Origin) -> float:
    """S(G), reckoned once for each evidence."""
    if evidence.score is None:
        evidence.score = belief(tables, evidence, origin).nats
    return evidence.score


def belief(tables: Tables, evidence: Evidence, origin: Origin) -> Belief:
    """S(G) and what it is made of."""
    base = _base(tables, evidence, origin)
    least = max(base) - PRUNE
    extent_of, pace_of, widths, placed = tables.extent_of, tables.pace_of, tables.widths, evidence.placed
    spaces: dict[int, float] = {}
    times: dict[int, float] = {}
    kinds: list[tuple[int, float]] = []
    for k, weight in enumerate(base):
        if weight < least:
            continue
        extent, pace = extent_of[k], pace_of[k]
        if extent not in spaces:
            spaces[extent] = space_nats(evidence.scatters[extent], placed)
        if pace not in times:
            times[pace] = time_nats(evidence.onset[pace], widths)
        kinds.append((k, weight + spaces[extent] + times[pace] + evidence.gross))
    false_alarm = _false_alarm(tables, evidence) if len(evidence.cameras) == 1 and not evidence.counts else -math.inf
    nuisance = -math.inf
    if evidence.number == 1 and evidence.counts.get("police_110"):
        nuisance = tables.nuisance + evidence.gross
    nats = log_sum([*(weight for _, weight in kinds), false_alarm, nuisance])
    return Belief(nats, kinds, false_alarm, nuisance)


def stages(tables: Tables, evidence: Evidence, what: Belief) -> Stages:
    """S(G) as the factors are turned on in their fixed order; the last, the prior, gives `score`.

    Kinds are weighed as they are believed of the incident with the signal, so that each term tells of what it is.
    """
    space: list[float] = []
    time: list[float] = []
    kind: list[float] = []
    spaces: dict[int, float] = {}
    times: dict[int, float] = {}
    for k, weight in what.kinds:
        extent, pace = tables.extent_of[k], tables.pace_of[k]
        if extent not in spaces:
            spaces[extent] = space_nats(evidence.scatters[extent], evidence.placed)
        if pace not in times:
            times[pace] = time_nats(evidence.onset[pace], tables.widths)
        space.append(weight + spaces[extent])
        time.append(space[-1] + times[pace])
        kind.append(time[-1] + evidence.claims_nats[k])
    whole = evidence.gross - log_sum([weight for _, weight in what.kinds])
    return Stages(whole + log_sum(space), whole + log_sum(time), whole + log_sum(kind))


def log_sum(logs: list[float]) -> float:
    """log Σ exp, in the order given."""
    top = max(logs)
    return top + math.log(sum([math.exp(one - top) for one in logs]))


def _base(tables: Tables, evidence: Evidence, origin: Origin) -> list[float]:
    """By kind: claims, rate here and now, and numbers of signals."""
    prior = tables.model.prior
    by_place = bool(prior.cells or prior.cells_of or prior.coverage)
    lat, lon = unproject(*where(evidence)[:2], origin) if by_place and evidence.placed else origin
    covered = coverage(prior, lat, lon) if by_place else prior.coverage_elsewhere
    counts = count_nats(tables, evidence.counts, evidence.cameras, covered)
    base = [a + b + c for a, b, c in zip(evidence.claims_nats, tables.rate, counts, strict=True)]
    if prior.hours:
        hour = math.log(hour_factor(prior, evidence.anchor))
        base = [weight + hour for weight in base]
    if prior.cells or prior.cells_of:
        cell = cell_name(lat, lon, prior.cell_deg)
        base = [
            weight + math.log(cell_factor(prior, kind, cell)) for weight, kind in zip(base, REAL_KINDS, strict=True)
        ]
    return base


def _false_alarm(tables: Tables, evidence: Evidence) -> float:
    [camera] = evidence.cameras
    first, again = tables.false_alarm(camera)
    return (
        first
        + (evidence.number - 1) * again
        + false_alarm_nats(evidence.claims)
        + space_nats(evidence.scatters[0], evidence.placed)
        + time_nats(evidence.onset[-1], tables.widths)
        + evidence.gross
    )
