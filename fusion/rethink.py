"""Thinking again when something new was heard: merge two that look like one, move what sat in doubt, split what never
was one.

The partition is always the most probable one that is found: each step raises the sum of S(G) and of the caution that
calibration asks for, by more than a margin, so that nothing flutters. What a person judged stays as it is. Every move
is a decision of its own. Source: `fusion.md` §3.6.
"""

import math
from collections.abc import Sequence

from contracts.incidents import Terms
from contracts.kinds import Kind
from fusion.activity import busier_nats
from fusion.barriers import BARRIER_NATS
from fusion.book import Happening
from fusion.compatibility import weight
from fusion.decide import band, kept_out, shares
from fusion.devices import DEVICE
from fusion.evidence import union
from fusion.explain import regrouped
from fusion.heard import Heard, Seat
from fusion.honesty import DIGITS, as_one, fair
from fusion.reassociate import is_locked, merge, move, set_apart, split_off
from fusion.scoring import belief, stages, told_kinds
from fusion.seating import without
from fusion.splitting import is_scattered, try_split
from fusion.state import State
from fusion.tally import count
from fusion.terms.words import words_of_two, words_term
from fusion.turn import Turn
from fusion.weighing import (
    Score,
    Weighed,
    apart_by_term,
    barrier_between,
    rarity,
    score_now,
    weigh,
    weigh_alone,
)

WHY = "machine:regrouped"
FAR_D2 = 20.0
"""squared sigmas beyond which two incidents are not weighed against each other"""
RIVALS = 2
"""incidents that might have taken a signal in and are tried for a merge with the one that did"""
NEIGHBOURS = 6
"""incidents beside one that falls silent that it may be of one with, the nearest"""
_ALONE = frozenset({DEVICE, Kind.NONE.value})


def think_again(turn: Turn, heard: Heard, incident: Happening, rivals: Sequence[str]) -> None:
    """After `heard` sat down in `incident`: `rivals` were nearly as good."""
    rules = turn.state.book.params.regrouping
    if rules.most == 0:
        return
    for name in rivals[:RIVALS]:
        _try_merge(turn, incident, turn.state.book.incidents[name])
        incident = turn.state.book.incidents[heard.incident or incident.incident_id]
    for neighbour in _in_doubt(turn.state, heard):
        _try_move(turn, neighbour, incident)
    incident = turn.state.book.incidents[heard.incident or incident.incident_id]
    if is_scattered(turn.state, incident):
        try_split(turn, incident)


def look_around(turn: Turn, incident: Happening) -> bool:
    """When it falls silent, all there will be is known: is it of one with something beside it? Whether it was."""
    state, rules = turn.state, turn.state.book.params.regrouping
    if rules.most == 0 or is_locked(incident) or not may_meet(incident):
        return False
    x, y = state.place(incident)
    near: list[tuple[float, str]] = []
    for name in state.incidents.near(x, y, rules.radius_m):
        other = state.book.incidents[name]
        if other is not incident and not is_locked(other) and _may_be_one(state, incident, other):
            near.append((math.hypot(other.tally.x - x, other.tally.y - y), name))
    return any(_try_merge(turn, incident, state.book.incidents[name]) for _, name in sorted(near)[:NEIGHBOURS])


def _may_be_one(state: State, one: Happening, other: Happening) -> bool:
    """Whether it is worth weighing: near in time and place, of kinds that meet, both real or both of a drill."""
    a, b = one.tally, other.tally
    if not one.seats or not other.seats:
        return False
    if max(b.first - a.last, a.first - b.last) > state.book.params.regrouping.window_s:
        return False
    if not any(weight(mine.rstrip("?"), its.rstrip("?")) > 0.0 for mine in a.kinds for its in b.kinds):
        return False
    kinds = state.tables.model.kinds
    names = {name.rstrip("?") for name in (*a.kinds, *b.kinds)}
    extent = max(kinds[name].extent_m for name in names if name in kinds)
    apart = (a.x - b.x) ** 2 + (a.y - b.y) ** 2
    near = apart <= FAR_D2 * (a.variance + b.variance + 2.0 * extent * extent)
    return near and state.is_exercise(one) is state.is_exercise(other)


def may_meet(incident: Happening) -> bool:
    """Whether an incident is of a kind that two signals can have in common."""
    return not incident.tally.kinds.keys() <= _ALONE


def _try_merge(turn: Turn, one: Happening, other: Happening) -> bool:
    state = turn.state
    if is_locked(one) or is_locked(other) or set_apart(one, other) or not one.seats or not other.seats:
        return False
    if any(kept_out(heard, other) for heard, _ in state.members(one)):
        return False
    if any(kept_out(heard, one) for heard, _ in state.members(other)):
        return False
    survivor, leaving = sorted((one, other), key=standing)
    p = p_merged(state, survivor, leaving)
    if p < state.book.params.bands.provisional:
        return False
    merge(turn, survivor, leaving, why=WHY, p=p)
    return True


def standing(incident: Happening) -> tuple[int, float, str]:
    """The larger keeps its id, of equals the older."""
    return -len(incident.seats), incident.tally.first, incident.incident_id


def p_merged(state: State, one: Happening, other: Happening) -> float:
    """Probability that the two are one; 0 when two are likelier."""
    nats = nats_merged(state, one, other)
    return round(1.0 / (1.0 + math.exp(-nats)), DIGITS) if nats > 0.0 else 0.0


def nats_merged(state: State, one: Happening, other: Happening) -> float:
    """Calibrated nats of the two being one."""
    tables = state.tables
    its, others = state.evidence[one.incident_id], state.evidence[other.incident_id]
    if its.pin is not None or others.pin is not None:
        return -math.inf
    both = union(tables, its, others, lambda: state.parts_of(one), lambda: state.parts_of(other))
    first = state.book.signals[next(iter(other.seats))]
    activity = state.activity(exercise=first.exercise).factor
    raw = score_now(state, both, activity) - score_now(state, its, activity) - score_now(state, others, activity)
    raw += words_of_two(one.tally.words, other.tally.words, rarity(state), tables.model.words)
    if barrier_between(state, first, one.tally.x, one.tally.y):
        raw -= BARRIER_NATS
    return as_one(state, other.tally, raw)


def _in_doubt(state: State, heard: Heard) -> list[Heard]:
    rules = state.book.params.regrouping
    near = [state.book.signals[name] for name in state.ambiguous.near(heard.x, heard.y, rules.radius_m)]
    inside = [
        (abs(one.at - heard.at), one.signal_id, one)
        for one in near
        if one is not heard and abs(one.at - heard.at) <= rules.window_s and one.exercise is heard.exercise
    ]
    return [one for _, _, one in sorted(inside, key=lambda row: row[:2])[: rules.most]]


def _try_move(turn: Turn, heard: Heard, changed: Happening) -> None:
    state = turn.state
    home = state.book.incidents[heard.incident or ""]
    seat = home.seats[heard.signal_id]
    if is_locked(home) or seat.by_person or seat.forced:
        return
    targets = _targets(state, heard, home, seat, changed)
    if not targets and changed is not home:
        return
    weighed = weigh_alone(state, heard, [])
    scores = [s for one in targets if (s := weigh(state, heard, weighed, one, _distance(state, heard, one)))]
    scores.sort(key=lambda one: (-one.nats, one.incident_id))
    stay = _stay(state, heard, home, seat, weighed)
    best = scores[0] if scores and scores[0].nats > 0.0 else None
    gain = (best.nats if best else 0.0) - stay
    if gain <= state.book.params.regrouping.move_nats or (best is None and len(home.seats) == 1):
        return
    odds, p_new = shares([one.nats for one in scores] + ([stay] if len(home.seats) > 1 else []))
    if best is not None and 1.0 - p_new < state.book.params.bands.provisional:
        return
    if best is None:
        again = f"again|{turn.position}|{heard.signal_id}"
        split_off(turn, [heard], again, why=WHY, by_person=False, p=p_new)
    else:
        _move_to(turn, heard, home, best, odds[0])


def _move_to(turn: Turn, heard: Heard, home: Happening, best: Score, p: float) -> None:
    bands = turn.state.book.params.bands
    target = turn.state.book.incidents[best.incident_id]
    chosen, held = band(turn.state, heard, p, target, bands)
    provisional = chosen == "provisional"
    zh, en = regrouped(turn.state, heard, target, best)
    seat = Seat(
        revision=target.revision, provisional=provisional,
        keeps_row=provisional and bands.keeps_row(heard.source, heard.severity),
        outlier=best.outlier, p=p, distance=best.distance, sigma=best.sigma, lag=best.lag, zh=zh, en=en,
    )  # fmt: skip
    move(turn, heard, target, why=WHY, seat=seat, held=held)


def _targets(state: State, heard: Heard, home: Happening, seat: Seat, changed: Happening) -> list[Happening]:
    names = [changed.incident_id, seat.runner_up]
    found: dict[str, Happening] = {}
    for name in names:
        incident = state.book.incidents.get(name)
        while incident is not None and incident.merged_into is not None:
            incident = state.book.incidents.get(incident.merged_into)
        if incident is None or incident is home or is_locked(incident) or not incident.seats:
            continue
        if not kept_out(heard, incident) and not set_apart(home, incident):
            found[incident.incident_id] = incident
    return list(found.values())


def _stay(state: State, heard: Heard, home: Happening, seat: Seat, weighed: Weighed) -> float:
    """Calibrated nats of staying, against one of its own."""
    if len(home.seats) == 1:
        return 0.0
    rest = without(state, home, heard, outlier=seat.outlier)
    if not rest.placed:
        return 0.0
    tables = state.tables
    words = count(member for member, _ in state.members(home) if member is not heard).words
    told = words_term(heard.words, words, rarity(state), tables.model.words).nats
    whole = state.evidence[home.incident_id]
    what = belief(tables, whole, state.origin)
    raw = what.nats + busier_nats(weighed.activity, what) - score_now(state, rest, weighed.activity)
    raw += told - weighed.score

    def terms() -> Terms:
        kinds = told_kinds(what)
        whole_, rest_, alone_ = (stages(tables, one, kinds) for one in (whole, rest, weighed.alone))
        return apart_by_term(kinds, (whole_, rest_, alone_), raw, told)

    return fair(state, heard.source, raw, terms)


def _distance(state: State, heard: Heard, incident: Happening) -> float:
    x, y = state.place(incident)
    return math.hypot(heard.x - x, heard.y - y)
