"""What an incident would be with one signal more, without making its evidence: most of what passes the gate is
hopeless, and this is where fusion spends its time.

The same sums as `scoring` has them of `evidence.plus`, but for the ground: what is known of the place in general is
taken from where the incident is without the signal.
"""

import math
from operator import add

from fusion.belief import Belief
from fusion.evidence import Evidence, Parts, onset_with
from fusion.part import Part
from fusion.scoring import Origin, believe, false_alarm, ground_of, placed
from fusion.tables import Tables
from fusion.terms.prior import count_nats
from fusion.terms.space import space_nats_with


def tried(
    tables: Tables, its: Evidence, part: Part, members: Parts, origin: Origin, *, doubtful: bool
) -> tuple[Belief, bool]:
    """S(G + e) with what it is made of, and whether the signal's place is disbelieved, which is `doubtful` only."""
    base = list(map(add, _base(tables, its, part, origin), part.row))
    onset = onset_with(tables, its, part, members)
    number = its.placed + 1

    def space(extent: int) -> float:
        known = spaces[extent]
        if known is None:
            known = spaces[extent] = space_nats_with(its.scatter(extent), part.scatters[extent], number)
        return known

    voices = its.voices if its.voices.human or not part.camera else its.voices.changed(part, 1)
    alarm = len(voices.cameras) == 1 and not voices.human and bool(part.camera)
    found: tuple[Belief, bool] | None = None
    for outlier in (False, True) if doubtful else (False,):
        spaces: list[float | None] = its.spaces if outlier else [None] * len(its.spaces)
        near = its.space if outlier else (space if its.placed else _nowhere)
        gross = its.gross + (tables.gross if outlier else tables.inlier)[part.source]
        lone = -math.inf
        if alarm:
            lone = false_alarm(tables, voices, near(0) + onset.nats(len(tables.paces)) + gross)
        believed = believe(tables, placed(tables, base, near), onset, gross, lone, -math.inf)
        if found is None or believed.nats > found[0].nats:
            found = believed, outlier
    assert found is not None
    return found


def _nowhere(extent: int) -> float:
    """The space term of a single place."""
    return 0.0


def _base(tables: Tables, its: Evidence, part: Part, origin: Origin) -> list[float]:
    """By kind: claims so far, rate here and now, and numbers of signals with one more of this source."""
    key = part.source if not part.camera or part.camera in its.voices.cameras else "another camera"
    known = its.with_one.get(key)
    if known is None:
        ground = ground_of(tables, its, origin)
        counts = count_nats(tables, its.voices.changed(part, 1), ground.covered)
        more = ground.more + tables.log_hour(its.anchor) if tables.model.prior.hours else ground.more
        known = [a + b + more for a, b in zip(its.claims_nats, counts, strict=True)]
        if ground.own:
            known = list(map(add, known, ground.own))
        its.with_one[key] = known
    return known
