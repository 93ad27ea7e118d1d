"""A recorded hour: `signals` and `actions` records, one a line, run through the engine without broker or database."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from contracts.actions import Action
from contracts.errors import Unreadable
from contracts.incidents import Decision
from contracts.wire import open_envelope
from fusion.border_memory import BorderInMemory
from fusion.engine import JournalRecord, Outputs, next_due, step
from fusion.journal import Incoming, Stored, params_record, read_action, read_signal, tick_record
from fusion.policy import Params
from fusion.state import State, new_state
from fusion.tables import Tables

_MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded record with the log's time."""

    arrived_at: datetime
    incoming: Incoming


def read_line(raw: bytes) -> Line:
    """A CloudEvent of `signals` or `actions`; `arrived_at` beside it stands for the log's time.

    Without `arrived_at`, the edge's own time is taken: `received_at` of a signal, `at` of an action.

    Raises:
        Unreadable: it is neither, or `arrived_at` is no time.
    """
    event = open_envelope(raw)
    if event.type.startswith("cn.hub.action"):
        incoming = read_action(raw)
    elif event.type.startswith("cn.hub.signal"):
        incoming = read_signal(raw)
    else:
        raise Unreadable(f"a record of type {event.type}", field="type", hint="cn.hub.signal.v1 or cn.hub.action.v1")
    return Line(_arrival(raw, incoming), incoming)


def _arrival(raw: bytes, incoming: Incoming) -> datetime:
    given = json.loads(raw).get("arrived_at")
    if given is not None:
        try:
            return _MOMENT.validate_python(given).astimezone(UTC)
        except ValidationError:
            raise Unreadable("not a time with a zone", field="arrived_at", hint="2026-11-24T08:31:06+08:00") from None
    body = incoming.body
    moment: datetime = body.at if isinstance(body, Action) else body.received_at  # type: ignore[union-attr]
    return moment.astimezone(UTC)


class Replay:
    """The engine with a journal in memory: positions, ticks and parameters as a worker would write them.

    `recorded`: the action_ids that are still to come. What one district sends to another is taken in at once, unless
    the recording itself holds it at its own time. `borders`: incidents of neighbouring districts are brought together
    as a hub does it; a hub's own recording holds what was asked for there.
    """

    def __init__(self, params: Params, recorded: Collection[str] = (), *, borders: bool = False) -> None:
        self._params, self._recorded = params, recorded
        self._border = BorderInMemory(Tables(params)) if borders else None
        self._states: dict[str, State] = {}
        self._now = datetime.min.replace(tzinfo=UTC)

    def take(self, line: Line) -> Iterator[Outputs]:
        """The outputs of one record, and before it of the silence that ended on the way. Time never runs back."""
        self._now = max(self._now, line.arrived_at)
        yield from self._pass_time()
        waiting = [line.incoming]
        while waiting:
            one = waiting.pop(0)
            if one.district not in self._states:
                self._states[one.district] = new_state(one.district, self._params)
                self._step(params_record(one.district, self._params, 1), self._now)
            outputs = self._step(one, self._now)
            waiting += [
                Incoming(action.district, "action", f"action|{action.action_id}", b"", action)
                for action in [*outputs.forwards, *self._crossing(one, outputs)]
                if action.action_id not in self._recorded
            ]
            yield outputs

    def states(self) -> dict[str, State]:
        """The districts at the end, by name."""
        return self._states

    def _crossing(self, one: Incoming, outputs: Outputs) -> list[Action]:
        if self._border is None:
            return []
        if one.record_type == "signal":
            self._border.hear(one.body)  # type: ignore[arg-type]
        return self._border.after(outputs, self._now)

    def _pass_time(self) -> Iterator[Outputs]:
        for district in sorted(self._states):
            while (due := next_due(self._states[district])) is not None and due <= self._now:
                outputs = self._step(tick_record(district, due), due)
                if self._border is not None:
                    self._border.see(outputs)
                yield outputs

    def _step(self, one: Incoming, at: datetime) -> Outputs:
        state = self._states[one.district]
        self._states[one.district], outputs = step(state, JournalRecord(state.book.position + 1, at, one.body))
        return outputs


def replay_lines(
    lines: Iterable[Line], params: Params, recorded: Collection[str] = (), *, borders: bool = False
) -> Iterator[Outputs]:
    """Every record's outputs, in order; `recorded` and `borders` as `Replay` wants them."""
    replay = Replay(params, recorded, borders=borders)
    for line in lines:
        yield from replay.take(line)


def recorded_line(stored: Stored) -> bytes:
    """A row of the journal as a line that `read_line` reads: the CloudEvent with the log's time beside it."""
    event = json.loads(stored.raw) | {"arrived_at": stored.arrived_at.astimezone(UTC).isoformat()}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def decision_line(decision: Decision) -> dict[str, Any]:
    """One decision as `hub replay` writes it (`wire.md`)."""
    return {
        "signal_id": decision.signal_id,
        "incident_id": decision.incident_id,
        "revision": decision.revision,
        "chosen": decision.chosen,
        "p": decision.p,
        "margin": decision.margin,
        "terms": decision.terms,
        "candidates": [candidate.model_dump(mode="json") for candidate in decision.candidates],
        "constraints": list(decision.constraints),
        "district": decision.district,
        "decided_at": decision.decided_at.isoformat().replace("+00:00", "Z"),
    }
