"""What a correction's test case says, and the file that holds it.

The file is what `hub replay` reads: CloudEvents, one a line, each with its `arrived_at`. The line of the correction
itself carries the case beside the event. Nothing in it names a person: signals have no such field, free text and
pictures' references are left out here, and who did it becomes a role.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from contracts.actions import ActionName
from contracts.contract import StrictContract
from contracts.errors import Unreadable
from contracts.geo import GeoPoint
from contracts.wire import unreadable
from fusion.journal import Stored
from fusion.recording import Line, read_line

MEMBER = "case"
_TEXTS = ("content", "address", "description", "place_text", "category_name", "unit_code", "lead_unit")
_NOT_KEPT = "理由未留存 · the reason is not kept"


class Said(StrictContract):
    """What the person said, in signals, so that it means the same under any model."""

    together: tuple[tuple[str, ...], ...] = ()
    """the signals of each are of one incident"""
    apart: tuple[tuple[str, ...], ...] = ()
    """no incident holds signals of two of these"""
    verdict: str = ""
    """confirmed, rejected or closed: the incident of `own`"""
    kind: str | None = None
    severity: int | None = None
    place: GeoPoint | None = None


class Heard(StrictContract):
    """What the machine had decided about one signal."""

    signal_id: str
    incident_id: str
    chosen: str
    p: float
    margin: float


class Machine(StrictContract):
    """What the machine believed just before."""

    params_version: str
    decisions: tuple[Heard, ...]


class Case(StrictContract):
    """One correction."""

    action_id: str
    action: ActionName
    own: tuple[str, ...]
    """the signals of the incident it was about, just before, in order of happening"""
    other: tuple[str, ...] = ()
    """those of the other incident, if it named one"""
    machine: Machine
    person: Said

    @property
    def is_about_partition(self) -> bool:
        """Whether it said what belongs together."""
        return bool(self.person.together or self.person.apart)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with what was heard before and after it."""

    case: Case
    before: tuple[Line, ...]
    action: Line
    after: tuple[Line, ...]


def signal_line(stored: Stored) -> bytes:
    """A signal of the journal as a line, without free text and references to pictures."""
    event = _event(stored)
    data: dict[str, Any] = event["data"]
    data |= {name: "" for name in _TEXTS if name in data}
    if "evidence" in data:
        data["evidence"] = []
    return _dumped(event)


def action_line(stored: Stored, case: Case | None = None) -> bytes:
    """An action of the journal as a line, without who and why; `case`: it is the correction itself."""
    event = _event(stored)
    data: dict[str, Any] = event["data"]
    data["by"] = {"user": "operator", "unit": "", "role": data["by"]["role"]}
    data["reason"] = _NOT_KEPT if data.get("reason") else ""
    if case is not None:
        event[MEMBER] = case.model_dump(mode="json")
    return _dumped(event)


def read_case(file: bytes) -> CaseFile:
    """The case in a file.

    Raises:
        Unreadable: a line is no record, or not exactly one line carries a case; names the line.
    """
    lines: list[Line] = []
    found: tuple[int, Case] | None = None
    for number, raw in enumerate(file.splitlines(), 1):
        if not raw.strip():
            continue
        line, case = _read(number, raw)
        if case is not None:
            if found is not None:
                raise Unreadable("a second case", field=f"line {number}", hint="one correction a file")
            found = len(lines), case
        lines.append(line)
    if found is None:
        raise Unreadable("no line carries a case", hint="a file of `hub corrections export`")
    at, case = found
    return CaseFile(case=case, before=tuple(lines[:at]), action=lines[at], after=tuple(lines[at + 1 :]))


def _read(number: int, raw: bytes) -> tuple[Line, Case | None]:
    try:
        line = read_line(raw)
        given = json.loads(raw).get(MEMBER)
        return line, None if given is None else Case.model_validate(given)
    except ValidationError as bad:
        raise unreadable(bad, prefix=f"line {number}: {MEMBER}.") from None
    except Unreadable as bad:
        raise Unreadable(str(bad), field=f"line {number}", hint=bad.hint) from None


def _event(stored: Stored) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(stored.raw)
    return event | {"arrived_at": _told(stored.arrived_at)}


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _dumped(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
