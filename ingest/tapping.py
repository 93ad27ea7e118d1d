"""A copy of every packet, still encoded, for those who keep and relay them (evidence clips, live view)."""

from datetime import datetime

from av.packet import Packet
from av.video.stream import VideoStream

from contracts.packets import EncodedPacket, StreamHeader
from ingest.link import Link


class Tap:
    """Hands packets to `link.on_packet`; copies nothing while nobody listens."""

    def __init__(self, link: Link, stream: VideoStream) -> None:
        self._link = link
        codec = stream.codec_context
        extradata = bytes(codec.extradata or b"")
        self._header = StreamHeader(codec.name, extradata, codec.width, codec.height, link.is_sub)

    def pass_on(self, packet: "Packet[VideoStream]", stream_s: float) -> datetime:
        """Called for every packet; returns when it arrived."""
        arrived_at = self._link.clock()
        if self._link.on_packet is not None:
            if packet.has_sidedata("new_extradata"):
                self._header = self._changed(bytes(packet.get_sidedata("new_extradata")))
            self._link.on_packet(EncodedPacket(self._header, bytes(packet), stream_s, arrived_at, packet.is_keyframe))
        return arrived_at

    def _changed(self, extradata: bytes) -> StreamHeader:
        facts = self._link.facts
        return StreamHeader(self._header.codec, extradata, facts.width, facts.height, self._header.is_sub)
