"""An incident whose signals lie too wide, or that falls silent, may be two: the best parting in two, if it gains.

Source: `fusion.md` §3.6.
"""

import math

from fusion.book import Happening
from fusion.evidence import Evidence, alone, gather, plus
from fusion.honesty import as_one
from fusion.part import Part
from fusion.reassociate import is_locked, split_off
from fusion.scoring import score
from fusion.state import State
from fusion.tally import count
from fusion.terms.space import spread
from fusion.terms.words import words_of_two
from fusion.turn import Turn
from fusion.weighing import rarity, score_now


def is_scattered(state: State, incident: Happening) -> bool:
    """Whether its signals lie so much wider than they should that there may be two of it."""
    number = len(incident.seats)
    rules = state.book.params.regrouping
    if not 3 <= number <= rules.split_most or (number > 12 and number % 8):
        return False
    evidence = state.evidence[incident.incident_id]
    claimed = max(range(len(evidence.claims_nats)), key=lambda kind: (evidence.claims_nats[kind], -kind))
    places = evidence.scatter(state.tables.extent_of[claimed])
    return evidence.pin is None and spread(places, evidence.placed) > rules.split_spread


def try_split(turn: Turn, incident: Happening) -> bool:
    """Part an incident in two where that is likelier; whether it was."""
    state = turn.state
    seats = incident.seats.values()
    if is_locked(incident) or not 3 <= len(seats) <= state.book.params.regrouping.split_most:
        return False
    if any(seat.by_person or seat.forced for seat in seats):
        return False
    members = sorted(state.parts_of(incident), key=lambda part: (part.at, part.signal_id))
    best: tuple[float, list[Part], list[Part]] | None = None
    for one, other in _seeds(state, incident, members):
        sides = _sides(state, incident, members, one, other)
        together = _nats_together(state, incident, *sides)
        if best is None or together < best[0]:
            best = (together, *sides)
    if best is None or best[0] >= -state.book.params.regrouping.split_nats:
        return False
    _, stay, go = best
    if len(go) > len(stay):
        stay, go = go, stay
    leaving = [state.book.signals[part.signal_id] for part in go]
    split_off(turn, leaving, f"machine|{turn.position}|{leaving[0].signal_id}", why="machine:split", by_person=False)
    return True


def _seeds(state: State, incident: Happening, members: list[Part]) -> list[tuple[Part, Part]]:
    """Two pairs to part by: the farthest in space, the farthest in time."""
    x, y = state.place(incident)
    one = max(
        members, key=lambda part: (math.hypot(part.x - x, part.y - y) / part.covariance[0] ** 0.5, part.signal_id)
    )
    other = max(members, key=lambda part: (math.hypot(part.x - one.x, part.y - one.y), part.signal_id))
    pairs = [(one, other)] if one is not other else []
    return [*pairs, (members[0], members[-1])]


def _sides(
    state: State, incident: Happening, members: list[Part], one: Part, other: Part
) -> tuple[list[Part], list[Part]]:
    """Each member on the side that it fits better, in order of time."""
    tables, origin = state.tables, state.origin
    sides: tuple[list[Part], list[Part]] = ([one], [other])
    sums = [alone(tables, one), alone(tables, other)]
    for part in members:
        if part is one or part is other:
            continue
        tried: list[Evidence] = []
        for evidence, side in zip(sums, sides, strict=True):
            tried.append(plus(tables, evidence, part, lambda side=side: side, outlier=False))  # type: ignore[misc]
        gains = [score(tables, now, origin) - score(tables, was, origin) for now, was in zip(tried, sums, strict=True)]
        better = int(gains[1] > gains[0])
        sides[better].append(part)
        sums[better] = tried[better]
    return sides


def _nats_together(state: State, incident: Happening, one: list[Part], other: list[Part]) -> float:
    """Calibrated nats of the two sides being one."""
    tables, book = state.tables, state.book
    sides = [gather(tables, [(part, False) for part in side]) for side in (one, other)]
    whole = state.evidence[incident.incident_id]
    activity = state.activity(exercise=book.signals[one[0].signal_id].exercise).factor
    raw = score_now(state, whole, activity) - sum(score_now(state, side, activity) for side in sides)
    tallies = [count(book.signals[part.signal_id] for part in side) for side in (one, other)]
    raw += words_of_two(tallies[0].words, tallies[1].words, rarity(state), tables.model.words)
    return as_one(state, incident.tally, raw)
