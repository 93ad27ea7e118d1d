from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.errors import CameraFault, CameraUnavailable
from hub import clock
from hub.camera_sim import CameraPath, CameraSim, Clip, Fault
from hub.streams import read
from hub.streams.probing import Verdict, judged, probe
from ingest.link import Counters, Link, StreamFacts
from tests.clips import make_clip

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

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


DOWN = CameraUnavailable(CameraFault.REFUSED, "h:1")
JUDGED: dict[str, tuple[StreamFacts, int, float | None, CameraUnavailable | None, Verdict, str]] = {
    "fine": (StreamFacts(gop_s=2, fps=25), 0, 1.0, None, Verdict.OK, "fine"),
    "smart codec": (StreamFacts(gop_s=5.1, fps=25), 0, 1.0, None, Verdict.WARNING, "smart codec"),
    "just close enough": (StreamFacts(gop_s=5.0, fps=25), 0, 1.0, None, Verdict.OK, "fine"),
    "one keyframe": (StreamFacts(fps=25), 0, 1.0, None, Verdict.WARNING, "keyframes"),
    "slow": (StreamFacts(gop_s=2, fps=4.9), 0, 1.0, None, Verdict.WARNING, "4.9 a second"),
    "loss": (StreamFacts(gop_s=2, fps=5), 1, 1.0, None, Verdict.WARNING, "damaged"),
    "no picture": (StreamFacts(), 0, None, None, Verdict.NO_PICTURE, "no keyframe"),
    "refused": (StreamFacts(), 0, None, DOWN, Verdict.NO_PICTURE, "(h:1)"),
}


@pytest.mark.parametrize(("facts", "corrupt", "first_s", "outage", "verdict", "says"), JUDGED.values(), ids=JUDGED)
def test_a_stream_is_judged_in_one_plain_sentence(
    facts: StreamFacts,
    corrupt: int,
    first_s: float | None,
    outage: CameraUnavailable | None,
    verdict: Verdict,
    says: str,
) -> None:
    link = Link("c", "rtsp://h/1", lambda: NOON, lambda frame: None, counters=Counters(corrupt=corrupt), facts=facts)
    seen = judged("main", link, first_s, outage)
    assert seen.verdict is verdict
    assert says in seen.en
    assert seen.zh
