"""A claim finds its place: counted, forced by the police's own word, or weighed against what is near."""

from contracts.kinds import Kind
from fusion.book import Happening
from fusion.candidates import Gated, gate, gate_radius_m
from fusion.decide import Verdict, decide
from fusion.evidence import Evidence
from fusion.explain import sentences
from fusion.heard import Heard, Seat
from fusion.rethink import may_meet, think_again
from fusion.seating import GRAVEST, found, take_seat
from fusion.state import State
from fusion.turn import Turn
from fusion.watch import counted_with, named, silent_sources
from fusion.weighing import weigh, weigh_alone

RARITY_WINDOW = 20_000
"""signals after which the word counts are halved, so that they follow the season"""


def place(turn: Turn, heard: Heard, identity: str) -> None:
    """Decide where a new signal belongs, seat it there, and think again about what lies near."""
    storm = counted_with(turn, heard)
    if storm is not None:
        turn.decided(heard.signal_id, identity, "duplicate", storm, constraints=(f"storm:{heard.camera}",))
        return
    said = _police_said(turn, heard)
    if said is not None:
        _join_as_police_said(turn, heard, identity, said)
        return
    _weigh_and_seat(turn, heard, identity)


def let_time_pass(state: State, heard: Heard, at: float) -> None:
    """Time goes on for what is counted of new incidents."""
    prior = state.tables.model.prior
    usual = prior.usual_in_drills if heard.exercise else prior.usual
    state.activity(exercise=heard.exercise).pass_to(at, usual.get(state.book.district, 0.0), prior)


def enter(turn: Turn, heard: Heard) -> None:
    """Keep a signal, and count its words: what is usual is learned from the real, from drills only while there is
    nothing else."""
    state, book = turn.state, turn.state.book
    book.signals[heard.signal_id] = heard
    state.note(heard)
    if not heard.words or (heard.exercise and book.real_words):
        return
    if not heard.exercise and not book.real_words:
        book.real_words, book.heard, book.rarity = True, 0, {}
    book.heard += 1
    for word in heard.words:
        book.rarity[word] = book.rarity.get(word, 0) + 1
    if book.heard >= RARITY_WINDOW:
        book.heard //= 2
        book.rarity = {word: count // 2 for word, count in book.rarity.items() if count > 1}


def _weigh_and_seat(turn: Turn, heard: Heard, identity: str) -> None:
    state = turn.state
    let_time_pass(state, heard, turn.at)
    gated = gate(state, heard)
    candidates = [] if heard.kind == Kind.NONE.value else [one for one in gated.incidents if may_meet(one[1])]
    weighed = weigh_alone(state, heard, candidates)
    scores = [s for distance, incident in candidates if (s := weigh(state, heard, weighed, incident, distance))]
    verdict = decide(state, heard, weighed, scores)
    silent = silent_sources(state, heard, turn.at)
    enter(turn, heard)
    incident = _seat(turn, heard, identity, verdict, weighed.alone, blind=bool(silent))
    turn.decided(
        heard.signal_id, identity, verdict.chosen, incident, p=verdict.p, margin=verdict.margin, terms=verdict.terms,
        candidates=verdict.candidates, gate=_looked(turn, heard, gated),
        constraints=(*verdict.constraints, *(f"source_silent:{name}" for name in silent), *named(heard)),
    )  # fmt: skip
    think_again(turn, heard, incident, verdict.rivals)


def _looked(turn: Turn, heard: Heard, gated: Gated) -> dict[str, int]:
    reach = round(gate_radius_m(heard, turn.state.book.params))
    return {"cells": gated.cells, "candidates": len(gated.incidents), "reach_m": reach}


def _seat(turn: Turn, heard: Heard, identity: str, verdict: Verdict, alone: Evidence, *, blind: bool) -> Happening:
    params = turn.state.book.params
    rules = params.regrouping
    ambiguous = bool(verdict.candidates) and verdict.margin < (rules.blind_nats if blind else rules.ambiguous_nats)
    score = verdict.score
    if score is None:
        seat = Seat(revision=0, ambiguous=ambiguous, runner_up=verdict.runner_up)
        incident = found(turn, heard, identity, seat, evidence=alone)
        turn.state.activity(exercise=heard.exercise).found()
        incident.related.extend(verdict.related)
        return incident
    incident = turn.state.book.incidents[score.incident_id]
    provisional = verdict.chosen == "provisional"
    zh, en = sentences(turn.state, heard, incident, score)
    seat = Seat(
        revision=incident.revision,
        provisional=provisional,
        keeps_row=provisional and turn.state.book.params.bands.keeps_row(heard.source, heard.severity),
        outlier=score.outlier,
        ambiguous=ambiguous,
        runner_up=verdict.runner_up,
        p=verdict.p,
        terms=verdict.terms,
        distance=score.distance,
        sigma=score.sigma,
        lag=score.lag,
        zh=zh,
        en=en,
    )
    incident.reopen()
    take_seat(turn, heard, incident, seat)
    _sound(turn, heard, incident)
    return incident


def _police_said(turn: Turn, heard: Heard) -> Happening | None:
    """The incident of the call that the police system itself names as this one's main call."""
    if not heard.main_call or heard.main_call == heard.number:
        return None
    main = turn.state.book.signals.get(turn.state.calls.get(heard.main_call, ""))
    if main is None or main.incident is None or main.exercise != heard.exercise:
        return None
    incident = turn.state.book.incidents[main.incident]
    return incident if incident.closed_by != "person" else None


def _join_as_police_said(turn: Turn, heard: Heard, identity: str, incident: Happening) -> None:
    said = f"police_said_{'duplicate' if heard.relation in ('', 'duplicate_report') else heard.relation}"
    lag = round(heard.at - incident.tally.first, 3)
    enter(turn, heard)
    incident.reopen()
    seat = Seat(
        revision=incident.revision,
        forced=True,
        lag=lag,
        zh="接警系统已标明为同一警情",
        en="the police system itself says it is the same",
    )
    take_seat(turn, heard, incident, seat)
    _sound(turn, heard, incident)
    turn.decided(heard.signal_id, identity, "join", incident, constraints=(f"{said}:{heard.main_call}",))


def _sound(turn: Turn, heard: Heard, incident: Happening) -> None:
    if heard.severity == GRAVEST:
        turn.resound(incident)
