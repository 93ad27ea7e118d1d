"""RTP payloads to NAL units: H.264 (RFC 6184, packetization modes 0 and 1) and H.265 (RFC 7798, without DONL). Pure."""

from typing import Protocol

from ingest.rtsp_client.picture import Picture
from ingest.rtsp_client.sdp import Codec


class Depacketizer(Protocol):
    """Of one stream."""

    def take(self, payload: memoryview, picture: Picture) -> bool:
        """Add a packet's payload to the picture; False when it cannot be used: what it goes on from is missing."""
        ...

    def goes_on(self, packet: memoryview, data: bytearray) -> bool:
        """Add to `data` what a plain packet (12 bytes of header, then more) holds of a fragmented NAL unit that goes on
        before and after it; False, and nothing is done, for every other packet."""
        ...

    def lost(self) -> None:
        """Packets are missing before the next: a NAL unit in the making stays as long as it is."""
        ...

    def is_foreign(self, payload: memoryview) -> bool:
        """Whether no camera of this codec sends such a payload: where most are, the other codec was announced."""
        ...


_NOT_H264 = frozenset({0, 2, 3, 4, 16, 17, 18, 22, 23, 30, 31})
"""NAL unit types that no profile of cameras has"""
_RESERVED_H265 = range(41, 48)


class _Fragmented:
    """NAL units in pieces: both codecs mark the first and the last one alike."""

    def __init__(self) -> None:
        self._open = False
        """a fragmented NAL unit is in the making"""

    def lost(self) -> None:
        """See `Depacketizer`."""
        self._open = False

    def _fragment(self, head: int, kind: int, header: bytes, rest: memoryview, picture: Picture) -> bool:
        """A piece after its FU header `head`; `header`: of the NAL unit that a first piece begins."""
        if head & 0x80:
            picture.begin(kind, header, rest)
            self._open = True
        elif self._open:
            picture.data += rest
        else:
            return False
        if head & 0x40:
            self._open = False
        return True


class H264(_Fragmented):
    """Single NAL units, STAP-A and FU-A."""

    def take(self, payload: memoryview, picture: Picture) -> bool:
        """See `Depacketizer`."""
        kind = payload[0] & 31
        if kind == 28 and len(payload) > 2:
            nal = payload[1] & 31
            return self._fragment(payload[1], nal, bytes((payload[0] & 0xE0 | nal,)), payload[2:], picture)
        self._open = False
        if 0 < kind < 24:
            picture.whole(payload, kind)
            return True
        return kind == 24 and _aggregated(payload[1:], "h264", picture)

    def goes_on(self, packet: memoryview, data: bytearray) -> bool:
        """See `Depacketizer`."""
        if not self._open or packet[12] & 31 != 28 or len(packet) < 15 or packet[13] >= 0x40:
            return False
        data += packet[14:]
        return True

    def is_foreign(self, payload: memoryview) -> bool:
        """See `Depacketizer`."""
        return payload[0] & 31 in _NOT_H264


class H265(_Fragmented):
    """Single NAL units, aggregation packets and fragmentation units."""

    def take(self, payload: memoryview, picture: Picture) -> bool:
        """See `Depacketizer`."""
        kind = payload[0] >> 1 & 63
        if kind == 49 and len(payload) > 3:
            nal = payload[2] & 63
            header = bytes((payload[0] & 0x81 | nal << 1, payload[1]))
            return self._fragment(payload[2], nal, header, payload[3:], picture)
        self._open = False
        if kind < 48:
            picture.whole(payload, kind)
            return True
        return kind == 48 and _aggregated(payload[2:], "hevc", picture)

    def goes_on(self, packet: memoryview, data: bytearray) -> bool:
        """See `Depacketizer`."""
        if not self._open or packet[12] >> 1 & 63 != 49 or len(packet) < 16 or packet[14] >= 0x40:
            return False
        data += packet[15:]
        return True

    def is_foreign(self, payload: memoryview) -> bool:
        """See `Depacketizer`."""
        kind = payload[0] >> 1 & 63
        return kind in _RESERVED_H265 or kind > 49 or len(payload) < 2 or not payload[1] & 7


DEPACKETIZERS: dict[Codec, type[H264] | type[H265]] = {"h264": H264, "hevc": H265}


def _aggregated(rest: memoryview, codec: Codec, picture: Picture) -> bool:
    """NAL units one after the other, each after its length in two bytes; False when the last one is cut off."""
    at = 0
    while at + 2 < len(rest):
        end = at + 2 + (rest[at] << 8 | rest[at + 1])
        if end > len(rest):
            return False
        if end > at + 2:
            first = rest[at + 2]
            picture.whole(rest[at + 2 : end], first & 31 if codec == "h264" else first >> 1 & 63)
        at = end
    return True
