"""Tiny clips for tests: boxes that move over a grey ground, encoded once per session."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FPS = 10


def make_clip(
    path: Path,
    *,
    codec: str = "h264",
    size: tuple[int, int] = (320, 180),
    seconds: int = 4,
    gop_s: float = 1.0,
    b_frames: int = 0,
    fps: int = FPS,
    still: bool = False,
) -> Path:
    """Encode a clip; every picture differs from the one before, unless it is `still`."""
    gop = round(gop_s * fps)
    encoder, extra = ("libx265", "pools=none:frame-threads=1:log-level=none:") if codec == "hevc" else ("libx264", "")
    params = f"{extra}keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            encoder, rate=fps, options={"preset": "ultrafast", encoder[3:] + "-params": params}
        )
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.thread_count = 1
        for number in range(seconds * fps):
            frame = av.VideoFrame.from_ndarray(picture(size, 0 if still else number), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def picture(size: tuple[int, int], number: int) -> np.ndarray:
    """Picture `number`: BGR (height, width, 3)."""
    width, height = size
    image = np.full((height, width, 3), 90, np.uint8)
    for box in range(3):
        left = (number * 6 + box * 90) % (width - 40)
        top = 20 + box * 50
        image[top : top + 30, left : left + 24] = (200 - 60 * box, 60 * box, 220)
    return image
