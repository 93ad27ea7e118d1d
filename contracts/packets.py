"""Encoded pictures as the camera sent them: for evidence clips and live view, which never decode."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """What a decoder must know before the first packet of a connection."""

    codec: str
    """FFmpeg's name: h264, hevc, mjpeg …"""
    extradata: bytes
    """parameter sets as the stream announced them, Annex B or avcC/hvcC; may be empty when they come in band"""
    width: int
    height: int
    is_sub: bool = False
    """of the camera's sub-stream"""


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


@dataclass(frozen=True, slots=True)
class Init:
    """What a player is given before the first fragment, and again when the stream becomes another."""

    codec: str
    """as browsers are asked (RFC 6381): avc1.…, hvc1.…"""
    width: int
    height: int
    data: bytes

    @property
    def mime(self) -> str:
        """For `MediaSource.addSourceBuffer`."""
        return f'video/mp4; codecs="{self.codec}"'


@dataclass(frozen=True, slots=True)
class Fragment:
    """One picture as `moof` + `mdat`."""

    data: bytes
    is_key: bool


Piece = Init | Fragment


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be seen of a camera."""

    camera_id: str
    sub: bool = False
    """the sub-stream, where there is one: for tiles of a grid"""
    hevc: bool = False
    """the browser plays H.265; without it such a camera comes as its H.264 sub-stream, or encoded anew and small"""


class LiveSource(Protocol):
    """Where live pictures come from: the vision worker that holds the camera."""

    def open(self, wish: Wish, address: str) -> AbstractAsyncContextManager[AsyncIterator[Piece]]:
        """Pieces from the newest keyframe on; `address` is the worker's, as `CameraStatus.live_at` tells it.

        Raises:
            CameraUnavailable: the camera gives no picture, or not for live view; while iterating too.
            Outage: the worker does not answer, or no longer holds the camera.
        """
        ...
