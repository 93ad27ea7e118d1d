"""A known signal speaks again: the newest update counts, never twice; it stays where it sits, on its side of 演练."""

import dataclasses

from fusion.book import Happening
from fusion.devices import DEVICE, touch_neighbours
from fusion.heard import Heard
from fusion.items import is_item
from fusion.lifecycle import forget_signal
from fusion.seating import GRAVEST, freshen, leave_seat, recount, recount_figures
from fusion.state import State
from fusion.turn import Turn

_KEPT = ("incident", "never", "due")
"""what belongs to fusion and not to the source"""


def take_update(turn: Turn, known: Heard, heard: Heard, identity: str) -> None:
    """Replace what the signal said by what it says now; an older or equal update changes nothing."""
    book = turn.state.book
    incident = book.incidents.get(known.incident) if known.incident is not None else None
    if heard.update <= known.update:
        turn.decided(known.signal_id, identity, "duplicate", incident)
        return
    if is_item(known):
        _replace(known, heard)
        turn.state.note(known)
        turn.decided(known.signal_id, identity, "item", None)
        return
    assert incident is not None, "a signal that is no item sits in an incident"
    graver = heard.severity == GRAVEST < known.severity
    changed = heard.kind != known.kind or heard.ended != known.ended
    if heard.exercise is not known.exercise:
        # It is alone here: what was found beside it lies on the other side of 演练 now.
        incident.tied_as, incident.ties, incident.fault = "", [], None
        incident.links = [link for link in incident.links if link.linked]
    turn.touch(incident)
    _rehear(turn.state, incident, known, heard)
    turn.state.note(known)
    if not known.ended:
        incident.reopen()
    freshen(turn, incident)
    _weigh_severity(turn, incident, known, graver)
    if DEVICE in incident.tally.kinds and changed:
        touch_neighbours(turn, known)
    turn.decided(known.signal_id, identity, "update", incident)


def changes_sides(state: State, known: Heard, heard: Heard) -> bool:
    """Whether an update makes a drill's signal real, or the other way round, that sits with others."""
    if heard.update <= known.update or heard.exercise is known.exercise or known.incident is None:
        return False
    return len(state.book.incidents[known.incident].seats) > 1


def leave_side(turn: Turn, known: Heard, heard: Heard) -> None:
    """演练 and the real never mix: it leaves the others, and what it says now is heard as if for the first time."""
    assert known.incident is not None, "it sits with others"
    leave_seat(turn, turn.state.book.incidents[known.incident], known.signal_id)
    forget_signal(turn.state, known)
    del turn.state.book.signals[known.signal_id]
    heard.never = known.never
    heard.odd.append("exercise_changed")


def _rehear(state: State, incident: Happening, known: Heard, heard: Heard) -> None:
    """Most updates say only that it goes on: what its incident knows is summed again when more than that changed."""
    before = state.parts.pop(known.signal_id, None)
    _replace(known, heard)
    if known.signal_id in incident.seats:
        if before is not None and before == state.part(known):
            recount_figures(state, incident)
        else:
            recount(state, incident)


def _replace(known: Heard, heard: Heard) -> None:
    for field in dataclasses.fields(Heard):
        if field.name not in _KEPT:
            setattr(known, field.name, getattr(heard, field.name))


def _weigh_severity(turn: Turn, incident: Happening, known: Heard, graver: bool) -> None:
    if incident.severity_set is not None and known.severity < incident.severity_set and graver:
        incident.severity_set = None
    if graver and incident.live:
        turn.resound(incident)
