"""One access unit while it is put together from NAL units, and what those say of it. Pure."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from ingest.rtsp_client.sdp import Codec

START_CODE = b"\0\0\0\1"
Bytes = bytes | memoryview
_SEI_RECOVERY_POINT = 6


@dataclass(frozen=True, slots=True)
class Kinds:
    """The NAL unit types that matter, of one codec."""

    header_bytes: int
    pictures: range
    keys: range
    """random access: IDR, or any IRAP of H.265"""
    sets: range
    """parameter sets, the sequence's own at `sequence`"""
    sequence: int
    sei: int
    """-1 where keyframes are told by their type alone"""


KINDS: dict[Codec, Kinds] = {
    "h264": Kinds(1, range(1, 6), range(5, 6), range(7, 9), 7, 6),  # ITU-T H.264 table 7-1
    "hevc": Kinds(2, range(32), range(16, 24), range(32, 35), 33, -1),  # ITU-T H.265 table 7-1
}


def kind_of(codec: Codec, first_byte: int) -> int:
    """A NAL unit's type."""
    return first_byte & 31 if codec == "h264" else first_byte >> 1 & 63


def sequence_set(codec: Codec, sets: Iterable[bytes]) -> bytes:
    """The first sequence parameter set among them; empty when there is none."""
    wanted = KINDS[codec].sequence
    return next((one for one in sets if kind_of(codec, one[0]) == wanted), b"")


class Picture:
    """NAL units of one access unit, as they come."""

    def __init__(self, codec: Codec) -> None:
        self._kinds = KINDS[codec]
        self.data = bytearray()
        self._nals: list[tuple[int, int]] = []
        """kind, and where its start code stands"""
        self.shown = False
        """a slice of a picture is in it"""
        self.begins_midway = False
        """its first slice is not a picture's first"""

    def begin(self, kind: int, header: Bytes, rest: Bytes) -> None:
        """A NAL unit, or the first fragment of one: `header` is its one or two bytes."""
        self._nals.append((kind, len(self.data)))
        self.data += START_CODE
        self.data += header
        self.data += rest
        if not self.shown and kind in self._kinds.pictures:
            self.shown = True
            self.begins_midway = not (rest and rest[0] & 0x80)  # first_mb_in_slice 0; first_slice_segment_in_pic_flag

    def whole(self, nal: memoryview, kind: int) -> None:
        """A complete NAL unit."""
        size = self._kinds.header_bytes
        if len(nal) > size:
            self.begin(kind, nal[:size], nal[size:])

    def clear(self) -> None:
        """The next access unit begins; who has the data of this one keeps it."""
        self.data = bytearray()
        self._nals.clear()
        self.shown = self.begins_midway = False

    def is_key(self) -> bool:
        """Decoding may begin here."""
        kinds = self._kinds
        return any(kind in kinds.keys for kind, _ in self._nals) or any(
            kind == kinds.sei and _recovers(nal[kinds.header_bytes :]) for kind, nal in self._units({kinds.sei})
        )

    def sets(self) -> tuple[bytes, ...]:
        """The parameter sets in it, without start codes."""
        return tuple(nal for _, nal in self._units(self._kinds.sets))

    def _units(self, wanted: Container[int]) -> Iterator[tuple[int, bytes]]:
        for number, (kind, at) in enumerate(self._nals):
            if kind in wanted:
                end = self._nals[number + 1][1] if number + 1 < len(self._nals) else len(self.data)
                yield kind, bytes(self.data[at + len(START_CODE) : end])


def _recovers(sei: bytes) -> bool:
    """Whether a recovery point is among its messages: how cameras without IDR pictures mark where to begin."""
    at = 0
    while at + 2 < len(sei):
        kind = size = 0
        while at < len(sei) and sei[at] == 0xFF:
            kind, at = kind + 255, at + 1
        kind, at = kind + sei[at] if at < len(sei) else -1, at + 1
        if kind == _SEI_RECOVERY_POINT:
            return True
        while at < len(sei) and sei[at] == 0xFF:
            size, at = size + 255, at + 1
        at += 1 + size + (sei[at] if at < len(sei) else 0)
    return False
