"""Encoded packets out of a small clip, as a camera's thread would hand them on."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import av

from contracts.packets import EncodedPacket, StreamHeader

T0 = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def packets_of(path: Path, *, start: datetime = T0, annex_b: bool = False) -> list[EncodedPacket]:
    """Every packet of a file, arriving at the pace of its own clock; Annex B as RTSP gives it, or as in the file."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        codec, extradata = stream.codec_context, bytes(stream.codec_context.extradata or b"")
        bitstream = None
        if annex_b:
            bitstream = av.BitStreamFilterContext(f"{codec.name}_mp4toannexb", stream)
            extradata = b""
        header = StreamHeader(codec.name, extradata, codec.width, codec.height)
        found = []
        for packet in container.demux(stream):
            if not packet.size:
                continue
            is_key, stream_s = packet.is_keyframe, float(packet.pts * packet.time_base)
            data = b"".join(bytes(one) for one in bitstream.filter(packet)) if bitstream else bytes(packet)
            at = start + timedelta(seconds=len(found) / 10)
            found.append(EncodedPacket(header, data, stream_s, at, is_key))
        return found


def pictures_in(mp4: bytes) -> list[tuple[float, str]]:
    """(presentation time in seconds, digest of the picture) of every picture that decodes."""
    with av.open(BytesIO(mp4)) as container:
        return [
            (round(float(frame.pts * frame.time_base), 3), f"{frame.to_ndarray(format='gray').mean():.3f}")
            for frame in container.decode(video=0)
        ]
