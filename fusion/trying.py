"""What an incident would be with one signal more, without making its evidence: most of what passes the gate is
hopeless, and this is where fusion spends its time.

The same sums as `scoring` has them of `evidence.plus`, but for the ground: what is known of the place in general is
taken from where the incident is without the signal.
"""

import math
from collections.abc import Callable
from functools import partial
from operator import add, sub
from typing import NamedTuple

from fusion.belief import Belief
from fusion.evidence import Evidence, Open, Parts, onset_from
from fusion.part import Part, delays_of
from fusion.scoring import PRUNE, PRUNE_CLAIMED, Origin, Stages, base_of, false_alarm, stages_of
from fusion.tables import Tables
from fusion.terms.space import Ahead, nats_ahead
from fusion.terms.time import log_sum


class Trial(NamedTuple):
    """S(G + e) with what it is made of, as far as it was asked for."""

    belief: Belief
    outlier: bool
    """the signal's place is disbelieved"""
    gross: float
    extents: list[int]
    """classes of extents"""
    spaces: list[float]
    """the space term, by those"""
    times: dict[int, float]
    """by pace"""


def tried(tables: Tables, its: Evidence, part: Part, members: Parts, origin: Origin, *, doubtful: bool) -> Trial:
    """The likelier of the two ways in which the signal may be of the incident; `doubtful`: there are two."""
    those, extents, aheads, alarm = _open(tables, its, part, origin)
    time_nats, times = _times(tables, its, part, members)
    burst = len(tables.paces)
    found: Trial | None = None
    for outlier, spaces, gross in _ways(tables, its, part, extents, aheads, doubtful=doubtful):
        weights = [weight + spaces[place] for _, place, _, weight in those]
        least, lone = max(weights) - PRUNE, -math.inf
        kinds: list[tuple[int, float]] = []
        logs: list[float] = []
        for (k, _, pace, _), weight in zip(those, weights, strict=True):
            if weight >= least:
                time = times.get(pace)
                if time is None:
                    time = times[pace] = time_nats(pace)
                whole = weight + time + gross
                kinds.append((k, whole))
                logs.append(whole)
        if alarm:
            if burst not in times:
                times[burst] = time_nats(burst)
            lone = false_alarm(tables, its.voices.changed(part, 1), spaces[0] + times[burst] + gross)
            logs.append(lone)
        nats = log_sum(logs)
        if found is None or nats > found.belief.nats:
            found = Trial(Belief(nats, kinds, lone, -math.inf), outlier, gross, extents, spaces, times)
    assert found is not None
    return found


def _times(
    tables: Tables, its: Evidence, part: Part, members: Parts
) -> tuple[Callable[[int], float], dict[int, float]]:
    """(the time term with the signal, by pace; what is known of it)."""
    if part.anchor < its.anchor:
        return onset_from(tables, [*members(), part], part.anchor).nats, {}
    delays = delays_of(tables, part, its.anchor)
    return partial(its.onset.nats_with, delays), delays.beside(its.onset)


Way = tuple[bool, list[float], float]
"""(the place is disbelieved, the space term for each class of extents, log of being right or grossly wrong)"""


def _ways(
    tables: Tables, its: Evidence, part: Part, extents: list[int], aheads: list[Ahead], *, doubtful: bool
) -> tuple[Way, ...]:
    """How the signal may be of the incident; one that is worse for every extent is not looked at."""
    spaces = nats_ahead(aheads, part.x, part.y, part.covariance) if its.placed else [0.0] * len(extents)
    right: Way = False, spaces, its.gross + tables.inlier[part.source]
    if not doubtful:
        return (right,)
    far: Way = True, [its.space(extent) for extent in extents], its.gross + tables.gross[part.source]
    gains = list(map(sub, far[1], spaces))
    even = right[2] - far[2]
    if max(gains) <= even:
        return (right,)
    return (far,) if min(gains) > even else (right, far)


def stages_with(tables: Tables, its: Evidence, part: Part, trial: Trial, kinds: list[tuple[int, float]]) -> Stages:
    """`scoring.stages` of the incident with the signal; `kinds`: some that are believed of it."""
    spaces, claims_nats = dict(zip(trial.extents, trial.spaces, strict=True)), list(map(add, its.claims_nats, part.row))
    return stages_of(tables, kinds, trial.gross, spaces.__getitem__, trial.times.__getitem__, claims_nats)


def _open(tables: Tables, its: Evidence, part: Part, origin: Origin) -> Open:
    """What may be, as far as the signal's source and claim tell."""
    own = part.camera in its.voices.cameras
    key = part.source if not part.camera else "its camera" if own else "another camera"
    known = its.opens.get((key, part.claim))
    if known is None:
        base = list(map(add, _base(tables, its, part, origin, key), part.row))
        least, extent_of, pace_of = max(base) - PRUNE_CLAIMED, tables.extent_of, tables.pace_of
        alarm = own and len(its.voices.cameras) == 1 and not its.voices.human
        # The space of a false alarm is that of the least extent: it comes first then.
        places: dict[int, int] = {0: 0} if alarm else {}
        kinds = [
            (k, places.setdefault(extent_of[k], len(places)), pace_of[k], weight)
            for k, weight in enumerate(base)
            if weight >= least
        ]
        known = Open(kinds, list(places), [its.ahead(tables, extent) for extent in places], alarm)
        its.opens[key, part.claim] = known
    return known


def _base(tables: Tables, its: Evidence, part: Part, origin: Origin, key: str) -> list[float]:
    """By kind: claims so far, rate here and now, and numbers of signals with one more of this source."""
    known = its.with_one.get(key)
    if known is None:
        known = its.with_one[key] = base_of(tables, its, its.voices.changed(part, 1), origin)
    return known
