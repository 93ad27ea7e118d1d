"""RTP as a camera sends it, laid out by the simulator's own code: an independent other side."""

import struct
from collections.abc import Iterable, Sequence

from hub.camera_sim.rtp import Codec, fragments
from ingest.rtsp_client.access_units import AccessUnit, Assembler
from ingest.rtsp_client.sdp import Track

PAYLOAD_TYPE = 96
START = b"\0\0\0\1"
SLICE = {"h264": b"\x41", "hevc": b"\x02\x01"}
KEY = {"h264": b"\x65", "hevc": b"\x26\x01"}
SPS = {"h264": b"\x67", "hevc": b"\x42\x01"}


def track(codec: Codec = "h264", **changed: object) -> Track:
    facts: dict[str, object] = {"payload_type": PAYLOAD_TYPE, "clock_hz": 90_000, "session_url": "s", "url": "u"}
    return Track(codec, **(facts | changed))


def rtp(payload: bytes, number: int, stamp: int, *, marker: bool = False, payload_type: int = PAYLOAD_TYPE) -> bytes:
    return struct.pack("!BBHII", 0x80, marker << 7 | payload_type, number & 0xFFFF, stamp & 0xFFFFFFFF, 7) + payload


def sent(
    pictures: Iterable[Sequence[bytes]],
    codec: Codec,
    *,
    limit: int = 40,
    first: int = 65_530,
    start: int = 2**32 - 4000,
) -> list[bytes]:
    """The packets of some pictures, each a list of NAL units: numbers and timestamps wrap on the way."""
    out: list[bytes] = []
    for count, nals in enumerate(pictures):
        payloads = [payload for nal in nals for payload in fragments(nal, codec, limit)]
        for at, payload in enumerate(payloads):
            last = at == len(payloads) - 1
            out.append(rtp(payload, first + len(out), start + 3600 * count, marker=last))
    return out


def assembled(packets: Iterable[bytes], codec: Codec = "h264", *, end: bool = False) -> list[AccessUnit]:
    """What comes of them; `end`: and of one more packet, which shows that the last picture is complete."""
    assembler, ready = Assembler(track(codec)), list[AccessUnit]()
    for packet in packets:
        assembler.take(memoryview(bytearray(packet)), ready)
    if end:
        number, stamp = struct.unpack_from("!HI", packet, 2)
        assembler.take(memoryview(rtp(SLICE[codec] + b"\x80", number + 1, stamp + 1)), ready)
    return ready


def annex_b(nals: Iterable[bytes]) -> bytes:
    return b"".join(START + nal for nal in nals)
