"""Encoded pictures as the camera sent them: for evidence clips and live view, which never decode."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """What a decoder must know before the first packet of a connection."""

    codec: str
    """FFmpeg's name: h264, hevc, mjpeg …"""
    extradata: bytes
    """parameter sets as the stream announced them, Annex B or avcC/hvcC; may be empty when they come in band"""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One access unit."""

    header: StreamHeader
    """the same object for every packet of a connection until the stream changes"""
    data: bytes
    stream_s: float
    """presentation time on the stream's own clock, seconds; never goes back within a connection without B-frames"""
    arrived_at: datetime
    is_key: bool
