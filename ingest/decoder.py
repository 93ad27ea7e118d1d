"""One connection to one camera, in one thread: packets come, the cadence chooses, pictures leave as BGR arrays.

Traps that shape this file (each has a test): the end of a live stream is an outage; corruption raises nothing;
`frame.side_data` is never touched, it keeps pictures alive.
"""

import logging
import os
import time
from collections.abc import Mapping, Sequence

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from contracts.errors import CameraFault, CameraUnavailable
from contracts.packets import StreamHeader
from ingest import ffmpeg_source, rtsp_source
from ingest.cadence import Cadence
from ingest.link import Link
from ingest.looking import Eye
from ingest.measuring import Gauge
from ingest.rtsp import OPEN_TIMEOUT_S, READ_TIMEOUT_S, host_of
from ingest.rtsp_client.unsupported import Unsupported
from ingest.source import Open, Source, Unit, Wanted
from ingest.tapping import Tap
from ingest.timestamps import StreamClock

log = logging.getLogger(__name__)

NO_PICTURE_S = 20.0
"""Packets for this long (or three keyframe intervals) without one decoded picture: the connection is useless."""

CLIENTS: tuple[Open, ...] = (rtsp_source.open_source, ffmpeg_source.open_source)
"""tried in turn: ours costs a third and leaves every camera that is unlike others to FFmpeg's"""


def decode_camera(
    link: Link,
    *,
    environ: Mapping[str, str] = os.environ,
    ca_file: str | None = None,
    open_timeout_s: float = OPEN_TIMEOUT_S,
    read_timeout_s: float = READ_TIMEOUT_S,
    no_picture_s: float = NO_PICTURE_S,
    clients: Sequence[Open] = CLIENTS,
) -> None:
    """Connect to `link.url` and deliver pictures until `link.stopping` is set; blocks its thread.

    `ca_file` names the authorities for rtsps; the machine's own (or those of SSL_CERT_FILE) when it is None.

    Raises `CameraUnavailable` with a fault and words of our own when the camera cannot be opened, when the stream
    ends (a live stream has no end) or falls silent, and when nothing in it can be decoded.
    """
    wanted = Wanted(
        link.url, link.is_sub, environ, ca_file, open_timeout_s, read_timeout_s, link.stopping, link.gathers
    )
    for client in clients:
        try:
            with client(wanted) as source:
                _Session(link, source, no_picture_s).run()
                return
        except Unsupported as why:
            log.info("camera %s at %s is left to the next RTSP client: %s", link.camera_id, host_of(link.url), why)
    raise CameraUnavailable(CameraFault.NOT_RTSP, host_of(link.url))


class _Session:
    """The state of one open connection."""

    def __init__(self, link: Link, source: Source, no_picture_s: float) -> None:
        self._link, self._source, self._no_picture_s = link, source, no_picture_s
        self._codec, self._tick_s = source.decoder, source.tick_s
        self._cadence = Cadence(max_fps=link.max_fps)
        self._clock = StreamClock()
        self._tap, self._eye, self._gauge = Tap(link), Eye(link), Gauge(link.facts, time.monotonic())
        self._pictured_s = self._read_s = time.monotonic()
        self._stream_s = 0.0
        self._pts: int | None = None
        self._clockless = False
        self._undecodable = False
        self._header: StreamHeader | None = None
        self._note_header(source.header)
        link.facts.client, link.facts.fps = source.client, source.fps

    def run(self) -> None:
        for unit in self._source.units():
            if self._link.stopping.is_set():
                return
            self._take(unit)
        if not self._link.stopping.is_set():
            raise CameraUnavailable(CameraFault.ENDED)

    def _take(self, unit: Unit) -> None:
        link, packet, now_s = self._link, unit.packet, time.monotonic()
        link.counters.packets += 1
        if unit.header is not self._header:
            self._note_header(unit.header)
        stream_s = self._stream_time(packet, now_s)
        arrived_at = self._tap.pass_on(unit, stream_s)
        self._gauge.step(unit, stream_s, now_s, arrived_at)
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

    def _note_header(self, header: StreamHeader) -> None:
        self._header, facts = header, self._link.facts
        facts.codec, facts.width, facts.height = header.codec, header.width, header.height

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
