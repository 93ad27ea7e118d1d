"""What lies in a district's journal: bytes as they came, and the reading of them. Live and replay read the same way."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from contracts.actions import Action
from contracts.errors import Unreadable
from contracts.signals import SIGNAL, Signal, identity_of
from contracts.wire import decode
from fusion.engine import Input, JournalRecord, Outputs, Tick, step
from fusion.policy import Params
from fusion.state import State

RecordType = Literal["signal", "action", "tick", "params"]

OTHER_LAYOUT = "other-layout"
"""the version of the built-in parameters where they stand in for some that cannot be read"""

_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A readable record that has no position yet."""

    district: str
    record_type: RecordType
    identity: str
    """the same identity is journalled once"""
    raw: bytes
    body: Input


@dataclass(frozen=True, slots=True)
class Entry:
    """A record at its place in the journal."""

    position: int
    arrived_at: datetime
    incoming: Incoming


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of the journal as it comes back from the database."""

    position: int
    record_type: RecordType
    arrived_at: datetime
    raw: bytes


def read_signal(raw: bytes) -> Incoming:
    """A record of the topic `signals`.

    Raises:
        Unreadable: it is no CloudEvent with a signal.
    """
    signal: Signal = decode(_storable(raw), SIGNAL)
    return Incoming(signal.district, "signal", identity_of(signal), raw, signal)


def read_action(raw: bytes) -> Incoming:
    """A record of the topic `actions`.

    Raises:
        Unreadable: it is no CloudEvent with an action.
    """
    action = decode(_storable(raw), _ACTION)
    return Incoming(action.district, "action", f"action|{action.action_id}", raw, action)


def tick_record(district: str, at: datetime) -> Incoming:
    """Time passed in a district."""
    return Incoming(district, "tick", f"tick|{at.astimezone(UTC).isoformat()}", b"", Tick())


def params_record(district: str, params: Params, position: int) -> Incoming:
    """Other numbers hold from here on; `position` keeps a return to an older version apart."""
    raw = params.model_dump_json().encode()
    return Incoming(district, "params", f"params|{params.version}|{position}", raw, params)


def replay(state: State, stored: Stored) -> tuple[State, Outputs]:
    """Take in one row of the journal again."""
    return step(state, JournalRecord(stored.position, stored.arrived_at, _body_of(stored)))


def _body_of(stored: Stored) -> Input:
    match stored.record_type:
        case "signal":
            return read_signal(stored.raw).body
        case "action":
            return read_action(stored.raw).body
        case "tick":
            return Tick()
        case "params":
            return read_params(stored.raw)


def read_params(raw: bytes) -> Params:
    """Parameters as the journal has them; those of another layout cannot be meant, so the built-in ones stand in."""
    try:
        return Params.model_validate_json(raw)
    except ValidationError:
        return Params(version=OTHER_LAYOUT)


def _storable(raw: bytes) -> bytes:
    # PostgreSQL's jsonb has no place for a NUL; better refused here than a batch that can never be written.
    if b"\\u0000" in raw:
        raise Unreadable("a NUL character", hint="take \\u0000 out of the text")
    return raw
