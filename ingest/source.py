"""Where a connection's access units come from: our own RTSP client, or FFmpeg's; the decoder sees no difference."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from contracts.packets import StreamHeader


@dataclass(frozen=True, slots=True)
class Unit:
    """One access unit as it arrived."""

    packet: "Packet[VideoStream]"
    header: StreamHeader
    """the same object until the stream changes"""
    camera_s: float | None
    """Unix seconds at which the camera says it took the picture; None where it sends no sender reports"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One stream, and how patiently it is asked for."""

    url: str
    """with `${NAME}` references"""
    is_sub: bool
    environ: Mapping[str, str]
    ca_file: str | None
    """authorities for rtsps; None: the machine's own, or those of SSL_CERT_FILE"""
    open_timeout_s: float
    read_timeout_s: float
    """a stream that completes no access unit for twice this long is given up"""
    stopping: threading.Event
    gathers: Callable[[], bool] = lambda: False
    """whether packets may come a tenth of a second late now: each reading costs as much as dozens of them"""


class Source(Protocol):
    """An open connection; for the thread that opened it."""

    client: str
    """whose RTSP client it is, for people: own, ffmpeg"""
    header: StreamHeader
    """as announced; width and height are 0 until the stream has told them"""
    decoder: VideoCodecContext
    """opened for this stream, one thread"""
    tick_s: float | None
    """of the packets' times, seconds"""
    fps: float | None
    """as announced"""

    def units(self) -> Iterator[Unit]:
        """Until it is stopped.

        Raises:
            CameraUnavailable: ENDED, TIMEOUT or CODEC.
            Unsupported: nothing can be made of what comes, but the next client may try.
        """
        ...


Open = Callable[[Wanted], AbstractContextManager[Source]]
"""Connected inside the block; raises `CameraUnavailable`, or `Unsupported` where the next client shall try."""


def decoder_of(header: StreamHeader) -> VideoCodecContext:
    """A decoder of one thread that knows what the stream announced."""
    decoder = VideoCodecContext.create(header.codec, "r")
    assert isinstance(decoder, VideoCodecContext)
    if header.extradata:
        decoder.extradata = header.extradata
    decoder.thread_count = 1
    return decoder
