"""Packets become one MP4 file: remuxed as they came, or drawn anew where something in them may not be seen."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import av

from contracts.cameras import Zone
from contracts.packets import EncodedPacket, Init
from hub.packets.muxer import CODECS, Muxer
from hub.packets.redrawing import Redrawer, redrawn

WIDTH, FPS, QUALITY = 1920, 30.0, 23
"""of films drawn anew: as sharp as the camera's own"""


def cut(packets: Sequence[EncodedPacket], masks: Sequence[Zone], moment: datetime) -> bytes | None:
    """An MP4; None when nothing of it can be shown. Blocks; with masks, for seconds.

    A camera that changed its stream meanwhile gives the part in which `moment` lies.
    """
    part = _part_of(packets, moment)
    if part and (masks or part[0].header.codec not in CODECS):
        part = redrawn(part, Redrawer(masks, max_width=WIDTH, max_fps=FPS, quality=QUALITY))
    pieces = _pieces(part)
    return _remuxed(pieces) if pieces else None


def _part_of(packets: Sequence[EncodedPacket], moment: datetime) -> list[EncodedPacket]:
    """The run of one kind of stream in which the moment lies; the first one when all came after it."""
    runs = [list(run) for _, run in itertools.groupby(packets, key=_kind)]
    begun = [run for run in runs if run[0].arrived_at <= moment]
    return begun[-1] if begun else next(iter(runs), [])


def _kind(packet: EncodedPacket) -> tuple[object, ...]:
    header = packet.header
    return header.codec, header.is_sub, header.width, header.height


def _pieces(packets: Sequence[EncodedPacket]) -> bytes:
    muxer, found = Muxer(), list[bytes]()
    for packet in packets:
        for piece in muxer.mux(packet):
            if isinstance(piece, Init) and found:
                return b"".join(found)  # other parameter sets: one file holds one kind of picture
            found.append(piece.data)
    return b"".join(found)


def _remuxed(fragments: bytes) -> bytes:
    """The same samples with one index, so that any player seeks in it."""
    film = BytesIO()
    with av.open(BytesIO(fragments), "r") as source, av.open(film, "w", format="mp4") as target:
        read = source.streams.video[0]
        written = target.add_stream_from_template(read)
        if read.codec_context.name == "hevc":
            written.codec_context.codec_tag = "hvc1"
        for packet in source.demux(read):
            if packet.size:
                packet.stream = written
                target.mux(packet)
    return film.getvalue()
