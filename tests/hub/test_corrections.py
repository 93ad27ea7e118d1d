from pathlib import Path

import pytest
import typer

from contracts.errors import ConfigurationError
from hub.cli.corrections import check

KEPT = Path(__file__).resolve().parents[1] / "replays/corrections"


def test_cases_are_told_one_a_line_with_their_sum(capsys: pytest.CaptureFixture[str]) -> None:
    [merge] = KEPT.glob("merge-*.jsonl")
    check([merge], None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == [merge.name, "merge", "holds"]
    assert lines[-1].startswith("1 cases: 1 hold")


def test_a_correction_that_does_not_hold_is_told_and_ends_in_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [merge] = KEPT.glob("merge-*.jsonl")
    file = tmp_path / "broken.jsonl"
    file.write_bytes(merge.read_bytes().replace(b'"action":"merge"', b'"action":"close"'))
    with pytest.raises(typer.Exit) as ended:
        check([tmp_path], None)
    assert ended.value.exit_code == 1
    assert "are not one incident" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "no case here"), (b"{}", "line 1"), (b"", "no line carries a case")],
    ids=["no file", "no record", "nothing"],
)
def test_what_is_no_case_is_said(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / "case.jsonl").write_bytes(content)
    with pytest.raises(ConfigurationError, match=why):
        check([tmp_path], None)
