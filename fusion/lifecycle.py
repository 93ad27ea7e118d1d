"""How silence changes an incident: open → cooling → closed → forgotten. Ticks drive it; `next_due` asks for one."""

import heapq

from fusion.heard import Heard
from fusion.portrait import kind_of
from fusion.state import Happening, State
from fusion.turn import Turn


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


def next_due(state: State) -> float | None:
    """When a tick has something to do, seconds since 1970; None when nothing lives."""
    while state.dues:
        due, name = state.dues[0]
        if _due_of(state, name) == due:
            return due
        heapq.heappop(state.dues)
    return None


def pass_time(turn: Turn) -> None:
    """Everything whose time has come by the turn's time."""
    state = turn.state
    while (due := next_due(state)) is not None and due <= turn.at:
        _, name = heapq.heappop(state.dues)
        incident = state.book.incidents.get(name)
        if incident is None:
            _forget_item(state, name)
        elif incident.closed_by:
            _forget(state, incident)
        else:
            _fall_silent(turn, incident)
    _forget_acts(state, turn.at)


def _due_of(state: State, name: str) -> float | None:
    incident = state.book.incidents.get(name)
    if incident is not None:
        return incident.due
    item = state.book.signals.get(name)
    return item.due if item is not None else None


def _fall_silent(turn: Turn, incident: Happening) -> None:
    turn.touch(incident)
    if incident.cooling:
        incident.cooling = False
        incident.closed_by, incident.closed_at = "silence", turn.at
    else:
        incident.cooling = True
    set_due(turn.state, incident)
    turn.state.file(incident)


def _forget(state: State, incident: Happening) -> None:
    state.incidents.drop(incident.incident_id)
    del state.book.incidents[incident.incident_id]
    for signal_id in (*incident.seats, *incident.was):
        heard = state.book.signals.get(signal_id)
        if heard is not None and heard.incident == incident.incident_id:
            forget_signal(state, state.book.signals.pop(signal_id))


def forget_signal(state: State, heard: Heard) -> None:
    """Take a signal out of the look-ups."""
    state.faults.pop(heard.signal_id, None)
    if state.calls.get(heard.number) == heard.signal_id:
        del state.calls[heard.number]


def _forget_item(state: State, signal_id: str) -> None:
    state.items.drop(signal_id)
    del state.book.signals[signal_id]


def _forget_acts(state: State, at: float) -> None:
    horizon = at - state.book.params.lifecycle.forget_s
    for action_id in [name for name, act in state.book.acts.items() if act.at < horizon]:
        del state.book.acts[action_id]
