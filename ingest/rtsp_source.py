"""Our own RTSP client as a source: access units become packets for FFmpeg's decoder."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import cast

from av.packet import Packet
from av.video.stream import VideoStream

from contracts.errors import CameraFault, CameraUnavailable
from contracts.packets import StreamHeader
from ingest.opening import detail_of
from ingest.rtsp import resolve
from ingest.rtsp_client.access_units import AccessUnit
from ingest.rtsp_client.connection import Connection
from ingest.rtsp_client.picture import START_CODE, sequence_set
from ingest.rtsp_client.picture_size import size_of
from ingest.rtsp_client.target import Target, target_of
from ingest.source import Unit, Wanted, decoder_of


@contextmanager
def open_source(wanted: Wanted) -> Iterator["RtspSource"]:
    """Connected by our own client inside the block.

    Raises:
        CameraUnavailable: with words of our own.
        Unsupported: FFmpeg's client shall try.
    """
    target = target_of(resolve(wanted.url, wanted.environ))
    fault: CameraFault | None = None
    try:
        connection = Connection.open(target, _tls(target, wanted), wanted.open_timeout_s, wanted.stopping.is_set)
    except CameraUnavailable as outage:
        fault = outage.fault
    if fault is not None:
        raise CameraUnavailable(fault, detail_of(wanted.url, fault))
    try:
        yield RtspSource(connection, wanted)
    finally:
        connection.close()


class RtspSource:
    """See `Source`."""

    client = "own"

    def __init__(self, connection: Connection, wanted: Wanted) -> None:
        self._connection, self._wanted = connection, wanted
        self._track = track = connection.track
        self._sequence = sequence_set(track.codec, track.sets)
        self._time_base = Fraction(1, track.clock_hz)
        self.header = self._header(track.sets)
        self.tick_s: float | None = 1 / track.clock_hz
        self.fps = track.fps
        self.decoder = decoder_of(self.header)

    def units(self) -> Iterator[Unit]:
        """See `Source`."""
        wanted = self._wanted
        for unit in self._connection.units(2 * wanted.read_timeout_s, wanted.stopping.is_set, wanted.gathers):
            if unit.sets:
                self._renew(unit.sets)
            yield Unit(self._packet(unit), self.header, unit.camera_s)

    def _packet(self, unit: AccessUnit) -> "Packet[VideoStream]":
        data = cast("bytes", unit.data)  # any buffer will do, and is not copied
        packet = cast("Packet[VideoStream]", Packet(data))
        packet.pts, packet.time_base = unit.ticks, self._time_base
        packet.is_keyframe, packet.is_corrupt = unit.is_key, unit.is_corrupt
        return packet

    def _renew(self, sets: tuple[bytes, ...]) -> None:
        """The stream has become another: a camera whose settings were changed says so in the stream only."""
        sequence = sequence_set(self._track.codec, sets)
        if sequence and sequence != self._sequence:
            self._sequence = sequence
            self.header = self._header(sets)

    def _header(self, sets: tuple[bytes, ...]) -> StreamHeader:
        """Without parameter sets where those announced cannot be read: a decoder would refuse to begin with them."""
        codec = self._track.codec
        size = size_of(codec, self._sequence) if self._sequence else None
        extradata = b"".join(START_CODE + one for one in sets) if size else b""
        return StreamHeader(codec, extradata, *(size or (0, 0)), self._wanted.is_sub)


def _tls(target: Target, wanted: Wanted) -> ssl.SSLContext | None:
    if not target.tls:
        return None
    try:
        return ssl.create_default_context(cafile=wanted.ca_file)
    except OSError:
        raise CameraUnavailable(CameraFault.NOT_RTSP) from None
