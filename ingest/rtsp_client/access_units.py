"""RTP packets of one stream become access units: what is missing is flagged, the end of each found. Pure.

A picture ends with the marker bit, or where the timestamp changes if the marker was lost or is never set. Cameras that
set it after every NAL unit are known too: a unit without a slice waits for one, and when a picture's second slice comes
after a marker, markers are believed no more.
"""

from dataclasses import dataclass

from ingest.rtsp_client import reports
from ingest.rtsp_client.depacketizing import DEPACKETIZERS, Depacketizer
from ingest.rtsp_client.picture import Picture
from ingest.rtsp_client.rtp import HEADER, HEADER_BYTES, PLAIN, payload_of, ticks_between
from ingest.rtsp_client.sdp import Track

LIMIT_MASK = 0xFFF
"""every 4,096th packet at the latest its length is looked at"""
FOREIGN_LIMIT = 50
"""so many more payloads of another codec than of this one"""
UNIT_LIMIT = 16 * 1024 * 1024
"""an access unit that grows beyond this is given up: no camera's keyframe is as long"""


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One coded picture."""

    data: bytes | bytearray
    """Annex B, each NAL unit after a start code of four bytes; nobody writes to it any more"""
    ticks: int
    """presentation time since the first picture, in the track's clock; goes on over the wrap of 32 bits"""
    is_key: bool
    is_corrupt: bool
    """packets are missing in it, or before it and it is not a keyframe from its beginning on"""
    sets: tuple[bytes, ...] = ()
    """parameter sets that came in it"""
    camera_s: float | None = None
    """Unix seconds at which the camera says it took it; None before its first sender report"""


class Assembler:
    """The state of one stream. Bytes given to it are copied, never kept."""

    def __init__(self, track: Track) -> None:
        self._track, self._plain = track, track.payload_type
        """the second byte of a packet without the marker"""
        self._picture = Picture(track.codec)
        self._depacketizer: Depacketizer = DEPACKETIZERS[track.codec]()
        self._next_number = -1
        self._stamp = self._given_stamp = -1
        self._ticks = 0
        self._torn = self._missed = False
        """packets are missing in the picture in the making; before it"""
        self._markers_lie = self._brings_sets = False
        self._reported: reports.Reported | None = None
        self._foreign = 0
        self.ended = False
        """the camera said goodbye"""

    @property
    def heard(self) -> bool:
        """Packets of the stream came."""
        return self._next_number >= 0

    @property
    def lied_to(self) -> bool:
        """What comes is of another codec than was announced."""
        return self._foreign >= FOREIGN_LIMIT

    @property
    def midway(self) -> bool:
        """A picture is in the making: its other packets are on the way."""
        return bool(self._picture.data)

    def report(self, packet: memoryview) -> None:
        """A packet of the RTCP channel."""
        self._reported, bye = reports.read(packet, self._reported)
        self.ended = self.ended or bye

    def take(self, packet: memoryview, ready: list[AccessUnit]) -> None:
        """A packet of the RTP channel; access units that it completes are appended to `ready`."""
        if len(packet) <= HEADER_BYTES:
            return
        first, second, number, stamp = HEADER.unpack_from(packet)
        if (
            number == self._next_number
            and stamp == self._stamp
            and second == self._plain
            and first == PLAIN
            and number & LIMIT_MASK
            and self._depacketizer.goes_on(packet, self._picture.data)
        ):  # amid a NAL unit, as nine of ten are
            self._next_number = number + 1 & 0xFFFF
        else:
            self._take_edge(packet, ready)

    def _take_edge(self, packet: memoryview, ready: list[AccessUnit]) -> None:
        """A packet that may begin or end something, follows on a gap, or has more in its header."""
        first, second, number, stamp = HEADER.unpack_from(packet)
        if second & 127 != self._plain or first >> 6 != 2:
            return
        payload = payload_of(packet, first)
        if number != self._next_number:
            self._skipped(stamp, ready)
        elif stamp != self._stamp and self._picture.shown:
            self._give(ready)
        self._next_number = number + 1 & 0xFFFF
        self._stamp = stamp
        if payload:
            self._foreign = self._foreign + 1 if self._depacketizer.is_foreign(payload) else max(0, self._foreign - 1)
            self._torn = not self._depacketizer.take(payload, self._picture) or self._torn
        self._ends(stamp, bool(second & 0x80), ready)

    def _ends(self, stamp: int, marked: bool, ready: list[AccessUnit]) -> None:
        """Whether the picture is complete with this packet."""
        if self._picture.begins_midway and stamp == self._given_stamp and not self._torn and not self._missed:
            self._markers_lie = self._torn = True
        if marked:
            self._marked(ready)
        elif len(self._picture.data) > UNIT_LIMIT:
            self._give_up()

    def _skipped(self, stamp: int, ready: list[AccessUnit]) -> None:
        """Sequence numbers are missing (or this is the first packet). TCP delivers in order: they were never sent."""
        if self._next_number < 0:
            return
        self._depacketizer.lost()
        self._torn = self._torn or bool(self._picture.data)
        if stamp != self._stamp and self._picture.shown:
            self._give(ready)
        self._missed = self._missed or not self._picture.data

    def _marked(self, ready: list[AccessUnit]) -> None:
        if self._picture.shown:
            if not self._markers_lie:
                self._give(ready)
        elif self._torn:
            self._give_up()

    def _give_up(self) -> None:
        """All of a picture that could be told from the packets was lost: the next one misses it."""
        self._picture.clear()
        self._depacketizer.lost()
        self._torn, self._missed, self._markers_lie = False, True, False

    def _give(self, ready: list[AccessUnit]) -> None:
        picture, stamp = self._picture, self._stamp
        if self._given_stamp >= 0:
            self._ticks += ticks_between(self._given_stamp, stamp)
        is_key = picture.is_key()
        reported = self._reported
        camera_s = None if reported is None else reported.time_of(stamp, self._track.clock_hz)
        sets = picture.sets()
        begun = is_key and not picture.begins_midway and bool(sets or not self._brings_sets)
        corrupt = self._torn or (self._missed and not begun)
        ready.append(AccessUnit(picture.data, self._ticks, is_key, corrupt, sets, camera_s))
        self._brings_sets = self._brings_sets or bool(sets)
        picture.clear()
        self._given_stamp = stamp
        self._torn = self._missed = False
