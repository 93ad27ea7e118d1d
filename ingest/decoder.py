"""One connection to one camera, in one thread: PyAV demuxes, the cadence chooses, pictures leave as BGR arrays.

Traps that shape this file (each has a test): closing a container from another thread is a segmentation fault, so
only this thread touches it and a stop is a flag beside the read timeout; a dead server raises nothing, the iterator
just ends; corruption raises nothing either; `frame.side_data` is never touched, it keeps pictures alive; FFmpeg's
errors hold the URL with its password, so none of their text leaves this file.
"""

import errno
import os
import socket
import ssl
import time
from collections.abc import Iterator, Mapping

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from contracts.errors import CameraFault, CameraUnavailable
from contracts.frames import Frame
from ingest.cadence import Cadence
from ingest.link import Link
from ingest.rtsp import OPEN_TIMEOUT_S, READ_TIMEOUT_S, host_of, open_options, references, resolve
from ingest.timestamps import StreamClock

NO_PICTURE_S = 20.0
"""Packets for this long (or three keyframe intervals) without one decoded picture: the connection is useless."""

FPS_WINDOW_S = 4.0
BURST_S = 0.5

_OPEN_FAULTS: tuple[tuple[type[av.FFmpegError], CameraFault], ...] = (
    (av.error.HTTPUnauthorizedError, CameraFault.UNAUTHORIZED),
    (av.error.HTTPForbiddenError, CameraFault.UNAUTHORIZED),
    (av.error.HTTPNotFoundError, CameraFault.NOT_FOUND),
    (av.error.HTTPServerError, CameraFault.REFUSED),
    (av.error.HTTPClientError, CameraFault.NOT_RTSP),
    (av.error.ConnectionRefusedError, CameraFault.REFUSED),
    (av.error.TimeoutError, CameraFault.TIMEOUT),
    (av.error.ExitError, CameraFault.TIMEOUT),
    (av.error.ConnectionResetError, CameraFault.ENDED),
    (av.error.BrokenPipeError, CameraFault.ENDED),
    (av.error.EOFError, CameraFault.NOT_RTSP),
)
_UNREACHABLE = {errno.EIO, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL}


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
    container = _open(link.url, environ, ca_file, (open_timeout_s, read_timeout_s))
    try:
        if not container.streams.video:
            raise CameraUnavailable(CameraFault.NO_VIDEO)
        _Session(link, container, container.streams.video[0], no_picture_s).run()
    finally:
        container.close()


def _open(url: str, environ: Mapping[str, str], ca_file: str | None, timeout: tuple[float, float]) -> InputContainer:
    resolved = resolve(url, environ)
    options = open_options(resolved, ca_file=ca_file or ssl.get_default_verify_paths().cafile, timeout_s=timeout[0])
    began = time.monotonic()
    try:
        return av.open(resolved, options=options, timeout=timeout)
    except av.FFmpegError as problem:
        fault = fault_of_open(problem, waited_out=time.monotonic() - began >= timeout[0] * 0.9)
        if problem.errno == errno.EIO and _resolves(url):  # FFmpeg says no more of a failed TLS handshake
            fault = CameraFault.NOT_RTSP
    names = "".join(f", ${{{name}}}" for name in references(url)) if fault is CameraFault.UNAUTHORIZED else ""
    # Raised outside the handler: a chained exception would carry the URL, and the password in it, into a traceback.
    raise CameraUnavailable(fault, host_of(url) + names)


def _resolves(url: str) -> bool:
    host, _, _ = host_of(url).rpartition(":")
    try:
        return bool(socket.getaddrinfo(host.strip("[]"), None))
    except OSError:
        return False


def fault_of_open(problem: av.FFmpegError, *, waited_out: bool) -> CameraFault:
    """What an error of `av.open` means; a silent server reads as invalid data once the timeout has passed."""
    for kind, fault in _OPEN_FAULTS:
        if isinstance(problem, kind):
            return fault
    if problem.errno in _UNREACHABLE:
        return CameraFault.UNREACHABLE
    return CameraFault.TIMEOUT if waited_out else CameraFault.NOT_RTSP


class _Session:
    """The state of one open connection."""

    def __init__(self, link: Link, container: InputContainer, stream: VideoStream, no_picture_s: float) -> None:
        self._link, self._container, self._stream, self._no_picture_s = link, container, stream, no_picture_s
        self._codec = stream.codec_context
        self._codec.thread_count = 1
        self._cadence = Cadence(max_fps=link.max_fps)
        self._clock = StreamClock()
        self._scaler = VideoReformatter()
        self._opened_s = self._pictured_s = self._window_s = self._read_s = time.monotonic()
        self._stream_s = 0.0
        self._window_packets = 0
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
        now_s = time.monotonic()
        self._link.counters.packets += 1
        self._measure(now_s)
        stream_s = self._stream_time(packet, now_s)
        self._cadence, decode = self._cadence.packet(self._link.mode, is_key=packet.is_keyframe, at_s=stream_s)
        self._link.facts.gop_s, self._link.facts.fallback = self._cadence.gop_s, self._cadence.fallback
        if decode:
            for picture in self._decode(packet):
                self._hand_on(picture, corrupt=packet.is_corrupt, now_s=now_s)
        if now_s - self._pictured_s > max(self._no_picture_s, 3 * (self._cadence.gop_s or 0.0)):
            raise CameraUnavailable(CameraFault.CODEC if self._undecodable else CameraFault.NO_KEYFRAME)

    def _stream_time(self, packet: "Packet[VideoStream]", now_s: float) -> float:
        """Seconds on the stream's own clock: a machine too busy to read in time must not take its own lateness for
        keyframes that are far apart, and decode everything on top."""
        if packet.pts is None or packet.time_base is None:
            self._stream_s += now_s - self._read_s
        else:
            self._stream_s = float(packet.pts * packet.time_base)
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
        ticks, base = picture.pts, self._stream.time_base
        pts_s = float(ticks * base) if ticks is not None and base is not None else None
        self._clock, captured_at = self._clock.step(pts_s, link.clock())
        self._cadence, wanted = self._cadence.picture(link.mode, at_s=now_s)
        if wanted and not link.stopping.is_set():
            link.counters.delivered += 1
            link.deliver(Frame(link.camera_id, self._bgr(picture), captured_at, bool(picture.key_frame), corrupt))

    def _bgr(self, picture: VideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """BGR (height, width, 3), no wider than `max_width`; scaled and converted in one pass."""
        width, height = fit(picture.width, picture.height, self._link.max_width)
        bgr = self._scaler.reformat(
            picture, width=width, height=height, format="bgr24", interpolation=Interpolation.AREA, threads=1
        )
        return np.asarray(bgr.to_ndarray(), dtype=np.uint8)

    def _measure(self, now_s: float) -> None:
        """Count pictures per second, after the burst that FFmpeg held back while it probed the stream."""
        if now_s - self._opened_s < BURST_S:
            self._window_s = now_s
            return
        self._window_packets += 1
        if now_s - self._window_s >= FPS_WINDOW_S:
            self._link.facts.fps = round(self._window_packets / (now_s - self._window_s), 1)
            self._link.facts.measured = True
            self._window_s, self._window_packets = now_s, 0


def fit(width: int, height: int, max_width: int | None) -> tuple[int, int]:
    """The size of a picture scaled down to `max_width` with its shape kept; sides are even and never grow."""
    if max_width is None or width <= max_width:
        return width, height
    return max_width // 2 * 2, max(2, round(height * max_width / width / 2) * 2)
