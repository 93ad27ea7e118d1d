import json
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from hub.cli.replay import replay

SQUARE = Path(__file__).resolve().parents[1] / "replays/square.jsonl"


def test_a_recording_becomes_decisions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "decisions.jsonl"
    replay(SQUARE, out, None)
    assert out.read_text(encoding="utf-8") == SQUARE.with_name("square.decisions.jsonl").read_text(encoding="utf-8")
    first = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert {"signal_id", "incident_id", "revision", "chosen", "p", "margin", "terms", "candidates"} <= set(first)
    assert "17 records" in capsys.readouterr().err


def test_a_bad_line_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_bytes(SQUARE.read_bytes().replace(b'"lat":34.3', b'"lat":94.3', 1) + b"\n")
    with pytest.raises(ConfigurationError, match=r"lat: Input should be less than") as bad:
        replay(file, tmp_path / "out", None)
    assert bad.value.where == f"{file}:1"
    assert bad.value.exit_code == 2


def test_a_missing_recording_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        replay(tmp_path / "nothing.jsonl", None, None)
