"""Packets in, pieces of fragmented MP4 out: an `Init` whenever the player must begin anew, a `Fragment` per picture."""

from collections.abc import Sequence
from typing import Literal

from contracts.packets import EncodedPacket, Fragment, Init, Piece, StreamHeader
from hub.camera_sim.bitstream import nal_units, parameter_sets
from hub.packets import fmp4
from hub.packets.timeline import Timeline

Codec = Literal["h264", "hevc"]
CODECS: dict[str, Codec] = {"h264": "h264", "hevc": "hevc"}
"""what can be laid out as MP4 for a browser, by FFmpeg's name"""


class Muxer:
    """The layout of one stream, over all its connections. Not thread-safe."""

    def __init__(self) -> None:
        self._header: StreamHeader | None = None
        self._length_bytes = 0
        self._announced: tuple[bytes, ...] = ()
        self._sets: tuple[bytes, ...] = ()
        self._timeline = Timeline()
        self._number = 0
        self._last: EncodedPacket | None = None
        self._init: Init | None = None
        self._waits = True
        """for a keyframe: what comes before it would be decoded against pictures of another connection"""

    def mux(self, packet: EncodedPacket) -> tuple[Piece, ...]:
        """What the player is sent for this packet: nothing before a connection's first keyframe.

        Raises:
            ValueError: a codec that is not in `CODECS`.
        """
        if packet.header is not self._header:
            self._begin(packet)
        codec = CODECS.get(packet.header.codec)
        if codec is None:
            raise ValueError(f"{packet.header.codec} does not go into MP4 for a browser")
        sets, picture = _sorted_out(codec, nal_units(packet.data, self._length_bytes))
        begun = self._renewed(codec, sets, packet) if packet.is_key else ()
        self._last, self._waits = packet, self._waits and not packet.is_key
        if self._init is None or self._waits or not picture:
            return begun
        self._timeline, times = self._timeline.step(packet.stream_s)
        self._number += 1
        return (*begun, Fragment(fmp4.fragment(self._number, times, picture, is_key=packet.is_key), packet.is_key))

    def _begin(self, packet: EncodedPacket) -> None:
        """A connection's first packet: time goes on where the one before ended."""
        self._header, self._waits = packet.header, True
        if self._last is not None:
            passed = packet.arrived_at - self._last.arrived_at
            self._timeline = self._timeline.after_break(packet.stream_s, passed.total_seconds())
        codec = CODECS.get(packet.header.codec)
        announced: list[bytes] = []
        self._length_bytes = 0
        if codec is not None and packet.header.extradata:
            self._length_bytes, announced = parameter_sets(codec, packet.header.extradata)
        self._announced = tuple(announced)

    def _renewed(self, codec: Codec, sets: Sequence[bytes], packet: EncodedPacket) -> tuple[Init, ...]:
        """A new init segment when the parameter sets of this keyframe are others than before."""
        now = _whole(codec, tuple(sets)) or _whole(codec, self._announced) or self._sets
        if not now or (now == self._sets and self._init is not None):
            return ()
        self._sets = now
        width, height = packet.header.width, packet.header.height
        data = fmp4.init_segment(codec, now, width, height)
        self._init = Init(fmp4.codec_string(codec, now), width, height, data)
        return (self._init,)


def _kind(codec: Codec, nal: bytes) -> int:
    return nal[0] & 31 if codec == "h264" else nal[0] >> 1 & 63


_SETS: dict[Codec, frozenset[int]] = {"h264": frozenset({7, 8}), "hevc": frozenset({32, 33, 34})}
_DELIMITERS: dict[Codec, frozenset[int]] = {"h264": frozenset({9, 12}), "hevc": frozenset({35, 38})}
"""access unit delimiters and filler: of no use in a file"""


def _sorted_out(codec: Codec, nals: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Parameter sets, and the rest of the picture."""
    sets = [nal for nal in nals if nal and _kind(codec, nal) in _SETS[codec]]
    rest = _SETS[codec] | _DELIMITERS[codec]
    return sets, [nal for nal in nals if nal and _kind(codec, nal) not in rest]


def _whole(codec: Codec, sets: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The sets when every kind is among them, once each; else nothing."""
    kinds = {_kind(codec, nal) for nal in sets if nal}
    return tuple(dict.fromkeys(sets)) if kinds >= _SETS[codec] else ()
