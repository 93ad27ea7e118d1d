"""Signals change places: move, split off, merge. Each notes what would undo it; ids survive and lead on."""

import dataclasses
from collections.abc import Sequence

from contracts.incidents import Chosen
from fusion.heard import Heard, Seat
from fusion.naming import name_from
from fusion.seating import found, leave_seat, recount, take_seat
from fusion.state import Before, Happening, Undone
from fusion.turn import Turn


def move(turn: Turn, heard: Heard, target: Happening, *, why: str) -> None:
    """Seat a signal in another incident, on a person's word."""
    origin = _leave(turn, heard, target.incident_id)
    take_seat(turn, heard, target, Seat(revision=target.revision, by_person=True))
    _lead_on(turn, origin, target)
    _tell(turn, heard, target, why)


def split_off(turn: Turn, signals: Sequence[Heard], seed: str, *, why: str) -> Happening:
    """Signals become an incident of their own; the first of them founds it, `seed` names it."""
    incident_id = name_from(seed)
    first = signals[0]
    _leave(turn, first, incident_id)
    incident = found(turn, first, seed, by_person=True)
    _tell(turn, first, incident, why, chosen="new")
    for heard in signals[1:]:
        move(turn, heard, incident, why=why)
    recount(turn.state, incident)
    return incident


def merge(turn: Turn, survivor: Happening, other: Happening, *, why: str) -> None:
    """All of `other` moves into `survivor`, keeping what is known of each membership; its id leads on."""
    for signal_id in list(other.seats):
        heard = turn.state.book.signals[signal_id]
        seat = dataclasses.replace(other.seats[signal_id], by_person=True, provisional=False, keeps_row=False)
        _leave(turn, heard, survivor.incident_id)
        take_seat(turn, heard, survivor, seat)
        _tell(turn, heard, survivor, why)
    recount(turn.state, survivor)
    _lead_on(turn, other, survivor)


def change(turn: Turn, incident: Happening, field: str, value: object) -> None:
    """Set a field of an incident on a person's word, and note what it was."""
    turn.touch(incident)
    if turn.act is not None:
        turn.act.before.append(Before(incident.incident_id, field, getattr(incident, field)))
    setattr(incident, field, value)


def lead_on(turn: Turn, emptied: Happening, target: Happening) -> None:
    """An incident without signals leads to where its last one went; so do the ids that led to it."""
    turn.touch(emptied)
    turn.touch(target)
    emptied.merged_into, emptied.closed_by, emptied.closed_at = target.incident_id, "merge", turn.at
    for name in [emptied.incident_id, *emptied.redirects]:
        if name != target.incident_id and name not in target.redirects:
            target.redirects.append(name)


def part(turn: Turn, one: Happening, other: Happening) -> None:
    """A person said that these two are not the same: no merge may ever join them."""
    if other.incident_id in one.never_with:
        return
    turn.touch(one)
    turn.touch(other)
    one.never_with.append(other.incident_id)
    other.never_with.append(one.incident_id)
    if turn.act is not None:
        turn.act.parted.append([one.incident_id, other.incident_id])


def _leave(turn: Turn, heard: Heard, goes_to: str) -> Happening:
    assert heard.incident is not None, "only a seated signal moves"
    origin = turn.state.book.incidents[heard.incident]
    seat = leave_seat(turn, origin, heard.signal_id)
    if turn.act is not None:
        turn.act.moved.append(Undone(heard.signal_id, origin.incident_id, goes_to, seat))
    return origin


def _lead_on(turn: Turn, origin: Happening, target: Happening) -> None:
    if not origin.seats:
        for field in ("merged_into", "closed_by", "closed_at"):
            change(turn, origin, field, getattr(origin, field))
        change(turn, target, "redirects", list(target.redirects))
        lead_on(turn, origin, target)


def _tell(turn: Turn, heard: Heard, incident: Happening, why: str, *, chosen: Chosen = "join") -> None:
    turn.decided(heard.signal_id, heard.identity, chosen, incident, constraints=(why,))
