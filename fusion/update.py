"""A known signal speaks again: the newest update counts, never twice, and it stays where it sits."""

import dataclasses

from fusion.book import Happening
from fusion.devices import DEVICE, touch_neighbours
from fusion.heard import Heard
from fusion.items import is_item
from fusion.seating import GRAVEST, freshen, recount, recount_figures
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
