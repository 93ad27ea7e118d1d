"""Golden change logs: what the wall shows after each stretch. `console/tests/changeLogs.test.ts` reads the same files,
so that the board in the browser and the hub's cannot differ."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from command_center.board import Board, Change
from command_center.messages import Row
from command_center.rows import WallRow
from tests.command_center.seeding import T0

FOLDER = Path(__file__).parent / "change_logs"
FILES = sorted(FOLDER.glob("*.jsonl"))


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_board_shows_what_the_golden_change_log_says(path: Path) -> None:
    board = Board()
    board.load(0, [])
    for line in lines(path):
        rows = [WallRow(Row.model_validate(one)) for one in line["incidents"]]
        numbers = range(line["from"], line["to"] + 1)
        named = [row.row.incident_id for row in rows]
        board.apply([Change(n, named[place % len(named)], T0) for place, n in enumerate(numbers)], rows)
        assert board.shown() == line["shown"], line["says"]
        assert board.hidden() == line["hidden"], line["says"]


def test_there_are_golden_change_logs() -> None:
    assert {path.stem for path in FILES} >= {"suppression"}
