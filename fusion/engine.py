"""Fusion in one function: `step(state, record) → state, outputs`. Start reading here.

    signal ─► admit ─► gate ─► scoring (terms) ─► decide ─► seating ─┐
    action ─► actions ─► reassociate, undo ──────────────────────────┼─► settle ─► related ─► portrait ─► outputs
    tick   ─► lifecycle ─────────────────────────────────────────────┘
    params ─► the numbers all of them decide by

Pure: no clock, no chance, no order of sets. The time of a step is its record's arrival in the journal, so the same
journal gives the same decisions, byte for byte, live, after a restart, or in `hub replay`.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.actions import Action, ActionResult
from contracts.incidents import Decision, Incident
from contracts.signals import Signal
from fusion.actions import act
from fusion.admit import admit
from fusion.heard import moment, seconds
from fusion.policy import Params
from fusion.portrait import portray
from fusion.related import relate, relations
from fusion.seating import settle
from fusion.silence import next_due as _next_due
from fusion.silence import pass_time
from fusion.state import State
from fusion.turn import Turn


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed; nothing else happened."""


Input = Signal | Action | Tick | Params


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One input at its place in the district's journal."""

    position: int
    """gapless, from 1"""
    arrived_at: datetime
    """the `decided_at` of everything it brings about"""
    body: Input


@dataclass(frozen=True, slots=True)
class Outputs:
    """What one record brought about."""

    decisions: tuple[Decision, ...] = ()
    incidents: tuple[Incident, ...] = ()
    """full new revisions, each incident at most once"""
    results: tuple[ActionResult, ...] = ()
    forwards: tuple[Action, ...] = ()
    """what other districts must do because of it; stored with the rest, so that it cannot be lost"""


def step(state: State, record: JournalRecord) -> tuple[State, Outputs]:
    """Take one record in. The state is the caller's to give: it is changed in place and handed back."""
    book = state.book
    assert record.position == book.position + 1, f"journal position {record.position} after {book.position}"
    book.position = record.position
    turn = Turn(state, record.position, seconds(record.arrived_at))
    results: tuple[ActionResult, ...] = ()
    match record.body:
        case Params():
            state.take_params(record.body)
        case Tick():
            pass_time(turn)
        case Action():
            results = (act(turn, record.body),)
        case _:
            admit(turn, record.body)
    settle(turn)
    relate(turn)
    incidents = tuple(
        portray(state, incident, turn.at, relations(state, incident), resounds=name in turn.resounding)
        for name, incident in turn.touched.items()
    )
    return state, Outputs(tuple(turn.decisions), incidents, results, tuple(turn.forwards))


def next_due(state: State) -> datetime | None:
    """When the district next needs a tick; None when nothing in it lives."""
    due = _next_due(state)
    return moment(due) if due is not None else None
