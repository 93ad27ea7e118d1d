"""NAL units and parameter sets out of an MP4's or a raw file's H.264 or H.265. Pure."""

import re
from collections.abc import Iterator

from hub.camera_sim.rtp import Codec

_START_CODE = re.compile(rb"\x00\x00\x00?\x01")
_HEVC_SETS = {32, 33, 34}
"""VPS, SPS, PPS"""


def nal_units(data: bytes, length_bytes: int) -> list[bytes]:
    """The NAL units of one access unit; `length_bytes` 0 means Annex B (start codes)."""
    if length_bytes == 0:
        return [nal.rstrip(b"\0") for nal in _START_CODE.split(data) if nal]
    units, at = [], 0
    while at + length_bytes <= len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        at += length_bytes
        units.append(data[at : at + size])
        at += size
    return units


def parameter_sets(codec: Codec, extradata: bytes) -> tuple[int, list[bytes]]:
    """How many bytes a NAL unit's length takes (0: Annex B), and the parameter sets, from avcC, hvcC or Annex B."""
    if _START_CODE.match(extradata):
        return 0, nal_units(extradata, 0)
    if codec == "h264":
        return (extradata[4] & 3) + 1, list(_avcc(extradata))
    return (extradata[21] & 3) + 1, [nal for nal in _hvcc(extradata) if nal[0] >> 1 & 63 in _HEVC_SETS]


def _avcc(extradata: bytes) -> Iterator[bytes]:
    at = 5
    for mask in (31, 255):  # SPS, then PPS
        count = extradata[at] & mask
        at += 1
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2], "big")
            yield extradata[at + 2 : at + 2 + size]
            at += 2 + size


def _hvcc(extradata: bytes) -> Iterator[bytes]:
    at = 23
    for _ in range(extradata[22]):
        count = int.from_bytes(extradata[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2], "big")
            yield extradata[at + 2 : at + 2 + size]
            at += 2 + size
