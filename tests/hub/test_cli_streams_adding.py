"""`hub streams add, import, export, gateway, discover` as a person types them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError, Outage
from hub import clock
from hub.camera_sim import Account, CameraPath, CameraSim, Clip
from hub.cli import streams
from hub.streams import StreamsError, load
from hub.streams.sheet import SheetError
from tests.clips import make_clip
from tests.hub.answering import answering
from tests.hub.test_cli_cameras import run
from tests.hub.test_streams_gateway import wvp

FILE = """\
districts: {e: {name: East}}
defaults: {datum: GCJ-02, bureau: 交通, district: e, legal: {purpose: safety, sign: true, filing_no: F-0}}
cameras:
  - {id: c1, name: plaza, url: "rtsp://h/1", place: {lat: 34, lon: 118}}   # the first
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "s.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path / "s.yaml"


@contextmanager
def elsewhere(what: object, port_of: object) -> Iterator[int]:
    """Serve in a loop of another thread, because a command runs a loop of its own."""
    loop = asyncio.new_event_loop()
    ready, done, ports = threading.Event(), asyncio.Event(), []

    async def serve() -> None:
        async with what as served:  # type: ignore[attr-defined]
            ports.append(port_of(served))  # type: ignore[operator]
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[int]:
    clip = Clip.load(make_clip(tmp_path / "a.mp4"))
    sim = CameraSim([CameraPath("99019901051320000001", clip, account=Account("digest", "admin", "p@ss/1"))])
    with elsewhere(sim.serving(clock=clock.now), lambda served: served.port) as port:
        yield port


PLACE = "--lat", "34.1", "--lon", "118.1"


def test_a_camera_is_looked_at_explained_and_written_without_its_password(
    file: Path, camera: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMERA_PASSWORD", "")
    url = f"rtsp://admin:p@ss/1@127.0.0.1:{camera}/99019901051320000001"
    code, output = run(streams.app, "add", url, "--name", "大桥", *PLACE, "--file", str(file))
    assert code == 0
    assert "交通卡口" in output
    assert "320×180" in output
    assert "p@ss" not in output + file.read_text("utf-8")
    first, bridge = load(file).cameras
    assert (first.camera_id, "# the first" in file.read_text("utf-8")) == ("c1", True)
    assert (bridge.camera_id, bridge.name) == ("99019901051320000001", "大桥")
    assert bridge.url == f"rtsp://admin:${{CAMERA_PASSWORD}}@127.0.0.1:{camera}/99019901051320000001"


def test_a_camera_without_a_picture_is_not_added_unless_asked_for(file: Path) -> None:
    words = "add", "rtsp://127.0.0.1:1/my camera", "--name", "x", *PLACE, "--file", str(file)
    with pytest.raises(Outage, match="--anyway"):
        run(streams.app, *words)
    assert file.read_text("utf-8") == FILE
    assert run(streams.app, *words, "--anyway")[0] == 0
    assert load(file).cameras[1].camera_id == "127-0-0-1-1-my-camera"
    assert load(file).cameras[1].url == "rtsp://127.0.0.1:1/my%20camera"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["http://h/x", "--name", "x", *PLACE], "rtsp://", id="not RTSP"),
        pytest.param(["rtsp://h/x", "--name", "x"], "place", id="no place"),
        pytest.param(["rtsp://h/x", "--name", "x", *PLACE, "--bureau", "公安"], "bureau", id="another bureau"),
        pytest.param(["rtsp://h/x", "--name", "x", *PLACE, "--id", "9901"], "20 digits", id="a short code"),
        pytest.param(["rtsp://h/x", "--name", "x", *PLACE, "--id", "c1"], "already", id="an id that is taken"),
    ],
)
def test_what_is_wrong_is_told_before_the_camera_is_asked(file: Path, words: list[str], says: str) -> None:
    with pytest.raises((StreamsError, ConfigurationError), match=says):
        run(streams.app, "add", *words, "--file", str(file))


def test_what_is_exported_in_gbk_is_imported_again(file: Path, tmp_path: Path) -> None:
    table = str(tmp_path / "cameras.csv")
    assert "1 cameras" in run(streams.app, "export", "--to", table, "--encoding", "gbk", "--file", str(file))[1]
    headings, row = Path(table).read_bytes().splitlines(keepends=True)
    Path(table).write_bytes(headings + row + row)
    with pytest.raises(SheetError, match="row 3, 设备编码: the same code as row 2"):
        run(streams.app, "import", table, "--file", str(file))
    Path(table).write_bytes(headings + row.replace(b"c1", b"c2"))
    code, output = run(streams.app, "import", table, "--file", str(file))
    assert (code, "1 added" in output, "c1 = c2" in output) == (0, True, True)
    assert run(streams.app, "export", "--file", str(file))[1].count("plaza") == 2


def test_a_gateway_s_cameras_are_imported_and_those_without_a_place_are_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WVP_PASSWORD", "sesame")
    with elsewhere(answering(wvp), int) as port:
        words = "gateway", f"http://127.0.0.1:{port}", "--file", str(file)
        assert "247 added" in run(streams.app, *words, "--dry-run")[1]
        assert load(file).cameras[1:] == ()
        output = run(streams.app, *words)[1]
    assert "无坐标，未导入: 2" in output
    assert len(load(file).cameras) == 248


def test_nobody_in_this_network_is_an_answer_too() -> None:
    assert "0 found" in run(streams.app, "discover", "--interface", "127.0.0.1", "--wait", "0.3")[1]
