"""Public 311 records with a parent or duplicate field as a day: signals, and the city's own word on what is one."""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from contracts.errors import ConfigurationError
from contracts.geo import Place
from contracts.kinds import EVENT_TYPES, Certainty, Kind
from contracts.signals import GridReport, PoliceAlert, Signal
from hub.simulate.city.drafts import Truth
from hub.simulate.city.mapping_311 import Mapping311, Target

_YES = frozenset({"true", "t", "yes", "y", "1", "open - dup", "completed - dup"})
_HOUSE_NUMBER = re.compile(r"^\s*[0-9]+[0-9A-Za-z/-]*\s+")
_OTHER = Target(event_type="hotline_request", kind=Kind.NONE)
_MOST_NUMBER = 64


class Reject(NamedTuple):
    """A row that is no record, by its line in the file; never the value, which may be personal."""

    line: int
    number: str
    column: str
    reason: str


class _Wrong(Exception):
    """A row cannot be read: column and reason."""


@dataclass(frozen=True, slots=True)
class Record:
    """One readable row."""

    number: str
    parent: str
    target: Target
    theirs: str
    """their own name of the kind"""
    created_at: datetime
    lat: float
    lon: float
    by_phone: bool
    street: str
    words: tuple[str, ...]


@dataclass(slots=True)
class Imported:
    """What became of a file."""

    signals: list[Signal] = field(default_factory=list)
    """in order of creation"""
    truth: dict[str, Truth] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """kinds that the mapping does not name → how many"""


def import_rows(lines: Iterable[str], mapping: Mapping311, *, limit: int | None = None) -> Imported:
    """Read a CSV with a heading; rows that cannot be read become rejects.

    Raises:
        ConfigurationError: the heading lacks a column that the mapping names.
    """
    done = Imported()
    records: dict[str, Record] = {}
    for record in _records(lines, mapping, done):
        records[record.number] = record
        if limit is not None and len(records) >= limit:
            break
    _tell(records, mapping, done)
    return done


def _records(lines: Iterable[str], mapping: Mapping311, done: Imported) -> Iterator[Record]:
    rows = csv.reader(lines, strict=True)
    reader = _Reader(_heading(next(rows, []), mapping), mapping)
    seen: set[str] = set()
    row: Sequence[str] | None = ()
    while row is not None:
        try:
            row = next(rows, None)
            if not row:
                continue
            record = reader.read(row, seen)
        except csv.Error as bad:
            done.rejects.append(Reject(rows.line_num, "", "", f"no CSV: {bad}"))
        except _Wrong as wrong:
            column, reason = wrong.args
            done.rejects.append(Reject(rows.line_num, reader.number(row or ()), column, reason))
        else:
            seen.add(record.number)
            if record.target is not _OTHER or mapping.other == "keep":
                yield record
            else:
                done.skipped[record.theirs] += 1


def _heading(row: Sequence[str], mapping: Mapping311) -> dict[str, int]:
    places = {_plain(name): number for number, name in enumerate(row)}
    columns = mapping.columns
    one = (columns.number, columns.created, columns.lat, columns.lon, columns.parent, columns.duplicate, columns.origin)
    wanted = [name for name in (*one, *columns.kind, *columns.street, *columns.text) if name is not None]
    lacking = [name for name in wanted if _plain(name) not in places]
    if lacking:
        hint = f"the heading has {', '.join(row) or 'nothing'}"
        raise ConfigurationError(f"no column {', '.join(lacking)}", where=mapping.city, hint=hint)
    return {name: places[_plain(name)] for name in wanted} | {"": len(row)}


class _Reader:
    """Rows by the heading's places."""

    def __init__(self, places: Mapping[str, int], mapping: Mapping311) -> None:
        self._places, self._width = places, places[""]
        self._mapping, self._columns = mapping, mapping.columns
        self._zone = ZoneInfo(mapping.zone)
        self._kinds = [(part.casefold(), target) for part, target in mapping.kinds.items()]

    def number(self, row: Sequence[str]) -> str:
        place = self._places[self._columns.number]
        return row[place].strip()[:_MOST_NUMBER] if place < len(row) else ""

    def read(self, row: Sequence[str], seen: set[str]) -> Record:
        if len(row) != self._width:
            raise _Wrong("", f"{len(row)} cells under a heading of {self._width}")
        number = self.number(row)
        if not number:
            raise _Wrong(self._columns.number, "empty")
        if number in seen:
            raise _Wrong(self._columns.number, "this number came before")
        theirs = " / ".join(part for part in (self._cell(row, name) for name in self._columns.kind) if part)
        if not theirs:
            raise _Wrong(self._columns.kind[0], "empty")
        lat, lon = self._position(row)
        return Record(
            number, self._parent(row), self._target(theirs), theirs, self._created(row), lat, lon,
            by_phone=self._cell(row, self._columns.origin) in self._mapping.calls, street=self._street(row),
            words=self._words(row),
        )  # fmt: skip

    def _cell(self, row: Sequence[str], name: str | None) -> str:
        return row[self._places[name]].strip() if name is not None else ""

    def _parent(self, row: Sequence[str]) -> str:
        duplicate = self._columns.duplicate
        if duplicate is not None and self._cell(row, duplicate).casefold() not in _YES:
            return ""
        return self._cell(row, self._columns.parent).removesuffix(".0")

    def _target(self, theirs: str) -> Target:
        plain = theirs.casefold()
        return next((target for part, target in self._kinds if part in plain), _OTHER)

    def _created(self, row: Sequence[str]) -> datetime:
        text = self._cell(row, self._columns.created)
        for form in self._mapping.times:
            try:
                read = datetime.strptime(text, form)  # noqa: DTZ007
            except ValueError:
                continue
            return (read if read.tzinfo else read.replace(tzinfo=self._zone)).astimezone(UTC)
        raise _Wrong(self._columns.created, "a time of none of the mapping's forms")

    def _position(self, row: Sequence[str]) -> tuple[float, float]:
        lat = self._degrees(row, self._columns.lat)
        lon = self._degrees(row, self._columns.lon)
        south, west, north, east = self._mapping.bounds
        if not (south <= lat <= north and west <= lon <= east):
            raise _Wrong(self._columns.lat, "outside the city's bounds")
        return lat, lon

    def _degrees(self, row: Sequence[str], name: str) -> float:
        try:
            value = float(self._cell(row, name))
        except ValueError:
            raise _Wrong(name, "no number of degrees") from None
        if not math.isfinite(value):
            raise _Wrong(name, "no number of degrees")
        return value

    def _street(self, row: Sequence[str]) -> str:
        text = " ".join(part for part in (self._cell(row, name) for name in self._columns.street) if part)
        return _HOUSE_NUMBER.sub("", text.split(",")[0]).strip().upper()

    def _words(self, row: Sequence[str]) -> tuple[str, ...]:
        text = " ".join(self._cell(row, name) for name in self._columns.text).casefold()
        if not text.strip():
            return ()
        return tuple(
            token
            for token, spellings in self._mapping.words.items()
            if any(re.search(rf"\b{re.escape(one.casefold())}\b", text) for one in spellings)
        )


def _tell(records: Mapping[str, Record], mapping: Mapping311, done: Imported) -> None:
    roots = {number: _root(number, records) for number in records}
    ordered = sorted(records.values(), key=lambda record: (record.created_at, record.number))
    first: dict[str, Record] = {}
    for record in ordered:
        first.setdefault(roots[record.number], record)
    for record in ordered:
        signal = _signal(record, mapping)
        root, began = roots[record.number], first[roots[record.number]]
        done.signals.append(signal)
        kind = began.target.kind or EVENT_TYPES[began.target.event_type].kind
        done.truth[signal.signal_id] = Truth(root, root, kind, began.created_at, began.lat, began.lon)


def _root(number: str, records: Mapping[str, Record]) -> str:
    """The first record of a chain of parents, which may lie outside the file; in a ring, its smallest number."""
    chain: list[str] = []
    while number not in chain:
        chain.append(number)
        record = records.get(number)
        if record is None or not record.parent:
            return number
        number = record.parent
    return min(chain[chain.index(number) :])


def _signal(record: Record, mapping: Mapping311) -> Signal:
    row = EVENT_TYPES[record.target.event_type]
    by_phone = record.by_phone and record.target.event_type.startswith("call_")
    source = "police_110" if by_phone else "grid"
    ref = f"/{source}/{mapping.district}:{record.number}"
    head: dict[str, Any] = {
        "signal_id": f"{source}:{ref}",
        "source_ref": ref,
        "event_type": row.name,
        "kind": record.target.kind or row.kind,
        "severity": row.severity,
        "certainty": Certainty.LIKELY,
        "observed_at": record.created_at,
        "received_at": record.created_at,
        "place": Place(lat=record.lat, lon=record.lon, sigma_m=mapping.sigma_m),
        "district": mapping.district,
        "place_text": record.street,
        "words": tuple(word for word in (record.street, *record.words) if word),
        "exercise": True,
    }
    if by_phone:
        return PoliceAlert(**head, call_no=record.number, category_name=record.theirs)
    return GridReport(**head, report_no=record.number, origin="hotline", class_name=record.theirs)


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
