"""Street footage as a camera would send it: H.264, a keyframe in 2 s, no B-frames, at the speed of life."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.video.stream
import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

SOURCE_FPS = 10
LENGTH_S = 78
"""a whole number of 2 s groups of pictures, so that the loop's seam is a keyframe like any other"""
KEYFRAME_EVERY_S = 2
CROP_TOP, CROP_BOTTOM = 24, 456
"""rows of the 768×576 source that make a 16:9 picture without losing anybody"""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a stream is encoded."""

    width: int
    height: int
    fps: int
    bit_rate: int


MAIN = Shape(1920, 1080, 25, 4_000_000)
SUB = Shape(640, 360, 10, 600_000)


def encode(source: Path, shape: Shape, out: Path, progress: Callable[[float, float | None], None]) -> None:
    """Re-encode the street scene; about 15 s of work for the main stream on two cores."""
    part = out.with_name(out.name + ".part")
    total = LENGTH_S * shape.fps
    with (
        av.open(str(source)) as inside,
        av.open(str(part), "w", format="mp4", options={"movflags": "faststart"}) as container,
    ):
        stream = _stream(container, shape)
        for number, picture in enumerate(_retimed(_pictures(inside, shape), shape.fps)):
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, shape.fps)
            container.mux(stream.encode(frame))
            if number % shape.fps == 0:
                progress(number, total)
        container.mux(stream.encode(None))
    part.replace(out)
    progress(total, total)


def _stream(container: av.container.OutputContainer, shape: Shape) -> av.video.stream.VideoStream:
    gop = str(KEYFRAME_EVERY_S * shape.fps)
    options = {"preset": "superfast", "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0"}
    stream = container.add_stream("libx264", rate=shape.fps, options=options)
    stream.width, stream.height, stream.pix_fmt = shape.width, shape.height, "yuv420p"
    stream.bit_rate = shape.bit_rate
    stream.codec_context.time_base = Fraction(1, shape.fps)
    return stream


def _pictures(inside: av.container.InputContainer, shape: Shape) -> Iterator[Image]:
    """The source's pictures, cropped to 16:9, scaled, planar YUV 4:2:0."""
    for frame in inside.decode(video=0):
        picture = frame.to_ndarray(format="bgr24")[CROP_TOP:CROP_BOTTOM]
        scaled = cv2.resize(picture, (shape.width, shape.height), interpolation=cv2.INTER_LINEAR)
        yield cv2.cvtColor(scaled, cv2.COLOR_BGR2YUV_I420).astype(np.uint8, copy=False)


def _retimed(pictures: Iterator[Image], fps: int) -> Iterator[Image]:
    """Each picture as often as it takes to keep the scene's own speed."""
    shown = 0
    for number, picture in enumerate(pictures, start=1):
        until = min(number * fps // SOURCE_FPS, LENGTH_S * fps)
        for _ in range(shown, until):
            yield picture
        shown = until
