"""`hub fusion`: from a recording or a journal to a version with its report, and a person's word on it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from contracts.actions import Action, Actor
from contracts.bus import Delivery
from contracts.errors import ConfigurationError, Refused
from contracts.signals import Signal, identity_of
from contracts.topics import ACTIONS, SIGNALS
from fusion.learning.cameras import Precision, Threshold
from fusion.ledger import Ledger
from fusion.naming import name_from
from fusion.policy import Params, load_params
from fusion.worker import FusionWorker
from hub import clock
from hub.cli.fusion import app, suggestion
from hub.database import outages
from hub.loopback import LoopbackBus
from tests.fusion.scene import DISTRICT, action_bytes, at, call, seen, signal_bytes
from tests.fusion.test_worker import Room
from tests.hub.on_database import on

Hub = Callable[..., str]


def fights(count: int = 60) -> list[Signal]:
    """Far apart, each filmed and called about."""
    found: list[Signal] = []
    for number in range(count):
        t, north = number * 2160.0, (number % 7) * 400.0
        found.append(seen(f"fight-{number}", t, north=north, camera=f"c{number % 7}", event_type="suspected_fight"))
        found.append(call(f"call-{number}", t + 200, north=north + 20, east=5, event_type="call_public_order"))
    return sorted(found, key=lambda one: one.received_at)


def confirm(signal: Signal) -> Action:
    return Action(
        action_id=f"confirm {signal.signal_id}", incident_id=name_from(identity_of(signal)), district=DISTRICT,
        expected_revision=99, action="confirm", by=Actor(user="wang", unit="desk", role="operator"),
        at=at((signal.observed_at - at(0)).total_seconds() + 600), arguments={"kind": "violence", "real": True},
    )  # fmt: skip


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A recorded day with its truth beside it."""
    folder = tmp_path / "day"
    folder.mkdir()
    (folder / "day.jsonl").write_bytes(b"\n".join(signal_bytes(one) for one in fights()))
    rows = [
        {"signal_id": one.signal_id, "cluster": one.signal_id.partition("-")[2], "incident": "x", "kind": "violence"}
        for one in fights()
    ]
    (folder / "truth.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return folder


@pytest.fixture
def hub(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    """Runs `hub fusion …` on the test's database, in a folder of its own; gives what it printed."""
    monkeypatch.setenv("HUB_DATABASE__URL", fresh_database_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return run


def heard(url: str, *what: Signal | Action) -> None:
    """Through a worker into the journal."""

    async def work(engine: AsyncEngine) -> None:
        bus = LoopbackBus()
        room = Room(engine, bus)
        worker = FusionWorker(bus, Ledger(engine, outages), room.reject, room.clock, room.pause)
        for one in what:
            topic, body = (ACTIONS, action_bytes(one)) if isinstance(one, Action) else (SIGNALS, signal_bytes(one))
            await worker.take([Delivery(topic.name, 0, 0, DISTRICT, body)])

    on(url, work)


def test_a_recording_and_its_truth_become_a_version_with_a_report(hub: Hub, day: Path, tmp_path: Path) -> None:
    said = hub("fit", str(day / "day.jsonl"), "--truth", str(day / "truth.jsonl"), "--into", str(tmp_path / "out"))

    [file] = [one for one in (tmp_path / "out").glob("*.json") if "report" not in one.name]
    params = load_params(file)
    report = json.loads(file.with_suffix(".report.json").read_text(encoding="utf-8"))
    assert params.version == file.stem == report["version"]
    assert params.version.startswith(clock.now().astimezone().date().isoformat())
    assert params.model != Params().model
    assert "<svg" in file.with_suffix(".report.html").read_text(encoding="utf-8")
    assert "hub fusion apply" in said


def test_a_file_is_applied_listed_and_taken_back(hub: Hub, day: Path, tmp_path: Path) -> None:
    hub("fit", str(day / "day.jsonl"), "--truth", str(day / "truth.jsonl"), "--into", str(tmp_path / "out"))
    [file] = [one for one in (tmp_path / "out").glob("*.json") if "report" not in one.name]

    assert f"{file.stem} holds" in hub("apply", str(file), "--reason", "fits", "--by", "wang")
    listed = hub("versions")
    assert "wang" in listed
    assert f"in force: {file.stem}" in listed
    assert file.stem in hub("report", file.stem)
    assert "the settings" in hub("take-back", "--reason", "river", "--by", "li")
    assert "in force: the settings" in hub("versions")


def test_a_version_without_the_report_of_its_fit_is_not_put_into_force(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(Params(version="own").model_dump_json(), encoding="utf-8")

    with pytest.raises(Refused, match="with the report of its fit"):
        hub("apply", str(tmp_path / "own.json"), "--reason", "fits")


def test_the_journal_is_learned_from_and_the_version_kept(hub: Hub, fresh_database_url: str, tmp_path: Path) -> None:
    signals = fights(8)
    heard(fresh_database_url, *signals, *[confirm(one) for one in signals if one.source == "camera"])

    hub("fit", "--into", str(tmp_path / "out"))
    listed = hub("versions")

    [file] = [one for one in (tmp_path / "out").glob("*.json") if "report" not in one.name]
    report = json.loads(hub("report", file.stem, "--json"))
    assert file.stem in listed
    assert report["learned_from"]["confirmed"] == 8
    assert report["learned_from"]["rates_changed"] is False
    assert "16 signals" in hub("shadow", str(file))


def test_cameras_are_judged_by_what_was_confirmed(hub: Hub, fresh_database_url: str) -> None:
    signals = fights(8)
    heard(fresh_database_url, *signals, *[confirm(one) for one in signals if one.source == "camera"])

    rows = json.loads(hub("cameras", "--json"))

    assert {row["camera"] for row in rows} == {f"c{number}" for number in range(7)}
    assert sum(row["confirmed"] for row in rows) == 8
    assert "c0" in hub("cameras")


def test_what_cannot_be_read_is_named_by_file_and_line(hub: Hub, day: Path) -> None:
    (day / "truth.jsonl").write_text('{"signal_id": "fight-0"}\n', encoding="utf-8")

    with pytest.raises(ConfigurationError, match="not a line of truth") as bad:
        hub("fit", str(day / "day.jsonl"), "--truth", str(day / "truth.jsonl"))
    assert bad.value.where == f"{day / 'truth.jsonl'}:1"
    with pytest.raises(ConfigurationError, match="No such file"):
        hub("fit", str(day / "nothing.jsonl"))
    with pytest.raises(ConfigurationError, match="needs a recording"):
        hub("fit", "--truth", str(day / "truth.jsonl"))


@pytest.mark.parametrize(
    ("mute", "threshold", "words"),
    [
        (True, None, "mute: even its best is below one in ten"),
        (False, Threshold(0.6, 9, 1, 7, ()), "confidence ≥ 0.60: keeps 9 real, drops 7 false and 1 real"),
        (False, None, ""),
    ],
)
def test_a_suggestion_in_words(mute: bool, threshold: Threshold | None, words: str) -> None:
    one = Precision("c", "fight", 1, 1, 0.5, 0.1, 0.9, mute, threshold)

    assert suggestion(one) == words
