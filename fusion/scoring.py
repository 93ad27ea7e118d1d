"""The score of a signal against an incident: five terms in nats and their sum. The only module that knows the terms."""

import math
from dataclasses import dataclass

from contracts.incidents import Terms
from fusion.heard import Heard
from fusion.state import Happening, State
from fusion.tally import linger_s, position_variance
from fusion.terms.kind import kind_term
from fusion.terms.prior import prior_term
from fusion.terms.space import space_term
from fusion.terms.time import onset_densities, time_term
from fusion.terms.words import words_term

DIGITS = 6
"""floats are rounded to so many digits before they leave"""


@dataclass(frozen=True, slots=True)
class Score:
    """One candidate, weighed."""

    incident_id: str
    nats: float
    """log odds that the signal is of this incident rather than of a new one, at even terms"""
    terms: Terms
    """space, time, kind, words, prior; their sum is `nats`"""
    distance: float
    sigma: float
    lag: float
    shared: tuple[str, ...]
    outlier: bool


def score(state: State, heard: Heard, incident: Happening, distance: float) -> Score | None:
    """Weigh one signal against one incident `distance` metres away; None when their kinds never meet."""
    params, model = state.book.params, state.book.params.model
    source, tally = params.sources[heard.source], incident.tally
    kind = kind_term(heard.kind, heard.vague, firm_kinds(state, incident), model)
    if kind == -math.inf:
        return None
    variance = position_variance(heard, params) + state.place_variance(incident)
    space = space_term(distance, variance, source.gross, model)
    densities = onset_densities(
        heard.at, tally.first, tally.last, linger_s(heard.kind, params), heard.stated, source, model
    )
    words = words_term(heard.words, tally.words, state.book.rarity, state.book.heard, model)
    terms = {
        "space": round(space.nats, DIGITS),
        "time": round(time_term(densities, tally.onset, model), DIGITS),
        "kind": round(kind, DIGITS),
        "words": round(words.nats, DIGITS),
        "prior": round(prior_term(source, _repeats(state, heard, incident), model), DIGITS),
    }
    return Score(
        incident_id=incident.incident_id,
        nats=total(terms),
        terms=terms,
        distance=round(distance, 1),
        sigma=round(math.sqrt(variance), 1),
        lag=round(heard.at - tally.first, 3),
        shared=words.shared,
        outlier=space.outlier,
    )


def total(terms: Terms) -> float:
    """The sum of the terms, correctly rounded, so that neither order nor interpreter matters."""
    return round(math.fsum(terms.values()), DIGITS)


def firm_kinds(state: State, incident: Happening) -> dict[str, int]:
    """What its members say it is, those that still wait for a person left out: a doubtful one must not draw in more.

    All of them when every member waits.
    """
    kinds = dict(incident.tally.kinds)
    for member, seat in state.members(incident):
        if seat.provisional:
            kinds[member.claims] -= 1
    firm = {kind: count for kind, count in kinds.items() if count > 0}
    return firm or incident.tally.kinds


def _repeats(state: State, heard: Heard, incident: Happening) -> bool:
    if heard.source != "camera":
        return False
    return any(
        member.camera == heard.camera and member.rule == heard.rule and member.event_type == heard.event_type
        for member, _ in state.members(incident)
    )
