"""Pictures that may not leave as they came: decoded, masked, scaled, encoded anew as H.264. Blocks; one per thread."""

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from contracts.cameras import Zone
from contracts.packets import EncodedPacket, StreamHeader
from ingest.blanking import Blanks
from ingest.source import decoder_of

TICKS = 90_000


class Redrawer:
    """Packets of one camera in, packets of H.264 out; the masked pixels are black before the encoder sees them.

    `max_fps` and `max_width` keep it cheap; a keyframe comes every second, so that nobody waits longer for one.
    """

    def __init__(self, masks: Sequence[Zone], *, max_width: int, max_fps: float, quality: int = 26) -> None:
        """`quality`: x264's constant rate factor, 18 fine … 32 coarse."""
        self._blanks = Blanks(masks)
        self._max_width, self._max_fps, self._quality = max_width, max_fps, quality
        self._header: StreamHeader | None = None
        self._out: StreamHeader | None = None
        self._decoder: VideoCodecContext | None = None
        self._encoder: VideoCodecContext | None = None
        self._due_s = -math.inf

    def feed(self, packet: EncodedPacket) -> list[EncodedPacket]:
        """What comes of one packet: nothing, where it cannot be decoded or more pictures come than are wanted."""
        if packet.header is not self._header:
            self._header, self._decoder, self._due_s = packet.header, decoder_of(packet.header), -math.inf
        assert self._decoder is not None
        encoded = av.Packet(packet.data)
        encoded.pts, encoded.time_base = round(packet.stream_s * TICKS), Fraction(1, TICKS)
        try:
            pictures = self._decoder.decode(encoded)
        except av.error.InvalidDataError:
            return []
        return [out for picture in pictures for out in self._redraw(picture, packet)]

    def _redraw(self, picture: VideoFrame, packet: EncodedPacket) -> Iterator[EncodedPacket]:
        at_s = picture.pts / TICKS if picture.pts is not None else packet.stream_s
        if at_s < self._due_s or picture.is_corrupt:
            return
        # Counted on from what was due, so that 25 pictures a second are thinned to 12.5 and not to 8.3.
        self._due_s = max(self._due_s + 1 / self._max_fps, at_s)
        width, height = _even_size(picture.width, picture.height, self._max_width)
        bgr = picture.reformat(width=width, height=height, format="bgr24", threads=1).to_ndarray()
        image = np.asarray(bgr, np.uint8)
        self._blanks.blank(image)
        drawn = VideoFrame.from_ndarray(image, format="bgr24")
        drawn.pts, drawn.time_base = round(at_s * TICKS), Fraction(1, TICKS)
        encoder = self._encoder_for(width, height, packet.header)
        for out in encoder.encode(drawn.reformat(format="yuv420p", threads=1)):
            assert self._out is not None
            shown_s = float(out.pts * out.time_base) if out.pts is not None and out.time_base else at_s
            yield EncodedPacket(self._out, bytes(out), shown_s, packet.arrived_at, out.is_keyframe)

    def _encoder_for(self, width: int, height: int, header: StreamHeader) -> VideoCodecContext:
        encoder = self._encoder
        if encoder is None or (encoder.width, encoder.height) != (width, height):
            encoder = _encoder_of(width, height, self._max_fps, self._quality)
            self._encoder = encoder
            self._out = StreamHeader("h264", b"", width, height, header.is_sub)
        return encoder


def redrawn(packets: Iterable[EncodedPacket], redrawer: Redrawer) -> list[EncodedPacket]:
    """All of them, in one go."""
    return [out for packet in packets for out in redrawer.feed(packet)]


def _encoder_of(width: int, height: int, fps: float, quality: int) -> VideoCodecContext:
    encoder = VideoCodecContext.create("libx264", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, TICKS), Fraction(round(fps * 2), 2)
    encoder.thread_count, encoder.gop_size = 1, max(1, round(fps))
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": str(quality)}
    return encoder


def _even_size(width: int, height: int, most: int) -> tuple[int, int]:
    if width > most:
        width, height = most, round(height * most / width)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)
