"""Who sits in which incident: found one, take a seat, leave it, and keep the running statistics true."""

from fusion.book import Happening
from fusion.devices import annotate
from fusion.evidence import Evidence, Parts, minus, plus
from fusion.gate import Footprint
from fusion.heard import Heard, Seat
from fusion.items import suggest
from fusion.lifecycle import set_due
from fusion.naming import name_from
from fusion.state import State
from fusion.tally import Tally, count, enter
from fusion.turn import Turn

GRAVEST = 1


def found(
    turn: Turn, heard: Heard, seed: str, seat: Seat | None = None, *, by_person: bool = False,
    evidence: Evidence | None = None,
) -> Happening:  # fmt: skip
    """A new incident around one signal; `seed` names it: the signal's identity, or the action that made it.
    `evidence`: of the signal alone, if known."""
    incident = Happening(incident_id=name_from(seed))
    turn.state.book.incidents[incident.incident_id] = incident
    turn.touch(incident)
    take_seat(turn, heard, incident, seat or Seat(revision=incident.revision, by_person=by_person), evidence)
    return incident


def take_seat(turn: Turn, heard: Heard, incident: Happening, seat: Seat, evidence: Evidence | None = None) -> None:
    """Seat a signal that sits nowhere, and let the incident hear of it now; `evidence`: of all with it, if known."""
    state = turn.state
    turn.touch(incident)
    seat.revision = incident.revision
    first = not incident.seats
    if first:
        incident.tally, seat.outlier = Tally(), False
    incident.seats[heard.signal_id] = seat
    heard.incident = incident.incident_id
    enter(incident.tally, heard)
    if incident.place_set is not None or (first and evidence is None):
        state.gather(incident)
    else:
        state.keep(incident, evidence or _with(state, incident, heard, seat))
    if seat.ambiguous:
        state.ambiguous.put(heard.signal_id, Footprint(heard.x, heard.y))
    if incident.severity_set is not None and heard.severity < incident.severity_set:
        incident.severity_set = None
    freshen(turn, incident)


def leave_seat(turn: Turn, incident: Happening, signal_id: str) -> Seat:
    """Take a signal out of its incident; the seat as it was."""
    state = turn.state
    turn.touch(incident)
    seat = incident.seats.pop(signal_id)
    heard = state.book.signals[signal_id]
    heard.incident = None
    state.ambiguous.drop(signal_id)
    if not incident.seats:
        incident.was.append(signal_id)
        state.evidence.pop(incident.incident_id, None)
        return seat
    recount_figures(state, incident)
    if incident.place_set is not None or all(other.outlier for other in incident.seats.values()):
        state.gather(incident)
    else:
        state.keep(incident, without(state, incident, heard, outlier=seat.outlier))
    return seat


def without(state: State, incident: Happening, heard: Heard, *, outlier: bool) -> Evidence:
    """What the other members say together, when this one has left or were to leave."""
    evidence = state.evidence[incident.incident_id]
    return minus(state.tables, evidence, state.part(heard), _others(state, incident, heard), outlier=outlier)


def recount(state: State, incident: Happening) -> None:
    """The figures and the evidence again from the members, after one of them changed."""
    incident.tally = count(member for member, _ in state.members(incident))
    state.gather(incident)


def recount_figures(state: State, incident: Happening) -> None:
    """The figures alone, where the evidence stays as it is or is brought up to date by itself."""
    was, now = incident.tally, count(member for member, _ in state.members(incident))
    now.x, now.y, now.variance, now.real = was.x, was.y, was.variance, was.real
    incident.tally = now


def _with(state: State, incident: Happening, heard: Heard, seat: Seat) -> Evidence:
    evidence = state.evidence[incident.incident_id]
    return plus(state.tables, evidence, state.part(heard), _others(state, incident, heard), outlier=seat.outlier)


def _others(state: State, incident: Happening, heard: Heard) -> Parts:
    return lambda: [part for part in state.parts_of(incident) if part.signal_id != heard.signal_id]


def freshen(turn: Turn, incident: Happening) -> None:
    """News arrived: the silence starts again, and a cooling incident is warm."""
    incident.heard_at = turn.at
    incident.cooling = False


def settle(turn: Turn) -> None:
    """At the end of a step: look-ups, dues, annotations and suggestions of everything that was touched."""
    state = turn.state
    for incident in turn.touched.values():
        if incident.seats and not is_pinned_rightly(state, incident):
            state.gather(incident)
        if incident.live:
            annotate(turn, incident)
            suggest(state, incident, turn.at)
        set_due(state, incident)
        state.file(incident)


def is_pinned_rightly(state: State, incident: Happening) -> bool:
    """Whether the evidence knows of the place that a person gave or took back."""
    pin = tuple(incident.place_set) if incident.place_set is not None else None
    return state.evidence[incident.incident_id].pin == pin
