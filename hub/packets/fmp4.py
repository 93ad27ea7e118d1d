"""Fragmented MP4 by hand: an init segment, then one moof + mdat per picture, with no muxer that holds one back. Pure.

Source: ISO/IEC 14496-12 (boxes), 14496-15 (avcC, hvcC), RFC 6381 (codec strings). FFmpeg's own `frag_every_frame`
keeps each picture until the next one has come, which costs 40 ms at 25 pictures a second.
"""

import struct
from collections.abc import Sequence

from hub.packets.timeline import TIMESCALE, Times

_MATRIX = struct.pack("!9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SYNC, _NON_SYNC = 0x02000000, 0x01010000
_HEVC_KINDS = (32, 33, 34)


def init_segment(codec: str, sets: Sequence[bytes], width: int, height: int) -> bytes:
    """`ftyp` and `moov` for one video track. `sets`: its parameter sets without start codes."""
    tkhd = _box(b"tkhd", struct.pack("!IIIIII8xHHHH", 3, 0, 0, 1, 0, 0, 0, 0, 0, 0), _MATRIX,
                struct.pack("!II", width << 16, height << 16))  # fmt: skip
    mdhd = _box(b"mdhd", struct.pack("!IIIIIHH", 0, 0, 0, TIMESCALE, 0, 0x55C4, 0))
    hdlr = _box(b"hdlr", struct.pack("!II4s12x", 0, 0, b"vide"), b"camera\0")
    dinf = _box(b"dinf", _box(b"dref", struct.pack("!II", 0, 1), _box(b"url ", struct.pack("!I", 1))))
    empty = [_box(name, struct.pack("!II", 0, 0)) for name in (b"stts", b"stsc", b"stco")]
    stbl = _box(b"stbl", _box(b"stsd", struct.pack("!II", 0, 1), _entry(codec, sets, width, height)), *empty,
                _box(b"stsz", struct.pack("!III", 0, 0, 0)))  # fmt: skip
    minf = _box(b"minf", _box(b"vmhd", struct.pack("!I8x", 1)), dinf, stbl)
    trak = _box(b"trak", tkhd, _box(b"mdia", mdhd, hdlr, minf))
    mvhd = _box(b"mvhd", struct.pack("!IIIIIIH10x", 0, 0, 0, TIMESCALE, 0, 0x10000, 0x100), _MATRIX,
                struct.pack("!24xI", 2))  # fmt: skip
    mvex = _box(b"mvex", _box(b"trex", struct.pack("!IIIIII", 0, 1, 1, 0, 0, 0)))
    ftyp = _box(b"ftyp", b"iso6", struct.pack("!I", 0), b"iso6isommp41")
    return ftyp + _box(b"moov", mvhd, trak, mvex)


def fragment(number: int, times: Times, nals: Sequence[bytes], *, is_key: bool) -> bytes:
    """One picture as `moof` + `mdat`; NAL units are prefixed with their length."""
    size = sum(4 + len(nal) for nal in nals)
    mfhd = struct.pack("!I4sII", 16, b"mfhd", 0, number)
    tfhd = struct.pack("!I4sII", 16, b"tfhd", 0x020000, 1)
    tfdt = struct.pack("!I4sIQ", 20, b"tfdt", 0x01000000, times.decode)
    moof_bytes = 8 + len(mfhd) + 8 + len(tfhd) + len(tfdt) + 36
    trun = struct.pack("!I4sIIiIIIi", 36, b"trun", 0x01000F01, 1, moof_bytes + 8, times.duration, size,
                       _SYNC if is_key else _NON_SYNC, times.offset)  # fmt: skip
    head = struct.pack("!I4s", moof_bytes, b"moof") + mfhd
    head += struct.pack("!I4s", moof_bytes - 8 - len(mfhd), b"traf") + tfhd + tfdt + trun
    parts = [head, struct.pack("!I4s", size + 8, b"mdat")]
    for nal in nals:
        parts += (struct.pack("!I", len(nal)), nal)
    return b"".join(parts)


def codec_string(codec: str, sets: Sequence[bytes]) -> str:
    """As browsers are asked: `avc1.640028`, `hvc1.1.6.L93.B0`."""
    if codec == "h264":
        return f"avc1.{_sps(sets)[1:4].hex()}"
    space_tier, compatible, constraints, level = _profile(sets)
    backwards = int(f"{compatible:032b}"[::-1], 2)
    tail = constraints.rstrip(b"\0")
    return (
        f"hvc1.{('', 'A', 'B', 'C')[space_tier >> 6]}{space_tier & 31}.{backwards:X}."
        f"{'H' if space_tier & 32 else 'L'}{level}" + "".join(f".{byte:X}" for byte in tail)
    )


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("!I4s", 8 + len(body), name) + body


def _entry(codec: str, sets: Sequence[bytes], width: int, height: int) -> bytes:
    name, config = (b"avc1", _avcc(sets)) if codec == "h264" else (b"hvc1", _hvcc(sets))
    visual = struct.pack("!6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1)
    return _box(name, visual, config)


def _sps(sets: Sequence[bytes]) -> bytes:
    return next(nal for nal in sets if nal[0] & 31 == 7)


def _avcc(sets: Sequence[bytes]) -> bytes:
    sps = _sps(sets)
    pps = [nal for nal in sets if nal[0] & 31 == 8]
    counted = b"".join(struct.pack("!H", len(nal)) + nal for nal in pps)
    head = bytes((1, *sps[1:4], 0xFF, 0xE1)) + struct.pack("!H", len(sps)) + sps
    return _box(b"avcC", head, bytes((len(pps),)), counted)


def _profile(sets: Sequence[bytes]) -> tuple[int, int, bytes, int]:
    """Profile space, tier and profile in one byte; compatibility flags; constraints; level: 14496-15 §8.3.3.1.2."""
    sps = next(nal for nal in sets if nal[0] >> 1 & 63 == 33)
    plain = sps.replace(b"\0\0\3", b"\0\0")
    return plain[3], int.from_bytes(plain[4:8], "big"), plain[8:14], plain[14]


def _hvcc(sets: Sequence[bytes]) -> bytes:
    """Chroma and bit depth are what the profile says (Main 10: ten bits); decoders read them from the SPS itself."""
    space_tier, compatible, constraints, level = _profile(sets)
    depth = 2 if space_tier & 31 == 2 else 0
    head = struct.pack("!BBI", 1, space_tier, compatible) + constraints
    head += struct.pack("!BHBBBBHB", level, 0xF000, 0xFC, 0xFD, 0xF8 | depth, 0xF8 | depth, 0, 0x0F)
    arrays = []
    for kind in _HEVC_KINDS:
        nals = [nal for nal in sets if nal[0] >> 1 & 63 == kind]
        units = b"".join(struct.pack("!H", len(nal)) + nal for nal in nals)
        arrays.append(struct.pack("!BH", 0x80 | kind, len(nals)) + units)
    return _box(b"hvcC", head, bytes((len(arrays),)), *arrays)
