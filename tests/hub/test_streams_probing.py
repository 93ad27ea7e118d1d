import random
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.errors import CameraFault
from hub import clock
from hub.camera_sim import CameraPath, CameraSim, Clip, Fault
from hub.streams import read
from hub.streams.probing import Verdict, probe
from tests.clips import make_clip

FILE = """\
districts: {{e: {{name: East}}}}
defaults: {{datum: WGS-84, bureau: 交通, district: e, legal: {{purpose: safety, sign: true, filing_no: F-0}}}}
cameras:
  - id: well
    name: a
    url: rtsp://127.0.0.1:{port}/well
    sub_url: rtsp://127.0.0.1:{port}/well/sub
    place: {{lat: 34, lon: 118}}
  - {{id: gone, name: b, url: "rtsp://127.0.0.1:{port}/gone", place: {{lat: 34, lon: 118}}}}
  - {{id: locked, name: c, url: "rtsp://127.0.0.1:{port}/locked", place: {{lat: 34, lon: 118}}}}
"""


async def test_every_camera_of_a_file_is_looked_at_and_judged(tmp_path: Path) -> None:
    clip = Clip.load(make_clip(tmp_path / "a.mp4"))
    locked = CameraPath("locked", clip)
    locked.set_fault(Fault.WRONG_PASSWORD)
    sim = CameraSim([CameraPath("well", clip), CameraPath("well/sub", clip), locked])
    done: list[str] = []
    async with sim.serving(clock=clock.now):
        cameras = read(FILE.format(port=sim.port)).cameras
        well, gone, shut = await probe(cameras, clock=clock.now, on_done=lambda seen: done.append(seen.camera_id))
    assert sorted(done) == ["gone", "locked", "well"]
    assert [stream.stream for stream in well.streams] == ["main", "sub"]
    assert well.verdict is Verdict.OK
    main = well.streams[0]
    assert (main.codec, main.width, main.height) == ("h264", 320, 180)
    assert main.fps == pytest.approx(10, abs=3)
    assert main.gop_s == pytest.approx(1, abs=0.5)
    assert (gone.streams[0].fault, shut.streams[0].fault) == (CameraFault.NOT_FOUND, CameraFault.UNAUTHORIZED)
    assert gone.as_json()["verdict"] == "no_picture"
    assert main.skew_s == pytest.approx(0, abs=1)
    assert main.kbit_s is not None
    assert main.kbit_s > 10


async def test_a_wrong_clock_b_frames_and_a_larger_sub_stream_are_seen(tmp_path: Path) -> None:
    clip = Clip.load(make_clip(tmp_path / "a.mp4", b_frames=2))
    large = Clip.load(make_clip(tmp_path / "b.mp4", size=(640, 360)))
    sim = CameraSim([CameraPath("well", clip), CameraPath("well/sub", large)])
    async with sim.serving(clock=lambda: clock.now() - timedelta(seconds=47)):
        (seen,) = await probe(read(FILE.format(port=sim.port)).cameras[:1], clock=clock.now)
    main, _ = seen.streams
    assert (main.verdict, main.skew_s, main.b_frames) == (Verdict.WARNING, pytest.approx(-47, abs=1), True)
    assert "时钟慢 47 秒" in seen.zh
    assert "B-frames" in seen.en
    assert "are the two swapped?" in seen.en


async def test_damage_is_seen_between_keyframes_too_when_few_are_looked_at(tmp_path: Path) -> None:
    """A small picture is one packet or two: of its keyframes alone hardly one is hit."""
    bad = CameraPath("well", Clip.load(make_clip(tmp_path / "a.mp4", size=(160, 90))), rng=random.Random(7))
    bad.set_fault(Fault.CORRUPT)
    sim = CameraSim([bad, CameraPath("well/sub", Clip.load(make_clip(tmp_path / "b.mp4")))])
    async with sim.serving(clock=clock.now):
        (seen,) = await probe(read(FILE.format(port=sim.port)).cameras[:1], clock=clock.now)
    assert seen.streams[0].verdict is Verdict.WARNING
    assert "packet loss" in seen.streams[0].en
    assert "packet loss" not in seen.streams[1].en


@pytest.mark.parametrize("fault", [Fault.FREEZE, Fault.SLOW, Fault.HALF_OPEN], ids=str)
async def test_who_waits_in_front_of_a_page_is_answered_in_time_whatever_both_streams_do(
    tmp_path: Path, fault: Fault
) -> None:
    clip = Clip.load(make_clip(tmp_path / "a.mp4"))
    paths = [CameraPath("well", clip), CameraPath("well/sub", clip)]
    for path in paths:
        path.set_fault(fault)
    async with CameraSim(paths).serving(clock=clock.now) as sim:
        began_s = clock.monotonic_s()
        cameras = read(FILE.format(port=sim.port)).cameras[:1]
        (seen,) = await probe(cameras, clock=clock.now, look_s=2, together=True)
        took_s = clock.monotonic_s() - began_s
    assert {stream.fault for stream in seen.streams} == {CameraFault.TIMEOUT}
    assert took_s < 8
