"""A session description (RFC 8866) read for the one thing wanted of it: its first video stream. Pure."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Literal

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp_client.unsupported import Unsupported

Codec = Literal["h264", "hevc"]
_CODECS: dict[str, Codec] = {"H264": "h264", "H265": "hevc", "HEVC": "hevc"}
_SETS: dict[Codec, tuple[str, ...]] = {
    "h264": ("sprop-parameter-sets",),
    "hevc": ("sprop-vps", "sprop-sps", "sprop-pps"),
}


@dataclass(frozen=True, slots=True)
class Track:
    """A video stream as the camera announces it."""

    codec: Codec
    payload_type: int
    clock_hz: int
    session_url: str
    """what PLAY names"""
    url: str
    """what SETUP names"""
    sets: tuple[bytes, ...] = ()
    """parameter sets without start codes; cameras may send them only in the stream"""
    fps: float | None = None


def track_of(text: str, base_url: str) -> Track:
    """The first video stream; `base_url` is the Content-Base, or what was asked for.

    Raises:
        CameraUnavailable: NO_VIDEO.
        Unsupported: a codec or transport that is not for this client.
    """
    session, media = _sections(text)
    video = next((lines for lines in media if lines[0].startswith("m=video")), None)
    if video is None:
        if not media:
            raise Unsupported("its session description cannot be read")
        raise CameraUnavailable(CameraFault.NO_VIDEO)
    words = video[0].split()
    if len(words) < 4 or words[2].upper() not in {"RTP/AVP", "RTP/AVP/TCP", "RTP/AVPF"} or not words[3].isdigit():
        raise Unsupported("its video does not come as plain RTP")
    payload_type = int(words[3])
    codec, clock_hz = _encoding(video, payload_type)
    parameters = _parameters(video, payload_type)
    if parameters.get("packetization-mode") == "2" or parameters.get("sprop-max-don-diff", "0") != "0":
        raise Unsupported("its packets are interleaved")
    session_url = joined(base_url, _attribute(session, "control") or "*")
    own_url = joined(base_url, _attribute(video, "control") or "*")
    rate = _attribute(video, "framerate")
    fps = float(rate) if re.fullmatch(r"\d{1,3}(\.\d+)?", rate) and float(rate) else None
    return Track(codec, payload_type, clock_hz, session_url, own_url, _sets(codec, parameters), fps)


def joined(base: str, control: str) -> str:
    """A control URL against its base: by text, as cameras mean it (a query stays inside), not by RFC 3986."""
    if control == "*":
        return base
    if re.match(r"(?i)rtsps?://", control):
        return control
    return base.rstrip("/") + "/" + control.lstrip("/")


def _sections(text: str) -> tuple[list[str], list[list[str]]]:
    sections: list[list[str]] = [[]]
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("m="):
            sections.append([])
        sections[-1].append(line)
    return sections[0], sections[1:]


def _attribute(lines: list[str], name: str) -> str:
    return next((line[len(name) + 3 :].strip() for line in lines if line.startswith(f"a={name}:")), "")


def _of_payload(lines: list[str], name: str, payload_type: int) -> str:
    start = f"a={name}:{payload_type} "
    return next((line[len(start) :] for line in lines if line.startswith(start)), "")


def _encoding(lines: list[str], payload_type: int) -> tuple[Codec, int]:
    name, _, rest = _of_payload(lines, "rtpmap", payload_type).strip().partition("/")
    codec, clock = _CODECS.get(name.strip().upper()), rest.partition("/")[0].strip()
    if codec is None:
        raise Unsupported("its video is neither H.264 nor H.265")
    return codec, int(clock) if clock.isascii() and clock.isdigit() and int(clock) else 90_000


def _parameters(lines: list[str], payload_type: int) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in _of_payload(lines, "fmtp", payload_type).split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _sets(codec: Codec, parameters: dict[str, str]) -> tuple[bytes, ...]:
    """Nothing where they cannot be read: what comes in the stream counts."""
    texts = [one for name in _SETS[codec] for one in parameters.get(name, "").split(",") if one]
    try:
        found = [base64.b64decode(text + "=" * (-len(text) % 4)) for text in texts]
    except (binascii.Error, ValueError):
        return ()
    return tuple(one for one in found if one)
