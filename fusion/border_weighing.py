"""Whether two incidents of two districts are one: by the very score that merges two within a district.

Pure. The two are put beside each other in a district of their own, which nobody else is in, and weighed there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from contracts.actions import Action
from contracts.incidents import Incident, IncidentState
from contracts.signals import Signal
from fusion.book import Book, Happening
from fusion.crossing import MACHINE
from fusion.heard import Heard, Seat, hear
from fusion.naming import name_from
from fusion.reassociate import set_apart
from fusion.rethink import p_merged, standing
from fusion.state import State
from fusion.tables import Tables
from fusion.tally import count


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


def weigh_across(tables: Tables, usual: Usual, one: Side, other: Side) -> Verdict | None:
    """None: they are two, or a person judged one of them, and the machine leaves it where it is."""
    if any(side.incident.state is IncidentState.CONFIRMED or not side.signals for side in (one, other)):
        return None
    if set_apart(one.incident, other.incident):
        return None
    state = _beside(tables, usual, one, other)
    survivor, leaving = sorted(state.book.incidents.values(), key=standing)
    p = p_merged(state, survivor, leaving)
    return Verdict(survivor.incident_id, p) if p >= tables.params.bands.provisional else None


def cession(verdict: Verdict, one: Side, other: Side, *, at: datetime) -> Action:
    """The action that makes the one that does not survive cross; the same pair as it is now gives the same one."""
    stays, goes = (one, other) if verdict.survivor == one.incident.incident_id else (other, one)
    return Action(
        action_id=name_from(f"border|{_as_it_is(goes)}|{_as_it_is(stays)}"),
        incident_id=goes.incident.incident_id,
        district=goes.incident.district,
        expected_revision=goes.incident.revision,
        action="cede",
        by=MACHINE,
        at=at,
        arguments={"to": stays.incident.incident_id, "to_district": stays.incident.district, "p": verdict.p},
    )


def _as_it_is(side: Side) -> str:
    return f"{side.incident.incident_id}:{side.incident.revision}"


def _beside(tables: Tables, usual: Usual, one: Side, other: Side) -> State:
    place = one.signals[0].place
    book = Book("border", tables.params, origin=(place.lat, place.lon), rarity=dict(usual.words), heard=usual.heard)
    for side in (one, other):
        incident = Happening(side.incident.incident_id)
        members = [_seated(book, incident, signal) for signal in side.signals]
        incident.tally = count(members)
        book.incidents[incident.incident_id] = incident
    return State(book, tables)


def _seated(book: Book, incident: Happening, signal: Signal) -> Heard:
    assert book.origin is not None, "set from the first signal"
    heard = hear(signal, book.origin)
    heard.incident = incident.incident_id
    book.signals[heard.signal_id] = heard
    incident.seats[heard.signal_id] = Seat(revision=0)
    return heard
