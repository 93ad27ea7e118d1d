"""How well signals are told by one happening: S(G), and what a signal adds to it. The only module that knows the terms.

    S(G) = log Σ_k e^(−M_k) ∫ λ_k Π L_s(e|k, x, τ) dx dτ

over the latent kinds k of the taxonomy, a false alarm when one camera alone speaks, and nuisance when one call does
(`fusion.md` §3). A signal's score in an incident is S(G + e) − S(G) − S({e}), nats: log odds against a new incident,
before calibration.
"""

import math
from collections.abc import Callable, Sequence
from operator import add
from typing import NamedTuple

from fusion.belief import Belief
from fusion.delays import Onset
from fusion.evidence import Evidence, Ground, about
from fusion.heard import unproject
from fusion.tables import Tables
from fusion.terms.kind import false_alarm_nats
from fusion.terms.prior import count_nats, geography_nats
from fusion.terms.time import log_sum
from fusion.voices import Voices

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
        those = placed(tables, base_of(tables, evidence, evidence.voices, origin), evidence.space)
        evidence.belief = believe(tables, those, evidence.onset, evidence.gross, *_nothing(tables, evidence))
    return evidence.belief


def placed(tables: Tables, base: Sequence[float], space: Callable[[int], float]) -> list[tuple[int, float]]:
    """(number of the kind, log weight of all but the time) for the kinds that may be; `space`: by class of extents."""
    least, extent_of = max(base) - PRUNE_CLAIMED, tables.extent_of
    return [(k, weight + space(extent_of[k])) for k, weight in enumerate(base) if weight >= least]


def believe(
    tables: Tables, those: list[tuple[int, float]], onset: Onset, gross: float, lone: float, nuisance: float
) -> Belief:
    """What it is, by the kinds `placed` left and when it may have begun; `lone`: log weight of a false alarm."""
    pace_of, times, time_nats = tables.pace_of, onset.known, onset.nats
    least = max([weight for _, weight in those]) - PRUNE
    kinds: list[tuple[int, float]] = []
    for k, weight in those:
        if weight >= least:
            time = times[pace_of[k]]
            kinds.append((k, weight + (time_nats(pace_of[k]) if time is None else time) + gross))
    return Belief(log_sum([*[weight for _, weight in kinds], lone, nuisance]), kinds, lone, nuisance)


def _nothing(tables: Tables, evidence: Evidence) -> tuple[float, float]:
    """Log weights of a false alarm and of nuisance, where they may be."""
    if evidence.voices.human:
        lone_call = evidence.number == 1 and evidence.voices.calls > 0
        return -math.inf, tables.nuisance + evidence.gross if lone_call else -math.inf
    if len(evidence.voices.cameras) != 1:
        return -math.inf, -math.inf
    rest = evidence.space(0) + evidence.onset.nats(len(tables.paces)) + evidence.gross
    return false_alarm(tables, evidence.voices, rest), -math.inf


def told_kinds(what: Belief) -> list[tuple[int, float]]:
    """The kinds by which terms are told: as they are believed of an incident with all its signals."""
    least = what.nats - TOLD
    return [kind for kind in what.kinds if kind[1] > least] or what.kinds


def stages(tables: Tables, evidence: Evidence, kinds: list[tuple[int, float]]) -> Stages:
    """S(G) as the factors are turned on in their fixed order; the last, the prior, gives `score`.

    `kinds` are weighed as they are believed of the incident with the signal, so that each term tells of what it is;
    their own sum is left in, which is the same for all that is told by them.
    """
    return stages_of(tables, kinds, evidence.gross, evidence.space, evidence.onset.nats, evidence.claims_nats)


def stages_of(
    tables: Tables,
    kinds: list[tuple[int, float]],
    gross: float,
    space_nats: Callable[[int], float],
    time_nats: Callable[[int], float],
    claims_nats: Sequence[float],
) -> Stages:
    """The same, from the terms by class of extents, by pace and by kind."""
    extent_of, pace_of = tables.extent_of, tables.pace_of
    spaces: list[float] = []
    times: list[float] = []
    claims: list[float] = []
    for k, weight in kinds:
        space = weight + space_nats(extent_of[k])
        time = space + time_nats(pace_of[k])
        spaces.append(space)
        times.append(time)
        claims.append(time + claims_nats[k])
    return Stages(gross + log_sum(spaces), gross + log_sum(times), gross + log_sum(claims))


def base_of(tables: Tables, evidence: Evidence, voices: Voices, origin: Origin) -> list[float]:
    """By kind: claims, rate here and now, and the number of signals when so many spoke."""
    ground = ground_of(tables, evidence, origin)
    more = ground.more + tables.log_hour(evidence.anchor) if tables.model.prior.hours else ground.more
    counts = count_nats(tables, voices, ground.covered)
    base = [a + b + more for a, b in zip(evidence.claims_nats, counts, strict=True)]
    return list(map(add, base, ground.own)) if ground.own else base


def ground_of(tables: Tables, evidence: Evidence, origin: Origin) -> Ground:
    """What is known of the place; looked up once for each evidence."""
    if evidence.ground is None:
        evidence.ground = _ground(tables, evidence, origin)
    return evidence.ground


def _ground(tables: Tables, evidence: Evidence, origin: Origin) -> Ground:
    prior = tables.model.prior
    if not tables.by_place or not evidence.placed:
        return Ground(prior.coverage_elsewhere, 0.0, [])
    lat, lon = unproject(*about(evidence), origin)
    more, covered = tables.here(lat, lon)
    return Ground(covered, more, geography_nats(tables, lat, lon))


def false_alarm(tables: Tables, voices: Voices, rest: float) -> float:
    """Log weight of a false alarm of the one camera that spoke; `rest`: of place, time and gross errors."""
    [camera] = voices.cameras
    first, again = tables.false_alarm(camera)
    return first + (voices.spoke - 1) * again + false_alarm_nats(voices.claims) + rest
