"""Many cameras taken over from a list at once: all of them or none, and what people wrote about them before stays."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contracts.cameras import Camera
from hub.streams.located import LOADER
from hub.streams.noticing import Twice, twice
from hub.streams.problems import Problem, StreamsError
from hub.streams.reading import read, text_of
from hub.streams.records import Access, entry_of
from hub.streams.sheet import CellProblem, Sheet, SheetError
from hub.streams.writing import put_cameras, unchanged

COLUMN_OF = {
    "id": "gb_id", "bureau": "industry_owner", "place.lat": "lat", "place.lon": "lon", "place.datum": "datum",
    "legal.purpose": "purpose", "legal.sign": "sign_installed", "legal.filing_no": "filing_no",
    "legal.retention_days": "retain_days", "legal.basis": "legal_basis", "place_type": "position_type",
    "bearing_deg": "view_angle", "height_m": "install_height", "landmark_no": "pole_code",
}  # fmt: skip
"""key of an entry → the column it comes from, where the two differ"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list, by camera id."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    taken_down: int
    """rows of cameras that are no more; they are left out"""
    twice: tuple[Twice, ...]
    """pairs with one of these cameras that may be one camera"""


def import_sheet(sheet: Sheet, source: str, target: Path, access: Access, *, dry_run: bool = False) -> Imported:
    """Take the rows of a table over into streams.yaml.

    Raises:
        SheetError: rows have problems, all of them told; the file is as it was.
        StreamsError: the file itself has problems, or cannot be read.
    """
    read_rows = [(row.number, *entry_of(row, sheet.headings, access)) for row in sheet.rows]
    problems = [problem for _, _, wrong in read_rows for problem in wrong]
    entries = {number: entry for number, entry, wrong in read_rows if entry is not None and not wrong}
    id_column = sheet.headings.get("gb_id", "gb_id")
    first: dict[str, int] = {}
    for number, entry in entries.items():
        if first.setdefault(entry["id"], number) != number:
            problems.append(CellProblem(number, id_column, f"the same code as row {first[entry['id']]}"))
    merged, known = _merged(target, entries.values())
    rows = list(entries)
    for index, problem in _problems(target, merged):
        column = COLUMN_OF.get(problem.field, problem.field)
        problems.append(CellProblem(rows[index], sheet.headings.get(column, column), problem.message, problem.hint))
    if problems:
        raise SheetError(source, _once(problems))
    taken_down = sum(entry is None for _, entry, _ in read_rows)
    return _put(target, merged, known, taken_down, dry_run=dry_run)


def import_entries(entries: Sequence[dict[str, Any]], target: Path, *, dry_run: bool = False) -> Imported:
    """Take entries over that did not come from a table.

    Raises:
        StreamsError: some have problems, all of them told with their camera; the file is as it was.
    """
    merged, known = _merged(target, entries)
    problems = [
        Problem(0, f"{merged[n].get('id')}: {problem.field}", problem.message, problem.hint)
        for n, problem in _problems(target, merged)
    ]
    if problems:
        raise StreamsError(str(target), problems)
    return _put(target, merged, known, 0, dry_run=dry_run)


def as_camera(entry: Mapping[str, Any], target: Path) -> Camera:
    """The camera that an entry would be in this file.

    Raises:
        StreamsError: it has problems.
    """
    document = yaml.load(text_of(target), LOADER) or {}
    return read(json.dumps({**document, "cameras": [entry]}, ensure_ascii=False, default=str)).cameras[0]


def _merged(target: Path, entries: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """The entries as they will stand, and those of the file by id: what the list does not say stays as it was."""
    text = text_of(target)
    read(text, str(target))
    document = yaml.load(text, LOADER) or {}
    known = {camera["id"]: camera for camera in document.get("cameras") or []}
    merged = []
    for entry in entries:
        old = known.get(entry["id"], {})
        legal = {**old.get("legal", {}), **entry.get("legal", {})}
        merged.append({**old, **entry, **({"legal": legal} if legal else {})})
    return merged, known


def _problems(target: Path, merged: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, Problem]]:
    """What is wrong with the entries under the file's own defaults and districts, by their number in the list."""
    document = yaml.load(text_of(target), LOADER) or {}
    try:
        read(json.dumps({**document, "cameras": merged}, ensure_ascii=False, default=str))
    except StreamsError as refused:
        for problem in refused.problems:
            if found := re.match(r"cameras\[(\d+)\]", problem.key):
                yield int(found[1]), problem


def _put(
    target: Path, merged: Sequence[dict[str, Any]], known: Mapping[str, dict[str, Any]], down: int, *, dry_run: bool
) -> Imported:
    same = {entry["id"] for entry in merged if _means_the_same(known.get(entry["id"]), entry)}
    new = [entry for entry in merged if entry["id"] not in same]
    after = read(text_of(target), str(target)) if dry_run or not new else put_cameras(target, new)
    ids = {entry["id"] for entry in merged}
    return Imported(
        added=tuple(entry["id"] for entry in new if entry["id"] not in known),
        changed=tuple(entry["id"] for entry in new if entry["id"] in known),
        same=tuple(entry["id"] for entry in merged if entry["id"] in same),
        taken_down=down,
        twice=tuple(pair for pair in twice(after.cameras) if ids & {pair.one, pair.other}),
    )


def _means_the_same(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> bool:
    return old is not None and old.keys() == new.keys() == unchanged(old, new)


def _once(problems: Iterable[CellProblem]) -> list[CellProblem]:
    """A cell that is wrong in two ways is told once."""
    told: dict[tuple[int, str], CellProblem] = {}
    for problem in problems:
        told.setdefault((problem.row, problem.column), problem)
    return list(told.values())
