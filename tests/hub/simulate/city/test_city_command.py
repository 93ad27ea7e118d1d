"""`hub simulate city` on disk: what it writes replays, with people's corrections among it, to the same bytes."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import ConfigurationError
from fusion.policy import Params
from fusion.recording import read_line
from hub import streams
from hub.cli.replay import replay
from hub.cli.simulate_city import as_many, city
from hub.simulate.city.corrections import Corrected
from hub.simulate.city.day import city_day
from hub.simulate.city.presets import scenario, settings_of

SMALL = "days: 0.08\nfleet: {count: 250}\n"


def run(tmp_path: Path, out: str, **options: Any) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    usual: dict[str, Any] = {
        "name": "base", "settings": file, "seed": 3, "days": None, "signals": None, "duplicates": False,
        "corrections": False, "params": None, "progress": False, "listed": False, "shown": False,
    }  # fmt: skip
    city(out=tmp_path / out, **(usual | options))
    return tmp_path / out


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_same_command_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = (run(tmp_path, out, duplicates=True, corrections=True) for out in ("a", "b"))
    names = {file.name for file in first.iterdir()}
    assert names == {"day.jsonl", "truth.jsonl", "streams.yaml", "settings.yaml"}
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


@pytest.mark.timeout(300)
def test_another_order_of_hashes_writes_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    written = []
    for hashes in ("1", "2"):
        command = [sys.executable, "-m", "hub", "simulate", "city", "--settings", str(tmp_path / "small.yaml")]
        command += ["--scenario", "everything", "--no-progress", "--out", str(tmp_path / hashes)]
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": hashes}, check=True, capture_output=True)
        written.append((tmp_path / hashes / "day.jsonl").read_bytes())
    assert written[0] == written[1]


def test_a_day_with_duplicates_late_batches_and_corrections_replays_to_the_same_bytes_three_times(
    tmp_path: Path,
) -> None:
    out = run(tmp_path, "day", duplicates=True, corrections=True)
    decisions = []
    for turn in range(3):
        replay(out / "day.jsonl", tmp_path / f"{turn}.jsonl", None)
        decisions.append((tmp_path / f"{turn}.jsonl").read_bytes())
    assert decisions[0] == decisions[1] == decisions[2]
    assert len(decisions[0].splitlines()) > 300


def test_the_truth_names_every_signal_of_the_day_and_no_other(tmp_path: Path) -> None:
    out = run(tmp_path, "day", duplicates=True)
    said = {line["data"]["signal_id"] for line in lines_of(out / "day.jsonl")}
    truth = lines_of(out / "truth.jsonl")
    assert said == {one["signal_id"] for one in truth}
    assert set(truth[0]) == {"signal_id", "cluster", "incident", "kind", "began_at", "lat", "lon", "notes"}
    arrivals = [read_line(line).arrived_at for line in (out / "day.jsonl").read_bytes().splitlines()]
    assert arrivals == sorted(arrivals)


def test_the_cameras_file_is_one_that_the_hub_reads_as_the_very_same_cameras(tmp_path: Path) -> None:
    out = run(tmp_path, "day")
    made = scenario("base", settings_of(tmp_path / "small.yaml"))
    assert streams.load(out / "streams.yaml").cameras == city_day(made, 3).cameras


def test_the_settings_that_lie_beside_a_day_make_it_again(tmp_path: Path) -> None:
    first = run(tmp_path, "first", name="noise-2+landmarks")
    again = run(tmp_path, "again", settings=first / "settings.yaml")
    assert (first / "day.jsonl").read_bytes() == (again / "day.jsonl").read_bytes()


def test_so_many_signals_are_the_first_of_as_many_days_as_it_takes() -> None:
    made = scenario("few-cameras", {"days": 0.05})
    day = as_many(made, 3, 400, lambda *_: None)
    assert len(day.signals) == len(day.arrivals) == 400
    assert set(day.truth) == {signal.signal_id for signal in day.signals}
    assert (day.signals[-1].received_at - made.start).total_seconds() > 0.05 * 86_400


def test_corrections_name_incidents_that_are_there_and_most_are_taken() -> None:
    day = city_day(scenario("duplicates", {"days": 0.2, "fleet": {"count": 400}}), 2)
    corrected = Corrected(day, Params(), 2, lambda *_: None)
    lines = [json.loads(line) for line in corrected.lines()]
    actions = [line["data"] for line in lines if line["type"] == "cn.hub.action.v1"]
    assert {"confirm", "dismiss", "merge", "undo", "split"} <= {action["action"] for action in actions}
    assert len({action["action_id"] for action in actions}) == len(actions) > 50
    told: Counter[str] = Counter()
    for what, count in corrected.results.items():
        told[what.rsplit(" ", 1)[1]] += count
    assert told["done"] > 0.75 * len(actions)
    assert told["refused"] > 0, "people act on what they saw a while ago, and the hub must say so"
    assert sum(told.values()) == len(actions)
    known = {signal.signal_id for signal in day.signals}
    for action in actions:
        named = [action["arguments"].get("signal_id"), *action["arguments"].get("signal_ids", [])]
        assert {name for name in named if name} <= known


def test_scenarios_are_listed_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "none", listed=True)
    assert "hawkes-4" in capsys.readouterr().out
    run(tmp_path, "none", name="noise-2", shown=True)
    shown = tmp_path / "shown.yaml"
    shown.write_text(capsys.readouterr().out, encoding="utf-8")
    assert scenario("base", settings_of(shown)) == scenario("noise-2", settings_of(tmp_path / "small.yaml"))
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_made_and_none_at_all_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ConfigurationError) as bad:
        run(tmp_path, "file/day")
    assert bad.value.where == str(tmp_path / "file/day")
    with pytest.raises(ConfigurationError, match="nowhere to write"):
        city(None, "base", None, 1, None, None, False, False, None, False, False, False)
