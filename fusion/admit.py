"""A signal comes in: a new version of a known one, a work item, a device fault, or a claim to be weighed."""

from contracts.signals import Signal, identity_of
from fusion.crossing import follow
from fusion.devices import DEVICE, incident_of_camera, touch_neighbours
from fusion.heard import Heard, Seat, hear
from fusion.items import is_item, take_item
from fusion.placing import enter, place
from fusion.seating import found, take_seat
from fusion.turn import Turn
from fusion.update import changes_sides, leave_side, take_update
from fusion.watch import hear_of_source


def admit(turn: Turn, signal: Signal) -> None:
    """Take one signal in and decide where it belongs."""
    book = turn.state.book
    if book.origin is None:
        book.origin = signal.place.lat, signal.place.lon
    heard = hear(signal, turn.state.origin)
    identity = identity_of(signal)
    hear_of_source(turn.state, heard)
    known = book.signals.get(heard.signal_id)
    if known is not None and follow(turn, known, heard, identity):
        return
    if known is not None and changes_sides(turn.state, known, heard):
        leave_side(turn, known, heard)
        known = None
    if known is not None:
        take_update(turn, known, heard, identity)
    elif is_item(heard):
        take_item(turn, heard, identity)
    elif heard.kind == DEVICE:
        _place_device(turn, heard, identity)
    else:
        place(turn, heard, identity)


def _place_device(turn: Turn, heard: Heard, identity: str) -> None:
    incident = incident_of_camera(turn.state, heard)
    enter(turn, heard)
    if incident is None:
        incident = found(turn, heard, identity)
        chosen = "new"
    else:
        take_seat(turn, heard, incident, Seat(revision=incident.revision))
        chosen = "join"
    annotated = touch_neighbours(turn, heard)
    turn.decided(heard.signal_id, identity, "annotate" if annotated else chosen, incident)  # type: ignore[arg-type]
