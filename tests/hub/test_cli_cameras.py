"""The commands `hub streams` and `hub camera-sim` as a person types them."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.errors import ConfigurationError, Outage
from hub.cli import camera_sim, streams
from tests.clips import make_clip

ROOT = Path(__file__).parents[2]
FILE = """\
districts: {e: {name: East}}
defaults: {datum: WGS-84, bureau: 交通, district: e, legal: {purpose: safety, sign: true, filing_no: F-0}}
cameras:
  - {id: c1, name: plaza, url: "rtsp://admin:${SIM_PASSWORD}@127.0.0.1:65535/c1", place: {lat: 34, lon: 118}}
  - {id: c2, name: gate, url: "rtsp://admin:${SIM_PASSWORD}@127.0.0.1:65535/c2", place: {lat: 34.1, lon: 118}}
"""
SERVE = """\
import sys
from hub.cli.camera_sim import app
app(sys.argv[1:])
"""


def run(app: object, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), catch_exceptions=True)  # type: ignore[arg-type]
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_the_form_of_the_shipped_file_is_right() -> None:
    code, output = run(streams.app, "check", str(ROOT / "streams.yaml"), "--form-only")
    assert (code, "12 cameras" in output) == (0, True)


@pytest.mark.parametrize(("edition", "means"), [("2016", "建筑"), ("2022", "预留或未知")])
def test_the_form_explains_the_gb28181_codes_by_the_edition_asked_for(edition: str, means: str) -> None:
    words = "check", str(ROOT / "streams.yaml"), "--form-only", "--edition", edition
    _, output = run(streams.app, *words, "--camera", "99019902461320000001")
    assert f"46 {means}" in output


def test_a_file_with_problems_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(FILE.replace("district: e", "district: w"))
    with pytest.raises(ConfigurationError) as refused:
        run(streams.app, "check", str(tmp_path / "s.yaml"))
    assert refused.value.exit_code == 2
    assert "line 4: cameras[0].district: no district 'w'" in str(refused.value)


def test_a_camera_that_is_not_in_the_file_is_told_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(FILE)
    with pytest.raises(ConfigurationError, match="known: c1, c2"):
        run(streams.app, "check", str(tmp_path / "s.yaml"), "--camera", "c3")


def test_the_schema_is_printed_as_json() -> None:
    assert json.loads(run(streams.app, "schema")[1])["title"] == "streams.yaml"


def test_serving_nothing_or_without_a_password_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIM_PASSWORD", raising=False)
    with pytest.raises(ConfigurationError, match="SIM_PASSWORD"):
        run(camera_sim.app, "--camera", "a=a.mp4", "--password-env", "SIM_PASSWORD")
    with pytest.raises(ConfigurationError, match="nothing to serve"):
        run(camera_sim.app, "--auth", "none")
    with pytest.raises(ConfigurationError, match="not NAME=FILE"):
        run(camera_sim.app, "--auth", "none", "--camera", "a.mp4")


def test_a_fault_without_a_simulator_says_how_to_start_one() -> None:
    with pytest.raises(Outage, match="hub camera-sim"):
        run(camera_sim.app, "fault", "c1", "drop", "--control-port", "1")


def test_cameras_are_served_checked_broken_and_stopped_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_PASSWORD", "p:@/1")
    clip = make_clip(tmp_path / "a.mp4")
    words = ["--camera", f"c*2={clip}", "--port", "0", "--control-port", "0", "--user", "admin"]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, *words, "--password-env", "SIM_PASSWORD"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert server.stdout is not None
    watchdog = threading.Timer(60, server.kill)
    watchdog.start()
    try:
        port, control = re.findall(r":(\d+)/", server.stdout.readline())
        (tmp_path / "s.yaml").write_text(FILE.replace("65535", port))
        code, output = run(streams.app, "check", str(tmp_path / "s.yaml"), "--json")
        assert (code, [one["verdict"] for one in json.loads(output)["cameras"]]) == (0, ["ok", "ok"])
        assert "missing on 1 stream" in run(camera_sim.app, "fault", "c2", "missing", "--control-port", control)[1]
        assert "missing" in run(camera_sim.app, "list", "--control-port", control)[1]
        code, output = run(streams.app, "check", str(tmp_path / "s.yaml"), "--camera", "c2")
        assert (code, "p:@/1" in output) == (4, False)
        server.send_signal(signal.SIGINT)
        assert server.wait(3) == 0
    finally:
        watchdog.cancel()
        server.kill()
        server.wait()
        server.stdout.close()
