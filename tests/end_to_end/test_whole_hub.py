"""The whole hub, for real: RTSP, detector, broker, database, HTTP; one command up, Ctrl-C down."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.demo.keys import KEY_FILE

pytestmark = [pytest.mark.demo, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
STOP_WITHIN_S = 5.5
"""five seconds, and what it takes a busy machine to see that the last one is gone"""


@dataclass
class Running:
    """A hub that was started by `hub up --demo`."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str
    token: str

    def get(self, path: str) -> Any:
        answer = httpx.get(self.url + path, headers={"Authorization": f"Bearer {self.token}"}, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        return httpx.post(self.url + path, json=body, headers={"X-Api-Key": key}, timeout=10)

    def sources(self) -> list[dict[str, int]]:
        return [item["sources"] for item in self.get("/api/incidents?limit=200")["items"]]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hub")
    rtsp, console = _free_port(), _free_port()
    streams = (ROOT / "streams.yaml").read_text(encoding="utf-8").replace(":8554/", f":{rtsp}/")
    (folder / "streams.yaml").write_text(streams, encoding="utf-8")
    environment = os.environ | {"HUB_CONSOLE__PORT": str(console), "HUB_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "hub"]
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "up", "--demo"], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:

        def said() -> str:
            return (folder / "up.log").read_text(encoding="utf-8")

        _until("the console is announced", lambda: f"http://127.0.0.1:{console}" in said(), 180, process, said)
        token = subprocess.run(
            [*command, "users", "token", "dispatcher"], cwd=folder, env=environment, capture_output=True, check=True
        )
        url = f"http://127.0.0.1:{console}"
        yield Running(process, folder, url, token.stdout.decode().split()[-1])
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_call_and_a_grid_report_over_http_become_one_incident(hub: Running) -> None:
    key = (hub.folder / "data" / KEY_FILE).read_text().strip()
    now = datetime.now(UTC)
    here = {"lat": 34.32225, "lon": 117.99902, "datum": "WGS-84", "accuracy_m": 20}
    call = {
        "call_no": "9901990000002026112499990001", "reported_at": now.isoformat(), "category": "J050000",
        "category_name": "消防类警情", "level": 1, "content": "南关花园有明火，杂草在烧，电话13800000000",
        "address": "南关花园", "position": here, "caller": {"name": "匿名", "phone": "13800000000"}, "exercise": True,
    }  # fmt: skip
    report = {
        "report_no": "WG-99990001", "reported_at": (now + timedelta(seconds=20)).isoformat(),
        "grid_code": "990199001003001", "class_code": "0115", "class_name": "焚烧树叶垃圾",
        "description": "南关花园杂草起火，已到场扑救", "position": here | {"lat": 34.32234}, "exercise": True,
    }  # fmt: skip
    assert hub.post("/api/intake/police-alerts", call, key).status_code == 202
    assert hub.post("/api/intake/police-alerts", call, key).status_code == 200, "the same number again"
    assert hub.post("/api/intake/grid-reports", report, key).status_code == 202
    assert (
        hub.post("/api/intake/grid-reports", report | {"position": {"lat": 34.3, "lon": 118.0}}, key).status_code == 422
    )

    def fused() -> list[dict[str, Any]]:
        found = [
            hub.get(f"/api/incidents/{item['incident_id']}") for item in hub.get("/api/incidents?kind=fire")["items"]
        ]
        mine = "9901990000002026112499990001"
        return [one for one in found if any(mine in s["signal_id"] for s in one["signals"]) and len(one["sources"]) > 1]

    _until("one incident from both", lambda: bool(fused()), 30)
    one = fused()[0]
    assert one["exercise"]
    assert "13800000000" not in str(one), "no telephone leaves the vault unasked"
    assert all(member["sentence_zh"] for member in one["signals"][1:]), "it says why"


def test_what_cameras_see_and_people_report_becomes_one_incident(hub: Running) -> None:
    _until("a camera and a person agree", lambda: any("camera" in s and len(s) > 1 for s in hub.sources()), 420)


def test_a_camera_with_a_wrong_password_says_so_in_words(hub: Running) -> None:
    cameras = hub.get("/api/cameras")["items"]
    assert len(cameras) == 12
    assert [(one["health"], one["fault"]) for one in cameras if one["fault"]] == [("offline", "unauthorized")]
    assert "密码" in next(one["why_zh"] for one in cameras if one["fault"])
    assert not re.search("yanshi-2026|not-the-password", str(cameras))


def test_ctrl_c_stops_everything_and_leaves_nothing(hub: Running) -> None:
    assert len(_processes_of(hub.folder)) > 6
    started = time.monotonic()
    os.killpg(hub.process.pid, signal.SIGINT)
    hub.process.wait(timeout=STOP_WITHIN_S)
    _until("nothing is left", lambda: not _processes_of(hub.folder), STOP_WITHIN_S - (time.monotonic() - started))


def _processes_of(folder: Path) -> list[int]:
    """Whatever runs with this folder in its environment or command line."""
    mark, found = os.fsencode(folder), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue  # it ended while we looked
    return found


def _until(
    what: str,
    is_so: Callable[[], bool],
    within_s: float,
    process: subprocess.Popen[bytes] | None = None,
    words: Callable[[], str] = str,
) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert process is None or process.poll() is None, f"the hub ended: {words()}"
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what} {words()}"
        time.sleep(0.25)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
