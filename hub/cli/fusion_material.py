"""What a fit reads: a recording with the cameras, from files or from this hub's database."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from contracts.cameras import Camera
from contracts.errors import ConfigurationError, Unreadable
from contracts.signals import Observation
from fusion.journal import Stored, read_action, read_signal
from fusion.learning.cameras import Shown
from fusion.learning.history import Word, history_of
from fusion.learning.proposal import Tell
from fusion.ledger import Ledger
from fusion.ledger_versions import Versions
from fusion.policy import Params
from fusion.recording import Line, read_line
from hub.streams.reading import load


@dataclass(frozen=True, slots=True)
class Material:
    """A recording and what stands beside it."""

    lines: Sequence[Line]
    cameras: Sequence[Camera] = ()
    truth: Mapping[str, str] | None = None
    """signal → its true cluster"""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """true cluster → what happened; nothing when it is not there"""
    audits: Sequence[Word] = ()

    def shown(self, params: Params) -> list[Shown]:
        """Every observation on whose incident there is a verdict, by a replay under these numbers."""
        history = history_of(self.lines, params)
        confidence = {
            body.signal_id: body.confidence
            for line in self.lines
            if isinstance(body := line.incoming.body, Observation)
        }
        return [
            Shown(one.signal_id, one.camera, one.rule, confidence[one.signal_id], label.real)
            for label in history.labels
            for one in label.members
            if one.signal_id in confidence
        ]


def from_files(file: Path, truth: Path | None, cameras: Path | None) -> Material:
    """A recording, a simulated city's truth, a streams.yaml.

    Raises:
        ConfigurationError: one of them cannot be read; names the line.
    """
    lines = without_drills([_line(file, number, raw) for number, raw in _lines(file)])
    known = dict(_truth(truth)) if truth is not None else None
    return Material(
        lines,
        load(cameras).cameras if cameras is not None else (),
        {signal_id: cluster for signal_id, (cluster, _) in known.items()} if known is not None else None,
        {cluster: kind for cluster, kind in known.values() if kind} if known is not None else {},
    )


async def from_journal(
    ledger: Ledger, versions: Versions, cameras: Sequence[Camera], since: datetime | None, tell: Tell
) -> Material:
    """This hub's journal, and the answers about silent decisions."""
    lines: list[Line] = []
    async for stored in ledger.recorded(None, since):
        lines.append(line_of(stored))
        if len(lines) % 500 == 0:
            tell("the journal is read", len(lines), 0)
    return Material(without_drills(lines), cameras, audits=await versions.audits(since))


def without_drills(lines: list[Line]) -> list[Line]:
    """Nothing is learned from 演练 where anything real was heard; a recording of nothing but drills is left whole."""
    drills = [bool(getattr(line.incoming.body, "exercise", False)) for line in lines]
    if all(drill for drill, line in zip(drills, lines, strict=True) if line.incoming.record_type == "signal"):
        return lines
    return [line for line, drill in zip(lines, drills, strict=True) if not drill]


def line_of(stored: Stored) -> Line:
    """A row of the journal as a recorded line."""
    read = read_action if stored.record_type == "action" else read_signal
    return Line(stored.arrived_at, read(stored.raw))


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with file.open("rb") as opened:
            yield from ((number, raw) for number, raw in enumerate(opened, 1) if raw.strip())
    except OSError as missing:
        raise ConfigurationError(missing.strerror or "cannot be read", where=str(file)) from None


def _line(file: Path, number: int, raw: bytes) -> Line:
    try:
        return read_line(raw)
    except Unreadable as bad:
        hint = bad.hint or "mend or remove the line"
        raise ConfigurationError(str(bad), where=f"{file}:{number}", hint=hint) from None


def _truth(file: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    for number, raw in _lines(file):
        try:
            row = json.loads(raw)
            yield row["signal_id"], (row["cluster"], row["kind"] if row["incident"] is not None else "")
        except (ValueError, KeyError, TypeError) as bad:
            hint = "truth.jsonl of hub simulate city"
            raise ConfigurationError(f"not a line of truth: {bad!r}", where=f"{file}:{number}", hint=hint) from None
