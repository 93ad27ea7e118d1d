"""Reads the members of a document one by one and gathers what is wrong, each by its dotted path as it was sent."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson

from contracts.rejected import FieldError

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""one zone, no summer time since 1991"""
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)?", re.ASCII)
_COMPACT = re.compile(r"\d{14}", re.ASCII)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_TIME_HINT = "ISO 8601 with a zone, 2026-11-24T08:31:05+08:00, or yyyyMMddHHmmss as China's time"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HALF_NUMBER = "0123456789０１２３４５６７８９零〇一二三四五六七八九幺两xX -·.—－()（）"
_FLAGS = {
    "1": True, "true": True, "y": True, "yes": True, "是": True,
    "0": False, "false": False, "n": False, "no": False, "否": False,
}  # fmt: skip


@dataclass(slots=True)
class Notes:
    """What reading one document found: errors refuse it, warnings do not, `read` is all that was understood."""

    errors: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)
    read: dict[str, str | float | bool | None] = field(default_factory=dict)

    def canonical(self) -> bytes:
        """One form of everything read, whatever keys and order the source used."""
        return orjson.dumps(self.read, option=orjson.OPT_SORT_KEYS)


class Fields:
    """The members of one object. `names` maps our name → the source's own key, tried after ours."""

    def __init__(
        self, members: Mapping[str, Any], notes: Notes, *, names: Mapping[str, str], sent: str, ours: str = ""
    ) -> None:
        self._members, self._names, self.notes = members, names, notes
        self._sent, self._ours = sent, ours
        self._speaks_alias = any(key in members for key in names.values())

    def path(self, name: str) -> str:
        """The member's dotted path in the sender's words."""
        key = self._names.get(name, name)
        return self._sent + (key if name not in self._members and self._speaks_alias else name)

    def wrong(self, name: str, reason: str, hint: str = "") -> None:
        """Note an error: the document will be rejected."""
        self.notes.errors.append(FieldError(field=self.path(name), reason=reason, hint=hint))

    def doubt(self, name: str, reason: str, hint: str = "") -> None:
        """Note a warning: the document is taken all the same."""
        self.notes.warnings.append(FieldError(field=self.path(name), reason=reason, hint=hint))

    def has(self, name: str) -> bool:
        """Whether there is a value that is not null and not blank."""
        return self._raw(name) is not None

    def identifier(self, name: str, *, required: bool = False, most: int = 64) -> str:
        """A code or number as text: printable, short. An integer is taken as its digits."""
        text = self._text(name, required=required)
        if text and (len(text) > most or not text.isprintable()):
            self.wrong(name, f"not a number or code of at most {most} printable characters")
            return ""
        self._keep(name, text)
        return text

    def prose(self, name: str, *, most: int) -> str:
        """Free text. A call is not lost over a control character or a long story: both are mended and said."""
        text = self._text(name)
        clean = _CONTROL.sub("�", text)
        if clean != text:
            self.doubt(name, "control characters were replaced", "send plain text")
        if len(clean) > most:
            self.doubt(name, f"cut to {most} characters of {len(clean)}")
        self._keep(name, clean)
        # A number that the cut would halve could no longer be told from harmless digits by the masking.
        return clean if len(clean) <= most else clean[:most].rstrip(_HALF_NUMBER)

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A time, aware, UTC; None when absent or wrong."""
        raw = self._raw(name)
        if raw is None:
            if required:
                self.wrong(name, "missing", _TIME_HINT)
            return None
        try:
            moment = _moment(str(raw).strip())
        except (ValueError, OverflowError):
            moment = None
        if moment is None or moment < _EARLIEST:
            self.wrong(name, _time_fault(raw), _TIME_HINT)
            return None
        self._keep(name, moment.isoformat())
        return moment

    def number(self, name: str, *, required: bool = False) -> float | None:
        """A finite number, also when it comes as text."""
        raw = self._raw(name)
        if raw is None:
            if required:
                self.wrong(name, "missing", "a number")
            return None
        value = _finite(raw)
        if value is None:
            self.wrong(name, "not a number")
            return None
        self._keep(name, value)
        return value

    def flag(self, name: str) -> bool | None:
        """A yes or no in any of the usual spellings; None when absent."""
        raw = self._raw(name)
        if raw is None:
            return None
        value = raw if isinstance(raw, bool) else _FLAGS.get(str(raw).strip().lower())
        if value is None:
            self.wrong(name, "neither yes nor no", "true or false, 1 or 0")
            return None
        self._keep(name, value)
        return value

    def child(self, name: str) -> "Fields | None":
        """The object inside, or None when absent."""
        raw = self._raw(name)
        if raw is None:
            return None
        if not isinstance(raw, dict):
            self.wrong(name, "is not a JSON object")
            return None
        return Fields(raw, self.notes, names={}, sent=f"{self.path(name)}.", ours=f"{self._ours}{name}.")

    def length(self, name: str) -> int:
        """How many items a list has; 0 when absent."""
        raw = self._raw(name)
        if raw is None:
            return 0
        if not isinstance(raw, list):
            self.wrong(name, "is not a list")
            return 0
        self._keep(name, len(raw))
        return len(raw)

    def _raw(self, name: str) -> Any:
        for key in (name, self._names.get(name)):
            value = self._members.get(key) if key is not None else None
            if value is not None and not (isinstance(value, str) and not value.strip()):
                return value
        return None

    def _text(self, name: str, *, required: bool = False) -> str:
        raw = self._raw(name)
        if raw is None:
            if required:
                self.wrong(name, "missing")
            return ""
        if isinstance(raw, bool) or not isinstance(raw, str | int):
            self.wrong(name, "is not text")
            return ""
        return str(raw).strip()

    def _keep(self, name: str, value: str | float | bool) -> None:
        if value != "":
            self.notes.read[self._ours + name] = value


def _moment(text: str) -> datetime | None:
    if _COMPACT.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=CHINA).astimezone(UTC)
    if not _ISO.fullmatch(text):
        return None
    moment = datetime.fromisoformat(text.replace(",", ".").replace("z", "Z"))
    return None if moment.tzinfo is None else moment.astimezone(UTC)


def _time_fault(raw: Any) -> str:
    naive = (
        isinstance(raw, str) and _ISO.fullmatch(raw.strip()) and not re.search(r"(Z|z|[+-]\d\d:?\d\d)$", raw.strip())
    )
    return "a time without a zone" if naive else "not a time"


def _finite(raw: Any) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None
