"""A 1080p film whose every picture carries its own number, and a camera that remembers when it sent each."""

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from hub import clock
from hub.camera_sim import CameraPath, Clip

FPS, SECONDS, BITS, SIDE = 25, 20, 12, 96
PICTURES = FPS * SECONDS
RTP_TIME = slice(8, 12)
"""where the timestamp lies in an interleaved RTP packet"""


def make_numbered(street: Path, path: Path) -> Path:
    """The first seconds of the street at 1080p25, 4 Mbit/s, a keyframe every 2 s, numbered by 12 squares at the top."""
    options = {"preset": "veryfast", "x264-params": "keyint=50:min-keyint=50:scenecut=0:bframes=0:rc-lookahead=0"}
    with av.open(str(street)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 1920, 1080, "yuv420p", 4_000_000
        for number, picture in zip(range(PICTURES), source.decode(video=0), strict=False):
            image = np.array(picture.to_ndarray(format="bgr24"), np.uint8)
            for bit in range(BITS):
                image[:SIDE, bit * SIDE : (bit + 1) * SIDE] = 235 if number >> bit & 1 else 16
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


class _Zeros(random.Random):
    """So that RTP time begins with the film."""

    def getrandbits(self, k: int, /) -> int:
        return 0


class SendTimes:
    """A watcher of the camera: number of the picture → wall clock, milliseconds, when it was last sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, int]] = []

    def send(self, data: bytes | bytearray, *, is_keyframe: bool) -> None:
        """Called by the camera as it sends a picture to everybody."""
        ticks = int.from_bytes(data[RTP_TIME], "big")
        self.sent.append((clock.now().timestamp() * 1000, ticks // (90_000 // FPS) % PICTURES))

    def cut(self) -> None:
        """A watcher that cannot be cut off."""


def numbered_camera(clip: Clip) -> tuple[CameraPath, SendTimes]:
    """The camera, and what it remembers."""
    path, times = CameraPath("numbered", clip, rng=_Zeros()), SendTimes()
    path.join(times)
    return path, times


def latencies_ms(frames: list[tuple[float, int]], sent: list[tuple[float, int]]) -> list[float]:
    """How long each shown picture took from the camera's socket to the canvas."""
    by_number: dict[int, list[float]] = {}
    for at_ms, number in sent:
        by_number.setdefault(number, []).append(at_ms)
    found = []
    for shown_ms, number in frames:
        before = [at_ms for at_ms in by_number.get(number, ()) if at_ms <= shown_ms]
        if before:
            found.append(shown_ms - before[-1])
    return found
