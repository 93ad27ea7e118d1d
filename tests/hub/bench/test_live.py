from pathlib import Path

import av
import numpy as np

from hub.bench import live_clip
from hub.bench.live import Side, _verdict
from hub.bench.live_clip import PICTURES, SIDE, latencies_ms, make_numbered, numbered_camera
from hub.camera_sim import Clip
from tests.clips import make_clip


def test_a_latency_is_from_the_last_time_a_picture_was_sent() -> None:
    sent = [(1000.0, 7), (1040.0, 8), (21_000.0, 7)]
    assert latencies_ms([(1150.0, 7), (1200.0, 8), (21_160.0, 7), (900.0, 8), (950.0, 9)], sent) == [150, 160, 160]


def test_every_picture_carries_its_number_and_the_camera_remembers_when_it_was_sent(tmp_path: Path) -> None:
    street = make_clip(tmp_path / "street.mp4", size=(1920, 1080), seconds=1, fps=25)
    path = make_numbered(street, tmp_path / "numbered.mp4")
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            row = frame.to_ndarray(format="gray")[SIDE // 2]
            bits = [bool(row[bit * SIDE + SIDE // 2] > 128) for bit in range(live_clip.BITS)]
            assert sum(1 << bit for bit, on in enumerate(bits) if on) == number
    camera, times = numbered_camera(Clip.load(path))
    unit = camera.clip.units[7]
    times.send(unit.packets.patched(0, unit.timestamp, 0), is_keyframe=False)
    assert times.sent[0][1] == 7 < PICTURES


def test_a_figure_holds_only_with_its_guards() -> None:
    good = Side([280.0, 300.0, 290.0], list(np.linspace(140, 180, 200)), [0.99])
    peer = Side([2000.0], list(np.linspace(80, 120, 200)), [0.99])
    found = _verdict(good, peer, 0.01, [0.045, 0.04, 0.041], [0.0])
    assert all(found["met"].values())
    assert found["ours"]["cores_40_viewers"] == 0.031
    thinned = _verdict(good, peer, 0.01, [0.045], [0.2])
    assert not any(thinned["met"].values())
