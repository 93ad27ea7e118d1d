"""Whether two incidents of two districts are one: by the very score that merges two within a district.

Pure. The two are put beside each other in a district of their own, which nobody else is in, and weighed there.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from contracts.incidents import Incident, IncidentState
from contracts.signals import Signal
from fusion.heard import Heard, Seat, hear
from fusion.policy import Params
from fusion.rethink import nats_merged, standing
from fusion.state import Book, Happening, State
from fusion.tally import count
from fusion.weighing import DIGITS


class Side(NamedTuple):
    """One incident with its signals."""

    incident: Incident
    signals: tuple[Signal, ...]


class Usual(NamedTuple):
    """How usual words are in the city: signals that used each, and signals in all."""

    words: Mapping[str, int]
    heard: int


class Verdict(NamedTuple):
    """Two incidents are one."""

    survivor: str
    p: float


def weigh_across(params: Params, usual: Usual, one: Side, other: Side) -> Verdict | None:
    """None: they are two, or a person judged one of them, and the machine leaves it where it is."""
    if any(side.incident.state is IncidentState.CONFIRMED or not side.signals for side in (one, other)):
        return None
    if one.incident.incident_id in other.incident.never_with or other.incident.incident_id in one.incident.never_with:
        return None
    state = _beside(params, usual, one, other)
    survivor, leaving = sorted(state.book.incidents.values(), key=standing)
    nats = nats_merged(state, survivor, leaving)
    if nats <= 0.0:
        return None
    return Verdict(survivor.incident_id, round(1.0 / (1.0 + math.exp(-nats)), DIGITS))


def _beside(params: Params, usual: Usual, one: Side, other: Side) -> State:
    place = one.signals[0].place
    book = Book("border", params, origin=[place.lat, place.lon], rarity=dict(usual.words), heard=usual.heard)
    for side in (one, other):
        incident = Happening(side.incident.incident_id)
        members = [_seated(book, incident, signal) for signal in side.signals]
        incident.tally = count(members)
        book.incidents[incident.incident_id] = incident
    return State(book)


def _seated(book: Book, incident: Happening, signal: Signal) -> Heard:
    assert book.origin is not None, "set from the first signal"
    heard = hear(signal, (book.origin[0], book.origin[1]))
    heard.incident = incident.incident_id
    book.signals[heard.signal_id] = heard
    incident.seats[heard.signal_id] = Seat(revision=0)
    return heard
