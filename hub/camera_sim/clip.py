"""A recorded file as RTP packets, laid out once and shared by every camera that shows it."""

import base64
from dataclasses import dataclass
from pathlib import Path

import av

from contracts.errors import ConfigurationError
from hub.camera_sim.bitstream import nal_units, parameter_sets
from hub.camera_sim.rtp import CLOCK_HZ, PAYLOAD_TYPE, Codec, Layout, layout

_CODECS: dict[str, Codec] = {"h264": "h264", "hevc": "hevc"}


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One picture on the wire."""

    packets: Layout
    is_keyframe: bool
    timestamp: int
    """90 kHz ticks from the start of the clip"""


@dataclass(frozen=True, slots=True)
class Clip:
    """A loop of pictures; it begins with a keyframe, so its seam is a keyframe like any other."""

    codec: Codec
    width: int
    height: int
    units: tuple[AccessUnit, ...]
    ticks: int
    """length in 90 kHz ticks"""
    parameter_sets: tuple[bytes, ...]

    @property
    def picture_s(self) -> float:
        """Seconds from one picture to the next."""
        return self.ticks / CLOCK_HZ / len(self.units)

    @classmethod
    def load(cls, path: Path) -> "Clip":
        """Read a file with an H.264 or H.265 stream; nothing is decoded.

        Raises:
            ConfigurationError: not there, not a video, or another codec.
        """
        try:
            with av.open(str(path)) as container:
                return _read(path, container)
        except (OSError, av.FFmpegError) as problem:
            hint = "an MP4, MKV or raw file with H.264 or H.265 video; `hub assets` makes two"
            raise ConfigurationError(f"no video to serve: {problem.strerror}", where=str(path), hint=hint) from None

    def sdp(self, name: str, *, lying: bool = False) -> str:
        """The session description (RFC 4566) that DESCRIBE answers with; `lying` names the other codec."""
        if lying:
            return _sdp(
                name, ("m=video 0 RTP/AVP 96", f"a=rtpmap:96 {'H264' if self.codec == 'hevc' else 'H265'}/90000")
            )
        encoded = [base64.b64encode(nal).decode() for nal in self.parameter_sets]
        if self.codec == "hevc":
            kinds = {nal[0] >> 1 & 63: text for nal, text in zip(self.parameter_sets, encoded, strict=True)}
            fmtp = f"sprop-vps={kinds[32]};sprop-sps={kinds[33]};sprop-pps={kinds[34]}"
        else:
            sps = next(nal for nal in self.parameter_sets if nal[0] & 31 == 7)
            fmtp = f"packetization-mode=1;profile-level-id={sps[1:4].hex()};sprop-parameter-sets={','.join(encoded)}"
        encoding = "H265" if self.codec == "hevc" else "H264"
        return _sdp(name, (
            f"m=video 0 RTP/AVP {PAYLOAD_TYPE}", f"a=rtpmap:{PAYLOAD_TYPE} {encoding}/{CLOCK_HZ}",
            f"a=fmtp:{PAYLOAD_TYPE} {fmtp}",
        ))  # fmt: skip

    def sdp_of_sound(self, name: str) -> str:
        """A session of G.711 sound alone."""
        return _sdp(name, ("m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000"))


def _sdp(name: str, media: tuple[str, ...]) -> str:
    head = ("v=0", "o=- 1 1 IN IP4 0.0.0.0", f"s={name}", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*")
    return "\r\n".join((*head, *media, "a=control:trackID=0", ""))


def _read(path: Path, container: av.container.InputContainer) -> Clip:
    stream = next(iter(container.streams.video), None)
    codec = _CODECS.get(stream.codec_context.name) if stream else None
    if stream is None or codec is None or stream.time_base is None:
        raise ConfigurationError("no H.264 or H.265 video", where=str(path), hint="encode it as one of them")
    length_bytes, sets = parameter_sets(codec, bytes(stream.codec_context.extradata or b""))
    fps = stream.average_rate or 25
    units: list[AccessUnit] = []
    first: int | None = None
    for packet in container.demux(stream):
        if not packet.size or (first is None and not packet.is_keyframe):
            continue
        nals = nal_units(bytes(packet), length_bytes)
        if packet.is_keyframe:  # every keyframe carries its parameter sets, as cameras send them
            nals = sets + [nal for nal in nals if nal not in sets]
        pts = packet.pts if packet.pts is not None else round(len(units) / (fps * stream.time_base))
        first = pts if first is None else first
        ticks = round((pts - first) * stream.time_base * CLOCK_HZ)
        units.append(AccessUnit(layout(nals, codec), packet.is_keyframe, ticks))
    if not units:
        raise ConfigurationError("no keyframe", where=str(path), hint="encode it as H.264 or H.265")
    size = stream.codec_context.width, stream.codec_context.height
    return Clip(codec, *size, tuple(units), round(len(units) * CLOCK_HZ / fps), tuple(sets))
