"""The wall in memory: live rows, the newest stretch of the change log, and the bytes that go to every seat. Pure."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from command_center.messages import Row
from command_center.permissions import View
from command_center.rows import WallRow

LOG_LENGTH = 20_000
"""changes kept in memory: who comes back within so many is sent what it missed, else it reloads"""
VIEWS: tuple[View, ...] = ("police", "street", "none")


class Change(NamedTuple):
    """One number of the change log."""

    seq: int
    incident_id: str
    at: datetime


class Hole(Exception):
    """The changes do not follow what the board holds: it must be loaded anew."""


class Board:
    """One instance per console. Not safe for threads: it lives on the event loop."""

    def __init__(self, log_length: int = LOG_LENGTH) -> None:
        self.seq = 0
        self.loaded = False
        """whether it has been read from the database at all"""
        self._rows: dict[str, WallRow] = {}
        self._live = 0
        self._hidden: dict[str, tuple[str, ...]] = {}
        """incident → the suppressions that hide it, of the live ones"""
        self._bytes: dict[tuple[str, View], bytes] = {}
        self.log_length = log_length
        self._log: deque[Change] = deque(maxlen=log_length)
        self._newest: dict[str, int] = {}
        self._snapshots: dict[View, tuple[int, bytes]] = {}
        self._deltas: OrderedDict[tuple[View, int, int], bytes] = OrderedDict()

    def __len__(self) -> int:
        """Rows on the wall, the closed ones that the log still names left out."""
        return self._live

    def load(self, seq: int, rows: Iterable[WallRow], log: Sequence[Change] = ()) -> None:
        """Start anew from the database at `seq`; `log` is the newest stretch up to it, with its rows among `rows`."""
        self.seq, self.loaded = seq, True
        self._rows = {one.row.incident_id: one for one in rows}
        self._live = sum(one.live for one in self._rows.values())
        self._hidden = {name: one.row.suppressed for name, one in self._rows.items() if one.hidden}
        self._bytes.clear()
        self._log.clear()
        self._newest.clear()
        self._snapshots.clear()
        self._deltas.clear()
        for change in log:
            self._remember(change)

    def apply(self, changes: Sequence[Change], rows: Iterable[WallRow]) -> None:
        """Take in the next changes with the newest rows of their incidents.

        Raises:
            Hole: the first number is not the next one, or a number is missing in between.
        """
        for place, change in enumerate(changes):
            if change.seq != self.seq + 1 + place:
                raise Hole(f"have {self.seq}, was given {change.seq}")
        for one in rows:
            before = self._rows.get(one.row.incident_id)
            self._live += one.live - (before is not None and before.live)
            self._rows[one.row.incident_id] = one
            self._hidden.pop(one.row.incident_id, None)
            if one.hidden:
                self._hidden[one.row.incident_id] = one.row.suppressed
            for view in VIEWS:
                self._bytes.pop((one.row.incident_id, view), None)
        for change in changes:
            self._remember(change)
        if changes:
            self.seq = changes[-1].seq
            self._deltas.clear()

    def ordered(self) -> list[WallRow]:
        """Live rows by importance: the gravest first, then those that wait, then the newest; the hidden ones last."""
        return sorted((one for one in self._rows.values() if one.live), key=_importance)

    def shown(self) -> list[str]:
        """Ids of the wall from the top, without what is hidden; the twin of `shown` in the browser's board."""
        return [one.row.incident_id for one in self.ordered() if not one.hidden]

    def hidden(self, suppression_id: str | None = None) -> int:
        """Live rows that are hidden, or that this suppression hides, alone or with others."""
        if suppression_id is None:
            return len(self._hidden)
        return sum(suppression_id in hiding for hiding in self._hidden.values())

    def held(self) -> int:
        """Rows in memory: the live ones, and the closed ones that the log still names."""
        return len(self._rows)

    def oldest(self) -> int:
        """The smallest `since` that can still be answered."""
        return self._log[0].seq - 1 if self._log else self.seq

    def pending(self, since: int) -> int:
        """How many different incidents changed after `since`."""
        return sum(1 for seq in self._newest.values() if seq > since)

    def snapshot(self, view: View, now: datetime) -> bytes:
        """A `snapshot` message; joined once per change of the board and shared by all who ask."""
        kept = self._snapshots.get(view)
        if kept is None or kept[0] != self.seq:
            rows = b",".join(data for one in self.ordered() if (data := self._row_bytes(one, view)) is not None)
            kept = (self.seq, rows)
            self._snapshots[view] = kept
        head = {"type": "snapshot", "seq": self.seq, "server_time": now}
        return _with_list(head, b"incidents", kept[1])

    def changes(self, view: View, since: int, now: datetime) -> bytes | None:
        """A `changes` message with all incidents after `since`, each once at its newest; made once for all seats
        that stand at the same number. None: `since` lies before the log, the seat must reload."""
        if since < self.oldest() or since > self.seq:
            return None
        key = (view, since, self.seq)
        if key not in self._deltas:
            self._deltas[key] = self._delta(view, since, now)
            if len(self._deltas) > 256:
                self._deltas.popitem(last=False)
        return self._deltas[key]

    def _delta(self, view: View, since: int, now: datetime) -> bytes:
        ids: dict[str, None] = {}
        for change in reversed(self._log):
            if change.seq <= since:
                break
            ids.setdefault(change.incident_id)
        rows: list[bytes] = []
        gone: list[str] = []
        for incident_id in reversed(ids):
            one = self._rows.get(incident_id)
            data = self._row_bytes(one, view) if one else None
            if data is not None:
                rows.append(data)
            elif view != "none":
                gone.append(incident_id)
        head: dict[str, object] = {"type": "changes", "from": since + 1, "to": self.seq, "server_time": now}
        if gone:
            head["gone"] = gone
        return _with_list(head, b"incidents", b",".join(rows))

    def _row_bytes(self, one: WallRow, view: View) -> bytes | None:
        if not one.confidential and view != "none":
            view = "police"
        key = (one.row.incident_id, view)
        if (kept := self._bytes.get(key)) is not None:
            return kept
        seen = one.seen_by(view)
        if seen is None:
            return None
        self._bytes[key] = data = row_bytes(seen)
        return data

    def _remember(self, change: Change) -> None:
        if self._log.maxlen is not None and len(self._log) == self._log.maxlen:
            self._forget(self._log[0])
        self._log.append(change)
        self._newest[change.incident_id] = change.seq

    def _forget(self, oldest: Change) -> None:
        """A closed row leaves the memory with the last number that names it."""
        if self._newest.get(oldest.incident_id) != oldest.seq:
            return
        del self._newest[oldest.incident_id]
        one = self._rows.get(oldest.incident_id)
        if one is not None and not one.live:
            del self._rows[oldest.incident_id]
            for view in VIEWS:
                self._bytes.pop((oldest.incident_id, view), None)


def row_bytes(row: Row) -> bytes:
    """One row as JSON, with times in UTC."""
    return orjson.dumps(row.model_dump(mode="json"))


def _importance(one: WallRow) -> tuple[bool, int, bool, float, str]:
    row = one.row
    return one.hidden, row.severity, row.handling.state != "waiting", -row.observed_at.timestamp(), row.incident_id


def _with_list(head: dict[str, object], name: bytes, items: bytes) -> bytes:
    start = orjson.dumps(head, option=orjson.OPT_UTC_Z)
    return b"".join((start[:-1], b',"', name, b'":[', items, b"]}"))
