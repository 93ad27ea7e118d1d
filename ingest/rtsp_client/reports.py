"""RTCP (RFC 3550 §6): the camera's sender reports date its RTP clock, its BYE ends the stream. Pure."""

import struct
from dataclasses import dataclass

from ingest.rtsp_client.rtp import ticks_between

NTP_EPOCH_S = 2_208_988_800
"""seconds from 1900 to 1970"""
_SENDER_REPORT, _BYE = 200, 203
_DATE = struct.Struct("!IIII")
_NAME = b"hub"


@dataclass(frozen=True, slots=True)
class Reported:
    """What the camera last said of its clock."""

    unix_s: float
    stamp: int
    """the RTP timestamp that stands for it"""

    def time_of(self, stamp: int, clock_hz: int) -> float:
        """Unix seconds at which the camera says it took the picture with this RTP timestamp."""
        return self.unix_s + ticks_between(self.stamp, stamp) / clock_hz


def read(packet: memoryview, last: Reported | None) -> tuple[Reported | None, bool]:
    """What is known of the camera's clock after a compound packet, and whether it says goodbye."""
    at, bye = 0, False
    while at + 8 <= len(packet) and packet[at] >> 6 == 2:
        kind = packet[at + 1]
        if kind == _SENDER_REPORT and at + 24 <= len(packet):
            _, seconds, fraction, stamp = _DATE.unpack_from(packet, at + 4)
            if seconds:  # a camera that does not know the time says 0
                last = Reported(seconds - NTP_EPOCH_S + fraction / 2**32, stamp)
        bye = bye or kind == _BYE
        at += 4 + 4 * (packet[at + 2] << 8 | packet[at + 3])
    return last, bye


def sign_of_life(channel: int, ssrc: int) -> bytes:
    """An empty receiver report with our name, interleaved: some cameras end sessions whose watcher sends none."""
    item = struct.pack("!IBB", ssrc, 1, len(_NAME)) + _NAME
    item += b"\0" * (4 - len(item) % 4)
    report = struct.pack("!BBHI", 0x80, 201, 1, ssrc) + struct.pack("!BBH", 0x81, 202, len(item) // 4) + item
    return struct.pack("!BBH", 0x24, channel, len(report)) + report
