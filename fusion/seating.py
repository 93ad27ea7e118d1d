"""Who sits in which incident: found one, take a seat, leave it, and keep the running statistics true."""

from fusion.devices import annotate
from fusion.heard import Heard, Seat
from fusion.items import suggest
from fusion.lifecycle import set_due
from fusion.naming import name_from
from fusion.state import Happening, State
from fusion.tally import Tally, add, rebuild
from fusion.turn import Turn

GRAVEST = 1


def found(turn: Turn, heard: Heard, seed: str, *, by_person: bool = False) -> Happening:
    """A new incident around one signal; `seed` names it: the signal's identity, or the action that made it."""
    incident = Happening(incident_id=name_from(seed))
    turn.state.book.incidents[incident.incident_id] = incident
    turn.touch(incident)
    take_seat(turn, heard, incident, Seat(revision=incident.revision, by_person=by_person))
    return incident


def take_seat(turn: Turn, heard: Heard, incident: Happening, seat: Seat) -> None:
    """Seat a signal that sits nowhere, and let the incident hear of it now."""
    turn.touch(incident)
    seat.revision = incident.revision
    if not incident.seats:
        incident.tally = Tally()
    incident.seats[heard.signal_id] = seat
    heard.incident = incident.incident_id
    if heard.at < incident.tally.first:
        # It began earlier than was known: every other signal's lag is another one now.
        recount(turn.state, incident)
    else:
        add(incident.tally, heard, turn.state.book.params, outlier=seat.outlier)
    if incident.severity_set is not None and heard.severity < incident.severity_set:
        incident.severity_set = None
    freshen(turn, incident)


def leave_seat(turn: Turn, incident: Happening, signal_id: str) -> Seat:
    """Take a signal out of its incident; the seat as it was."""
    turn.touch(incident)
    seat = incident.seats.pop(signal_id)
    turn.state.book.signals[signal_id].incident = None
    if incident.seats:
        recount(turn.state, incident)
    else:
        incident.was.append(signal_id)
    return seat


def recount(state: State, incident: Happening) -> None:
    """The statistics again from the members, after one left or changed."""
    incident.tally = rebuild(((member, seat.outlier) for member, seat in state.members(incident)), state.book.params)


def freshen(turn: Turn, incident: Happening) -> None:
    """News arrived: the silence starts again, and a cooling incident is warm."""
    incident.heard_at = turn.at
    incident.cooling = False


def settle(turn: Turn) -> None:
    """At the end of a step: look-ups, dues, annotations and suggestions of everything that was touched."""
    state = turn.state
    for incident in turn.touched.values():
        if incident.live:
            annotate(turn, incident)
            suggest(state, incident, turn.at)
        set_due(state, incident)
        state.file(incident)
