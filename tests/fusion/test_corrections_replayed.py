"""Every kept correction, under the present model: made through the API of a running hub, and exported by it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fusion.correcting.case import read_case
from fusion.correcting.check import run_case
from fusion.policy import Params

FILES = sorted((Path(__file__).resolve().parents[1] / "replays/corrections").glob("*.jsonl"))


def test_there_are_corrections_of_every_kind() -> None:
    actions = {read_case(file.read_bytes()).case.action for file in FILES}
    assert actions == {
        "accept", "close", "confirm", "dismiss", "merge", "move", "never_merge", "refuse", "relocate", "split",
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_what_the_person_said_holds(file: Path, record_property: Callable[[str, object], None]) -> None:
    outcome = run_case(read_case(file.read_bytes()), Params())
    record_property("right_by_itself", outcome.by_itself)
    assert outcome.holds, (outcome.refused, *outcome.broken)
