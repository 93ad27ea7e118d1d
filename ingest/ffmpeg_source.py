"""FFmpeg's RTSP client as a source, for every camera that our own leaves to it.

Traps that shape this file (each has a test): closing a container from another thread is a segmentation fault, so only
the camera's thread touches it and a stop is a flag that also ends a read (`ingest/interrupting.py`); a dead server
raises nothing, the iterator just ends.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from contracts.errors import CameraFault, CameraUnavailable
from contracts.packets import StreamHeader
from ingest.interrupting import ended_by
from ingest.opening import open_camera
from ingest.source import Unit, Wanted


@contextmanager
def open_source(wanted: Wanted) -> Iterator["FfmpegSource"]:
    """Connected by FFmpeg inside the block.

    Raises:
        CameraUnavailable: with words of our own.
    """
    with ended_by(wanted.stopping):
        container = _opened(wanted)
        try:
            if not container.streams.video:
                raise CameraUnavailable(CameraFault.NO_VIDEO)
            yield FfmpegSource(container, wanted)
        finally:
            container.close()


def _opened(wanted: Wanted) -> InputContainer:
    timeout = wanted.open_timeout_s, wanted.read_timeout_s
    try:
        return open_camera(wanted.url, wanted.environ, wanted.ca_file, timeout)
    except CameraUnavailable as outage:
        if wanted.stopping.is_set():  # it had not answered by then; FFmpeg's error is of our stop
            raise CameraUnavailable(CameraFault.TIMEOUT, outage.detail) from None
        raise


class FfmpegSource:
    """See `Source`."""

    client = "ffmpeg"

    def __init__(self, container: InputContainer, wanted: Wanted) -> None:
        self._container, self._stopping, self._is_sub = container, wanted.stopping, wanted.is_sub
        self._stream = stream = container.streams.video[0]
        self.decoder = stream.codec_context
        self.decoder.thread_count = 1
        self.tick_s = float(stream.time_base) if stream.time_base else None
        self.fps = float(stream.average_rate) if stream.average_rate else None
        self.header = self._header(bytes(self.decoder.extradata or b""))

    def units(self) -> Iterator[Unit]:
        """See `Source`; the read timeout of a frozen camera is a fault, a reset an end."""
        fault = CameraFault.ENDED
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    if packet.has_sidedata("new_extradata"):
                        self.header = self._header(bytes(packet.get_sidedata("new_extradata")))
                    yield Unit(packet, self.header, told_by_camera(packet))
        except (av.error.ExitError, av.error.TimeoutError):
            fault = CameraFault.TIMEOUT
        except av.error.InvalidDataError:
            fault = CameraFault.CODEC
        except (OSError, av.error.EOFError):
            fault = CameraFault.ENDED
        if not self._stopping.is_set():
            raise CameraUnavailable(fault)

    def _header(self, extradata: bytes) -> StreamHeader:
        return StreamHeader(self.decoder.name, extradata, self.decoder.width, self.decoder.height, self._is_sub)


def told_by_camera(packet: "Packet[VideoStream]") -> float | None:
    """Unix seconds at which the camera says it took the picture; None where it sends no sender reports.

    Source: FFmpeg's AVProducerReferenceTime, microseconds since 1970 first.
    """
    if not packet.has_sidedata("prft"):
        return None
    (micros,) = struct.unpack_from("=q", bytes(packet.get_sidedata("prft")))
    return float(micros) / 1e6
