"""The simulator as its clients see it: raw sockets here, FFmpeg in tests/ingest/test_decoder.py."""

import asyncio
import hashlib
import itertools
import re
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from contracts.errors import ConfigurationError
from hub import clock
from hub.camera_sim import Account, CameraPath, CameraSim, Clip, Fault
from hub.camera_sim.control import controlling
from hub.camera_sim.demo import paths_of, server_of
from hub.streams import read
from tests.clips import make_clip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("sim")
    return {
        "h264": make_clip(folder / "a.mp4"),
        "hevc": make_clip(folder / "b.mkv", codec="hevc"),
        "raw": make_clip(folder / "c.h264"),
    }


@pytest.fixture(scope="module")
def clip(files: Mapping[str, Path]) -> Clip:
    return Clip.load(files["h264"])


class Client:
    """A bare RTSP client."""

    def __init__(self, port: int, path: str) -> None:
        self._port, self._url = port, f"rtsp://127.0.0.1:{port}/{path}"
        self._sequence = 0

    async def __aenter__(self) -> "Client":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def ask(self, method: str, track: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers (lower case) and body of the answer."""
        self._sequence += 1
        lines = [f"{method} {self._url}{track} RTSP/1.0", f"CSeq: {self._sequence}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(20):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            found = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head.split("\r\n")[1:])}
            body = await self.reader.readexactly(int(found.get("content-length", "0")))
        assert found["cseq"] == str(self._sequence)
        return int(head.split(" ")[1]), found, body.decode()

    async def packet(self) -> tuple[int, bytes]:
        """Channel and content of the next interleaved packet."""
        async with asyncio.timeout(20):
            head = await self.reader.readexactly(4)
            assert head[0] == 0x24
            return head[1], await self.reader.readexactly(int.from_bytes(head[2:], "big"))

    async def play(self) -> None:
        await self.ask("SETUP", "/trackID=0", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
        assert (await self.ask("PLAY"))[0] == 200


async def test_a_session_is_described_set_up_and_played(clip: Clip) -> None:
    sim = CameraSim([CameraPath("plaza/sub", clip)])
    async with sim.serving(clock=clock.now), Client(sim.port, "plaza/sub") as client:
        assert "DESCRIBE" in (await client.ask("OPTIONS"))[1]["public"]
        status, headers, sdp = await client.ask("DESCRIBE")
        assert (status, headers["content-type"]) == (200, "application/sdp")
        assert "a=rtpmap:96 H264/90000" in sdp
        await client.play()
        packets = [await client.packet() for _ in range(12)]
    video = [content for channel, content in packets if channel == 0]
    assert all(content[0] == 0x80 and content[1] & 0x7F == 96 for content in video)
    numbers = [int.from_bytes(content[2:4], "big") for content in video]
    assert [(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)] == [1] * (len(numbers) - 1)


async def test_sender_reports_tell_the_wall_clock(clip: Clip) -> None:
    sim = CameraSim([CameraPath("a", clip)])
    async with sim.serving(clock=clock.now), Client(sim.port, "a") as client:
        await client.play()
        channel, report = await client.packet()
    assert (channel, report[1]) == (1, 200)
    seconds = int.from_bytes(report[8:12], "big") - 2_208_988_800
    assert abs(seconds - clock.now().timestamp()) < 3


async def test_udp_is_refused_so_that_clients_fall_back_to_tcp(clip: Clip) -> None:
    sim = CameraSim([CameraPath("a", clip)])
    async with sim.serving(clock=clock.now), Client(sim.port, "a") as client:
        assert (await client.ask("SETUP", Transport="RTP/AVP;unicast;client_port=5000-5001"))[0] == 461


@pytest.mark.parametrize(("password", "status"), [("secret", 200), ("wrong", 401)])
async def test_digest_admits_only_the_right_password(clip: Clip, password: str, status: int) -> None:
    sim = CameraSim([CameraPath("a", clip, account=Account("digest", "u", "secret"))])
    async with sim.serving(clock=clock.now), Client(sim.port, "a") as client:
        first, headers, _ = await client.ask("DESCRIBE")
        assert first == 401
        realm, nonce = re.findall(r'"([^"]*)"', headers["www-authenticate"])
        uri = f"rtsp://127.0.0.1:{sim.port}/a"
        secret = _md5(f"u:{realm}:{password}")
        answer = _md5(f"{secret}:{nonce}:{_md5('DESCRIBE:' + uri)}")
        header = f'Digest username="u", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{answer}"'
        assert (await client.ask("DESCRIBE", Authorization=header))[0] == status


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


async def test_nothing_is_sent_while_nobody_watches_and_a_watcher_that_leaves_is_forgotten(clip: Clip) -> None:
    path = CameraPath("a", clip)
    sim = CameraSim([path])
    async with sim.serving(clock=clock.now):
        async with Client(sim.port, "a") as client:
            await client.play()
            await client.packet()
            assert (path.watchers, sim.connections) == (1, 1)
        for _ in range(100):
            await asyncio.sleep(0.01)
            if sim.connections == 0:
                break
        assert (path.watchers, sim.connections) == (0, 0)


async def test_faults_are_switched_over_the_control_port(clip: Clip) -> None:
    main, sub = CameraPath("c1/main", clip, camera="c1"), CameraPath("c1/sub", clip, camera="c1")
    sim = CameraSim([main, sub, CameraPath("c2", clip)])
    async with sim.serving(clock=clock.now), controlling(sim, 0) as port, httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{port}/cameras"
        assert (await http.post(f"{url}/c1/fault/freeze")).json() == {"camera": "c1", "fault": "freeze", "paths": 2}
        assert (main.fault, sub.fault) == (Fault.FREEZE, Fault.FREEZE)
        assert (await http.post(f"{url}/c1/sub/fault/none")).json()["paths"] == 1
        assert (main.fault, sub.fault) == (Fault.FREEZE, Fault.NONE)
        listed = (await http.get(url)).json()["items"]
        assert listed[0] == {"camera": "c1", "path": "c1/main", "codec": "h264", "watchers": 0, "fault": "freeze"}
        assert (await http.post(f"{url}/c1/fault/explode")).status_code == 422
        assert (await http.post(f"{url}/nobody/fault/drop")).status_code == 404
        assert (await http.get(f"http://127.0.0.1:{port}/")).status_code == 404


async def test_a_port_in_use_is_an_error_for_a_person(clip: Clip) -> None:
    sim = CameraSim([CameraPath("a", clip)])
    async with sim.serving(clock=clock.now):
        with pytest.raises(ConfigurationError, match="--port"):
            async with CameraSim([]).serving(clock=clock.now, port=sim.port):
                pass


@pytest.mark.parametrize("name", ["h264", "hevc", "raw"])
def test_files_of_both_codecs_are_read_with_their_keyframes(files: Mapping[str, Path], name: str) -> None:
    clip = Clip.load(files[name])
    assert (len(clip.units), clip.width, clip.height) == (40, 320, 180)
    assert [number for number, unit in enumerate(clip.units) if unit.is_keyframe] == [0, 10, 20, 30]
    assert clip.picture_s == pytest.approx(0.04 if name == "raw" else 0.1)  # a raw file knows no time


@pytest.mark.parametrize("content", [None, b"not a video"], ids=["not there", "not a video"])
def test_a_file_that_is_no_video_is_an_error_for_a_person(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"x\.mp4"):
        Clip.load(path)


def test_the_cameras_of_a_streams_file_are_served_on_their_own_paths_and_seconds(files: Mapping[str, Path]) -> None:
    text = "\n".join((
        "districts: {e: {name: E}}",
        "defaults: {datum: WGS-84, bureau: 交通, district: e, legal: {purpose: safety, sign: true, filing_no: F}}",
        "cameras:",
        *(
            f"  - {{id: c{n}, name: n, url: 'rtsp://demo:${{PW}}@h:9554/cam{n}/main', "
            f"sub_url: 'rtsp://demo:${{PW}}@h:9554/cam{n}/sub', place: {{lat: 34, lon: 118}}}}"
            for n in (1, 2)
        ),
    ))  # fmt: skip
    cameras = read(text).cameras
    assert server_of(cameras) == ("demo", 9554)
    paths = paths_of(cameras, files["h264"], files["hevc"], None)
    assert [path.name for path in paths] == ["cam1/main", "cam1/sub", "cam2/main", "cam2/sub"]
    assert [path.camera for path in paths] == ["c1", "c1", "c2", "c2"]
    assert [path.clip.codec for path in paths] == ["h264", "hevc", "h264", "hevc"]
