"""How well signals are told by one happening: S(G), and what a signal adds to it. The only module that knows the terms.

    S(G) = log Σ_k e^(−M_k) ∫ λ_k Π L_s(e|k, x, τ) dx dτ

over the latent kinds k of the taxonomy, a false alarm when one camera alone speaks, and nuisance when one call does
(`fusion.md` §3). A signal's score in an incident is S(G + e) − S(G) − S({e}), nats: log odds against a new incident,
before calibration.
"""

import math
from typing import NamedTuple

from fusion.belief import Belief
from fusion.evidence import Evidence, where
from fusion.heard import unproject
from fusion.model import REAL_KINDS
from fusion.tables import Tables
from fusion.terms.kind import false_alarm_nats
from fusion.terms.prior import cell_factor, cell_name, count_nats, hour_factor
from fusion.terms.space import space_nats
from fusion.terms.time import log_sum

PRUNE_CLAIMED = 12.0
"""kinds whose claims and prior are so many nats below the best are left out"""
PRUNE = 8.0
"""and those so far below when the place is known: e⁻⁸ is less than a rate is known"""
TOLD = 6.0
"""and those so far below, when the terms are told"""
Origin = tuple[float, float]


class Stages(NamedTuple):
    """The score with only the first factors on: space; and time; and kind; nats."""

    space: float
    time: float
    kind: float


def score(tables: Tables, evidence: Evidence, origin: Origin) -> float:
    """S(G)."""
    return belief(tables, evidence, origin).nats


def belief(tables: Tables, evidence: Evidence, origin: Origin) -> Belief:
    """S(G) and what it is made of; reckoned once for each evidence."""
    if evidence.belief is None:
        false_alarm, nuisance = _nothing(tables, evidence)
        evidence.belief = _believe(tables, evidence, _placed(tables, evidence, origin), false_alarm, nuisance)
    return evidence.belief


def belief_above(tables: Tables, evidence: Evidence, origin: Origin, least: float) -> Belief | None:
    """The same, or None when S(G) is surely below `least`: most of what is weighed is hopeless, and told so cheaply."""
    if evidence.belief is not None:
        return evidence.belief
    placed, pace_of = _placed(tables, evidence, origin), tables.pace_of
    false_alarm, nuisance = _nothing(tables, evidence)
    paces = {pace: evidence.time_nats_at_most(pace) for pace in {pace_of[k]: 0 for k, _ in placed}}
    most = log_sum([weight + paces[pace_of[k]] for k, weight in placed]) + evidence.gross
    if most < least and false_alarm < least:
        return None
    evidence.belief = _believe(tables, evidence, placed, false_alarm, nuisance)
    return evidence.belief


def _placed(tables: Tables, evidence: Evidence, origin: Origin) -> list[tuple[int, float]]:
    """(number of the kind, log weight of all but the time) for the kinds that may be."""
    base, number = _base(tables, evidence, origin), evidence.placed
    least = max(base) - PRUNE_CLAIMED
    kinds = [(k, weight) for k, weight in enumerate(base) if weight >= least]
    if number <= 1:
        return kinds
    extent_of = tables.extent_of
    spaces = {extent: space_nats(evidence.scatter(extent), number) for extent in {extent_of[k]: 0 for k, _ in kinds}}
    return [(k, weight + spaces[extent_of[k]]) for k, weight in kinds]


def _believe(
    tables: Tables, evidence: Evidence, placed: list[tuple[int, float]], false_alarm: float, nuisance: float
) -> Belief:
    gross, pace_of = evidence.gross, tables.pace_of
    least = max([weight for _, weight in placed]) - PRUNE
    kinds = [(k, weight + evidence.time_nats(pace_of[k]) + gross) for k, weight in placed if weight >= least]
    nats = log_sum([*[weight for _, weight in kinds], false_alarm, nuisance])
    return Belief(nats, kinds, false_alarm, nuisance)


def _nothing(tables: Tables, evidence: Evidence) -> tuple[float, float]:
    """Log weights of a false alarm and of nuisance, where they may be."""
    if evidence.counts:
        lone_call = evidence.number == 1 and "police_110" in evidence.counts
        return -math.inf, tables.nuisance + evidence.gross if lone_call else -math.inf
    return _false_alarm(tables, evidence) if len(evidence.cameras) == 1 else -math.inf, -math.inf


def stages(tables: Tables, evidence: Evidence, what: Belief) -> Stages:
    """S(G) as the factors are turned on in their fixed order; the last, the prior, gives `score`.

    Kinds are weighed as they are believed of the incident with the signal, so that each term tells of what it is.
    """
    kinds = [(k, weight) for k, weight in what.kinds if weight > what.nats - TOLD] or what.kinds
    spaces: dict[int, float] = {}
    for extent in dict.fromkeys(tables.extent_of[k] for k, _ in kinds):
        spaces[extent] = space_nats(evidence.scatter(extent), evidence.placed)
    space = [weight + spaces[tables.extent_of[k]] for k, weight in kinds]
    time = [nats + evidence.time_nats(tables.pace_of[k]) for nats, (k, _) in zip(space, kinds, strict=True)]
    kind = [nats + evidence.claims_nats[k] for nats, (k, _) in zip(time, kinds, strict=True)]
    whole = evidence.gross - log_sum([weight for _, weight in kinds])
    return Stages(whole + log_sum(space), whole + log_sum(time), whole + log_sum(kind))


def _base(tables: Tables, evidence: Evidence, origin: Origin) -> list[float]:
    """By kind: claims, rate here and now, and numbers of signals."""
    prior = tables.model.prior
    covered, here, cell = prior.coverage_elsewhere, 0.0, ""
    if tables.by_place and evidence.placed:
        lat, lon = unproject(*where(evidence)[:2], origin)
        here, covered = tables.here(lat, lon)
        cell = cell_name(lat, lon, prior.cell_deg) if prior.cells_of else ""
    if prior.hours:
        here += math.log(hour_factor(prior, evidence.anchor))
    counts = count_nats(tables, evidence.counts, evidence.cameras, covered)
    base = [a + b + here for a, b in zip(evidence.claims_nats, counts, strict=True)]
    if cell:
        usual = math.log(cell_factor(prior, "", cell))
        for k, kind in enumerate(REAL_KINDS):
            if kind in prior.cells_of:
                base[k] += math.log(cell_factor(prior, kind, cell)) - usual
    return base


def _false_alarm(tables: Tables, evidence: Evidence) -> float:
    [camera] = evidence.cameras
    first, again = tables.false_alarm(camera)
    return (
        first
        + (evidence.number - 1) * again
        + false_alarm_nats(evidence.claims)
        + space_nats(evidence.scatter(0), evidence.placed)
        + evidence.time_nats(len(tables.paces))
        + evidence.gross
    )
