"""A table that people keep in Excel (一机一档): its text in whatever encoding, its rows, and what is wrong in them."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import ConfigurationError

SHOWN = 30
TITLES = 10
"""among so many first lines the headings are looked for"""
_BY_EXCEL = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
"""a code of 20 digits after Excel took it for a number"""


@dataclass(frozen=True, slots=True, order=True)
class CellProblem:
    """One thing to mend; `row` counts as Excel does, the headings are row 1."""

    row: int
    column: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        head = f"row {self.row}, {self.column}: {self.message}" if self.column else f"row {self.row}: {self.message}"
        return f"{head}\n    → {self.hint}" if self.hint else head


class SheetError(ConfigurationError):
    """The table cannot be used; nothing of it was taken over."""

    def __init__(self, source: str, problems: Iterable[CellProblem]) -> None:
        self.problems = tuple(sorted(problems))
        shown = "\n".join(f"  {problem}" for problem in self.problems[:SHOWN])
        more = f"\n  … and {len(self.problems) - SHOWN} more" if len(self.problems) > SHOWN else ""
        hint = "nothing was imported; mend the rows and import the file again"
        super().__init__(f"{len(self.problems)} to mend\n{shown}{more}", where=source, hint=hint)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: cells by the key of their column, stripped; empty cells are left out."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says."""

    rows: tuple[Row, ...]
    headings: Mapping[str, str]
    """key of a column → the heading that the file has for it"""
    ignored: tuple[str, ...]
    """headings that are not known"""
    encoding: str


def load(path: Path, names: Mapping[str, Sequence[str]]) -> Sheet:
    """Read a table; `names` holds for the key of each column its other names.

    Raises:
        SheetError: it is not there, empty, no table, or Excel spoilt its codes.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise SheetError(str(path), [CellProblem(1, "", problem.strerror or "cannot be read")]) from None
    text, encoding = decoded(data, str(path))
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as problem:
        raise SheetError(str(path), [CellProblem(1, "", f"no table: {problem}")]) from None
    if not any(cell.strip() for line in lines for cell in line):
        raise SheetError(str(path), [CellProblem(1, "", "the file is empty", "the first row holds the headings")])
    top, columns = _headed(lines, names)
    if not any(columns):
        known = "、".join(others[0] for others in names.values())
        raise SheetError(str(path), [CellProblem(1, "", "no heading is known", f"known: {known}")])
    below = enumerate(lines[top + 1 :], start=top + 2)
    rows = tuple(row for number, line in below if (row := _row(number, line, columns)).cells)
    named = list(zip(columns, (heading.strip() for heading in lines[top]), strict=True))
    headings = {key: heading for key, heading in named if key}
    _check(str(path), rows, headings)
    return Sheet(rows, headings, tuple(heading for key, heading in named if key is None and heading), encoding)


def _headed(lines: Sequence[Sequence[str]], names: Mapping[str, Sequence[str]]) -> tuple[int, list[str | None]]:
    """The line of the headings, from 0, and the key of each column; tables often begin with a title."""
    keys = {_plain(name): key for key, others in names.items() for name in (key, *others)}
    candidates = [[keys.get(_plain(cell)) for cell in line] for line in lines[:TITLES]]
    best = max(range(len(candidates)), key=lambda n: (sum(map(bool, candidates[n])), -n))
    return best, candidates[best]


def decoded(data: bytes, source: str) -> tuple[str, str]:
    """The text and its encoding: UTF-16 by its mark, UTF-8 where the bytes are that, else GBK (as GB 18030)."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    hint = "save it as CSV from Excel; a workbook (.xlsx) cannot be read"
    raise SheetError(source, [CellProblem(1, "", "no text in UTF-8, UTF-16 or GBK", hint)])


def _delimiter(text: str) -> str:
    head = "".join(text.splitlines(keepends=True)[:TITLES])
    return max(",;\t", key=head.count)


def _plain(heading: str) -> str:
    """Headings are compared without case, spaces and what stands in brackets."""
    return re.sub(r"[\s_]+|[(（].*[)）]", "", heading).lower()


def _row(number: int, line: Sequence[str], columns: Sequence[str | None]) -> Row:
    cells = {}
    for key, cell in zip(columns, line, strict=False):
        value = cell.strip().removeprefix("'").strip()
        value = value[2:-1] if value.startswith('="') else value
        if key and value:
            cells[key] = value
    return Row(number, cells)


def _check(source: str, rows: Sequence[Row], headings: Mapping[str, str]) -> None:
    if not rows:
        raise SheetError(source, [CellProblem(2, "", "there are headings and no rows")])
    spoilt = [
        CellProblem(
            row.number, headings["gb_id"], f"Excel made a number of the code: {row.cells['gb_id']}",
            "format the column as text, then put the codes in again: their last digits are lost",
        )
        for row in rows
        if _BY_EXCEL.fullmatch(row.cells.get("gb_id", ""))
    ]  # fmt: skip
    if spoilt:
        raise SheetError(source, spoilt)
