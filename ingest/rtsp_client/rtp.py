"""RTP headers (RFC 3550 §5.1). Pure."""

import struct

HEADER = struct.Struct("!BBHI")
"""version, padding, extension, sources · marker, payload type · sequence number · timestamp (the source follows)"""
HEADER_BYTES = 12
PLAIN = 0x80
"""the first byte of version 2 with none of the rest"""


def payload_of(packet: memoryview, first: int) -> memoryview:
    """What follows the header, its sources and its extension (ONVIF's replay has one), without the padding.

    Empty where the packet is shorter than it says.
    """
    start, end = HEADER_BYTES + 4 * (first & 15), len(packet)
    if first & 0x10:
        if start + 4 > end:
            return packet[:0]
        start += 4 + 4 * (packet[start + 2] << 8 | packet[start + 3])
    if first & 0x20:
        end -= packet[end - 1]
    return packet[start:end] if start < end else packet[:0]


def ticks_between(earlier: int, later: int) -> int:
    """From one 32-bit timestamp to another, over the wrap; negative when it went back."""
    return ((later - earlier + 0x80000000) & 0xFFFFFFFF) - 0x80000000
