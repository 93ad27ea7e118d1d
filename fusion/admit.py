"""A signal comes in: a new version of a known one, a work item, a device fault, or a claim to be weighed."""

from contracts.signals import Signal, identity_of
from fusion.candidates import gate
from fusion.crossing import follow
from fusion.decide import Verdict, decide
from fusion.devices import DEVICE, incident_of_camera, touch_neighbours
from fusion.explain import sentences
from fusion.heard import Heard, Seat, hear
from fusion.items import is_item, take_item
from fusion.scoring import Score, score
from fusion.seating import GRAVEST, found, take_seat
from fusion.state import Happening
from fusion.turn import Turn
from fusion.update import take_update

RARITY_WINDOW = 20_000
"""signals after which the word counts are halved, so that they follow the season"""


def admit(turn: Turn, signal: Signal) -> None:
    """Take one signal in and decide where it belongs."""
    book = turn.state.book
    if book.origin is None:
        book.origin = [signal.place.lat, signal.place.lon]
    heard = hear(signal, turn.state.origin)
    identity = identity_of(signal)
    known = book.signals.get(heard.signal_id)
    if known is not None and follow(turn, known, heard, identity):
        return
    if known is not None:
        take_update(turn, known, heard, identity)
    elif is_item(heard):
        take_item(turn, heard, identity)
    elif heard.kind == DEVICE:
        _place_device(turn, heard, identity)
    else:
        _place(turn, heard, identity)


def _place_device(turn: Turn, heard: Heard, identity: str) -> None:
    incident = incident_of_camera(turn.state, heard)
    _enter(turn, heard)
    if incident is None:
        incident = found(turn, heard, identity)
        chosen = "new"
    else:
        take_seat(turn, heard, incident, Seat(revision=incident.revision))
        chosen = "join"
    annotated = touch_neighbours(turn, heard)
    turn.decided(heard.signal_id, identity, "annotate" if annotated else chosen, incident)  # type: ignore[arg-type]


def _place(turn: Turn, heard: Heard, identity: str) -> None:
    said = _police_said(turn, heard)
    if said is not None:
        _join_as_police_said(turn, heard, identity, said)
        return
    gated = gate(turn.state, heard)
    scores = [s for distance, incident in gated.incidents if (s := score(turn.state, heard, incident, distance))]
    verdict = decide(turn.state, heard, scores)
    looked = {"cells": gated.cells, "candidates": len(gated.incidents)}
    _enter(turn, heard)
    if verdict.score is None:
        incident = found(turn, heard, identity)
        incident.related.extend(verdict.related)
        _sound(turn, heard, incident, joined=False)
    else:
        incident = turn.state.book.incidents[verdict.score.incident_id]
        _join(turn, heard, incident, verdict.score, verdict)
    turn.decided(
        heard.signal_id, identity, verdict.chosen, incident, p=verdict.p, margin=verdict.margin,
        terms=verdict.score.terms if verdict.score else {}, candidates=verdict.candidates, gate=looked,
        constraints=verdict.constraints,
    )  # fmt: skip


def _join(turn: Turn, heard: Heard, incident: Happening, weighed: Score, verdict: Verdict) -> None:
    params = turn.state.book.params
    provisional = verdict.chosen == "provisional"
    zh, en = sentences(heard, incident, weighed, params)
    seat = Seat(
        revision=incident.revision,
        provisional=provisional,
        keeps_row=provisional and (heard.source == "police_110" or heard.severity <= params.bands.grave),
        outlier=weighed.outlier,
        p=verdict.p,
        terms=weighed.terms,
        distance=weighed.distance,
        sigma=weighed.sigma,
        lag=weighed.lag,
        zh=zh,
        en=en,
    )
    if incident.closed_by == "silence":
        incident.closed_by, incident.closed_at = "", 0.0
    take_seat(turn, heard, incident, seat)
    _sound(turn, heard, incident, joined=True)


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
    _enter(turn, heard)
    if incident.closed_by == "silence":
        incident.closed_by, incident.closed_at = "", 0.0
    seat = Seat(
        revision=incident.revision,
        lag=lag,
        zh="接警系统已标明为同一警情",
        en="the police system itself says it is the same",
    )
    take_seat(turn, heard, incident, seat)
    _sound(turn, heard, incident, joined=True)
    turn.decided(heard.signal_id, identity, "join", incident, constraints=(f"{said}:{heard.main_call}",))


def _enter(turn: Turn, heard: Heard) -> None:
    state, book = turn.state, turn.state.book
    book.signals[heard.signal_id] = heard
    state.note(heard)
    if not heard.words:
        return
    book.heard += 1
    for word in heard.words:
        book.rarity[word] = book.rarity.get(word, 0) + 1
    if book.heard >= RARITY_WINDOW:
        book.heard //= 2
        book.rarity = {word: count // 2 for word, count in book.rarity.items() if count > 1}


def _sound(turn: Turn, heard: Heard, incident: Happening, *, joined: bool) -> None:
    if joined and heard.severity == GRAVEST:
        turn.resound(incident)
