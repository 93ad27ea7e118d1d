"""One connection to one camera, in one thread: PyAV demuxes, the cadence chooses, pictures leave as BGR arrays.

Traps that shape this file (each has a test): closing a container from another thread is a segmentation fault, so
only this thread touches it and a stop is a flag that also ends a read (`ingest/interrupting.py`); a dead server raises
nothing, the iterator just ends; corruption raises nothing either; `frame.side_data` is never touched, it keeps pictures
alive.
"""

import os
import time
from collections.abc import Iterator, Mapping

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from contracts.errors import CameraFault, CameraUnavailable
from ingest.cadence import Cadence
from ingest.interrupting import ended_by
from ingest.link import Link
from ingest.looking import Eye
from ingest.measuring import Gauge
from ingest.opening import open_camera
from ingest.rtsp import OPEN_TIMEOUT_S, READ_TIMEOUT_S
from ingest.tapping import Tap
from ingest.timestamps import StreamClock

NO_PICTURE_S = 20.0
"""Packets for this long (or three keyframe intervals) without one decoded picture: the connection is useless."""


def decode_camera(
    link: Link,
    *,
    environ: Mapping[str, str] = os.environ,
    ca_file: str | None = None,
    open_timeout_s: float = OPEN_TIMEOUT_S,
    read_timeout_s: float = READ_TIMEOUT_S,
    no_picture_s: float = NO_PICTURE_S,
) -> None:
    """Connect to `link.url` and deliver pictures until `link.stopping` is set; blocks its thread.

    `ca_file` names the authorities for rtsps; the machine's own (or those of SSL_CERT_FILE) when it is None.

    Raises `CameraUnavailable` with a fault and words of our own when the camera cannot be opened, when the stream
    ends (a live stream has no end) or falls silent, and when nothing in it can be decoded.
    """
    with ended_by(link.stopping):
        container = _opened(link, environ, ca_file, (open_timeout_s, read_timeout_s))
        try:
            if not container.streams.video:
                raise CameraUnavailable(CameraFault.NO_VIDEO)
            _Session(link, container, no_picture_s).run()
        finally:
            container.close()


def _opened(
    link: Link, environ: Mapping[str, str], ca_file: str | None, timeout: tuple[float, float]
) -> InputContainer:
    try:
        return open_camera(link.url, environ, ca_file, timeout)
    except CameraUnavailable as outage:
        if link.stopping.is_set():  # it had not answered by then; FFmpeg's error is of our stop
            raise CameraUnavailable(CameraFault.TIMEOUT, outage.detail) from None
        raise


class _Session:
    """The state of one open connection."""

    def __init__(self, link: Link, container: InputContainer, no_picture_s: float) -> None:
        self._link, self._container, self._no_picture_s = link, container, no_picture_s
        self._stream = stream = container.streams.video[0]
        self._codec = stream.codec_context
        self._codec.thread_count = 1
        self._tick_s = float(stream.time_base) if stream.time_base else None
        self._cadence = Cadence(max_fps=link.max_fps)
        self._clock = StreamClock()
        self._tap, self._eye, self._gauge = Tap(link, stream), Eye(link), Gauge(link.facts, time.monotonic())
        self._pictured_s = self._read_s = time.monotonic()
        self._stream_s = 0.0
        self._pts: int | None = None
        self._clockless = False
        self._undecodable = False
        link.facts.codec, link.facts.width, link.facts.height = self._codec.name, self._codec.width, self._codec.height
        link.facts.fps = float(stream.average_rate) if stream.average_rate else None

    def run(self) -> None:
        for packet in self._packets():
            if self._link.stopping.is_set():
                return
            self._take(packet)
        if not self._link.stopping.is_set():
            raise CameraUnavailable(CameraFault.ENDED)

    def _packets(self) -> Iterator["Packet[VideoStream]"]:
        """Packets until the stream ends; the read timeout of a frozen camera is a fault, a reset an end."""
        fault = CameraFault.ENDED
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    yield packet
        except (av.error.ExitError, av.error.TimeoutError):
            fault = CameraFault.TIMEOUT
        except av.error.InvalidDataError:
            fault = CameraFault.CODEC
        except (OSError, av.error.EOFError):
            fault = CameraFault.ENDED
        if not self._link.stopping.is_set():
            raise CameraUnavailable(fault)

    def _take(self, packet: "Packet[VideoStream]") -> None:
        link, now_s = self._link, time.monotonic()
        link.counters.packets += 1
        stream_s = self._stream_time(packet, now_s)
        arrived_at = self._tap.pass_on(packet, stream_s)
        self._gauge.step(packet, now_s, arrived_at)
        self._cadence, decode = self._cadence.packet(
            link.mode, is_key=packet.is_keyframe, at_s=stream_s, spacing_s=link.spacing_s
        )
        self._tell()
        link.counters.spared += not decode and link.mode != "keyframes" and link.facts.keys_only
        if not link.pictures:
            return
        if decode:
            for picture in self._decode(packet):
                self._hand_on(picture, corrupt=packet.is_corrupt, now_s=now_s)
        if now_s - self._pictured_s > max(self._no_picture_s, 3 * (self._cadence.gop_s or 0.0)):
            raise CameraUnavailable(CameraFault.CODEC if self._undecodable else CameraFault.NO_KEYFRAME)

    def _tell(self) -> None:
        facts = self._link.facts
        facts.gop_s, facts.fallback = self._cadence.gop_s, self._cadence.fallback
        facts.clockless = self._clockless
        facts.keys_only = not self._cadence.decodes_all(self._link.mode, self._link.spacing_s)

    def _stream_time(self, packet: "Packet[VideoStream]", now_s: float) -> float:
        """Seconds on the stream's own clock: a machine too busy to read in time must not take its own lateness for
        keyframes that are far apart, and decode everything on top. Ours, where it has no clock or one that stands."""
        self._clockless = packet.pts is None or packet.pts == self._pts
        self._pts = packet.pts
        if self._clockless or packet.pts is None or self._tick_s is None:
            self._stream_s += now_s - self._read_s
        else:
            self._stream_s = packet.pts * self._tick_s
        self._read_s = now_s
        return self._stream_s

    def _decode(self, packet: "Packet[VideoStream]") -> list[VideoFrame]:
        """The pictures that this packet completes. A decoder holds the last one back until more packets come;
        when only keyframes are fed it is drained, so that the picture is not one whole interval old."""
        try:
            pictures = self._codec.decode(packet)
            if not pictures and not self._cadence.in_step:
                pictures = self._codec.decode(None)
                self._codec.flush_buffers()
        except av.error.InvalidDataError:
            self._undecodable = True
            self._link.counters.corrupt += 1
            return []
        return pictures

    def _hand_on(self, picture: VideoFrame, *, corrupt: bool, now_s: float) -> None:
        link = self._link
        self._pictured_s, self._undecodable = now_s, False
        corrupt = corrupt or picture.is_corrupt
        link.counters.decoded += 1
        link.counters.corrupt += corrupt
        link.facts.width, link.facts.height = picture.width, picture.height
        ticks = picture.pts
        pts_s = None if self._clockless or ticks is None or self._tick_s is None else ticks * self._tick_s
        self._clock, captured_at = self._clock.step(pts_s, link.clock())
        self._cadence, wanted = self._cadence.picture(link.mode, at_s=now_s, spacing_s=link.spacing_s)
        if wanted and not link.stopping.is_set():
            frame = self._eye.frame(picture, captured_at, corrupt=corrupt, now_s=now_s)
            if frame is not None:
                link.counters.delivered += 1
                link.deliver(frame)
