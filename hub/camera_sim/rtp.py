"""RTP (RFC 3550) over RTSP's TCP (RFC 2326 §10.12): laid out once per picture, patched per camera. Pure."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Codec = Literal["h264", "hevc"]

PAYLOAD_BYTES = 1400
CLOCK_HZ = 90_000
PAYLOAD_TYPE = 96
NTP_EPOCH_S = 2_208_988_800
"""seconds from 1900 to 1970"""

_PACKET = struct.Struct("!BBHBBHII")
"""'$', channel, length · version, marker + payload type, sequence number, timestamp, ssrc"""
_PATCH = struct.Struct("!HII")
_PATCH_AT = 6
_REPORT = struct.Struct("!BBHBBHIIIIII")


@dataclass(frozen=True, slots=True)
class Layout:
    """The packets of one picture, one after the other, with zeros where sequence, timestamp and ssrc belong."""

    template: bytes
    starts: tuple[int, ...]
    """where in the template each packet begins"""

    def patched(self, seq: int, timestamp: int, ssrc: int) -> bytearray:
        """The bytes to send; the first packet gets `seq`."""
        out = bytearray(self.template)
        for number, start in enumerate(self.starts):
            _PATCH.pack_into(out, start + _PATCH_AT, (seq + number) & 0xFFFF, timestamp, ssrc)
        return out


def layout(nals: Sequence[bytes], codec: Codec) -> Layout:
    """Packets for the NAL units of one picture: single NAL units, or FU-A (RFC 6184) and FU (RFC 7798) fragments."""
    payloads = [payload for nal in nals for payload in fragments(nal, codec)]
    out = bytearray()
    starts = []
    for number, payload in enumerate(payloads):
        starts.append(len(out))
        marker = 0x80 if number == len(payloads) - 1 else 0
        out += _PACKET.pack(0x24, 0, 12 + len(payload), 0x80, marker | PAYLOAD_TYPE, 0, 0, 0) + payload
    return Layout(bytes(out), tuple(starts))


def fragments(nal: bytes, codec: Codec, limit: int = PAYLOAD_BYTES) -> Iterator[bytes]:
    """RTP payloads of at most `limit` bytes for one NAL unit without its start code."""
    if len(nal) <= limit:
        yield nal
        return
    if codec == "hevc":
        indicator, kind, body = bytes([(nal[0] & 0x81) | 49 << 1, nal[1]]), nal[0] >> 1 & 63, nal[2:]
    else:
        indicator, kind, body = bytes([(nal[0] & 0xE0) | 28]), nal[0] & 31, nal[1:]
    step = limit - len(indicator) - 1
    for at in range(0, len(body), step):
        first, last = at == 0, at + step >= len(body)
        yield indicator + bytes([kind | first << 7 | last << 6]) + body[at : at + step]


def sender_report(ssrc: int, unix_s: float, timestamp: int, packets: int, octets: int) -> bytes:
    """An interleaved RTCP sender report: which wall-clock time the RTP timestamp stands for."""
    seconds = int(unix_s)
    fraction = int((unix_s - seconds) * 2**32)
    return _REPORT.pack(
        0x24, 1, 28, 0x80, 200, 6, ssrc, (seconds + NTP_EPOCH_S) & 0xFFFFFFFF, fraction, timestamp,
        packets & 0xFFFFFFFF, octets & 0xFFFFFFFF,
    )  # fmt: skip
