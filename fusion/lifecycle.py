"""How long silence may last before it changes an incident: open → cooling → closed → forgotten (`fusion.silence`)."""

from fusion.book import Happening
from fusion.heard import Heard
from fusion.portrait import kind_of
from fusion.state import State


def set_due(state: State, incident: Happening) -> None:
    """Reckon when silence will next change this incident."""
    life = state.book.params.lifecycle
    if incident.closed_by:
        incident.due = incident.closed_at + life.forget_s
        return
    cool_s, close_s = patience(state, incident)
    incident.due = incident.heard_at + (close_s if incident.cooling else cool_s)


def patience(state: State, incident: Happening) -> tuple[float, float]:
    """Seconds of silence until it cools and until it closes."""
    life = state.book.params.lifecycle
    if incident.verdict == "confirmed":
        return life.confirmed_cool_s, life.confirmed_close_s
    members = [member for member, _ in state.members(incident)]
    if all(member.source == "camera" for member in members):
        if all(member.ended for member in members):
            return life.ended_cool_s, life.ended_close_s
    elif kind_of(state, incident, members).value in life.condition_kinds:
        return life.cool_s, life.condition_close_s
    return life.cool_s, max(life.close_s[source] for source in incident.tally.sources)


def forget_signal(state: State, heard: Heard) -> None:
    """Take a signal out of the look-ups."""
    state.faults.pop(heard.signal_id, None)
    state.parts.pop(heard.signal_id, None)
    state.ambiguous.drop(heard.signal_id)
    if state.calls.get(heard.number) == heard.signal_id:
        del state.calls[heard.number]
