"""Silence changes incidents: open → cooling → closed → forgotten. Ticks drive it; `next_due` asks for one."""

import heapq

from fusion.book import Happening
from fusion.lifecycle import forget_signal, set_due
from fusion.rethink import look_around
from fusion.splitting import try_split
from fusion.state import State
from fusion.turn import Turn
from fusion.watch import forget_buckets


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
    forget_buckets(state, turn.at)


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
        if not (turn.state.book.params.regrouping.most and try_split(turn, incident)):
            look_around(turn, incident)
        settle_doubts(turn.state, incident)
    set_due(turn.state, incident)
    turn.state.file(incident)


def settle_doubts(state: State, incident: Happening) -> None:
    """Nothing more is heard: what sat here in doubt stays."""
    for signal_id, seat in incident.seats.items():
        seat.ambiguous = False
        state.ambiguous.drop(signal_id)


def _forget(state: State, incident: Happening) -> None:
    state.incidents.drop(incident.incident_id)
    state.evidence.pop(incident.incident_id, None)
    del state.book.incidents[incident.incident_id]
    for signal_id in (*incident.seats, *incident.was):
        heard = state.book.signals.get(signal_id)
        if heard is not None and heard.incident == incident.incident_id:
            forget_signal(state, state.book.signals.pop(signal_id))


def _forget_item(state: State, signal_id: str) -> None:
    state.items.drop(signal_id)
    del state.book.signals[signal_id]


def _forget_acts(state: State, at: float) -> None:
    horizon = at - state.book.params.lifecycle.forget_s
    for action_id in [name for name, act in state.book.acts.items() if act.at < horizon]:
        del state.book.acts[action_id]
