"""A copy of every packet, still encoded, for those who keep and relay them (evidence clips, live view)."""

from datetime import datetime

from contracts.packets import EncodedPacket
from ingest.link import Link
from ingest.source import Unit


class Tap:
    """Hands packets to `link.on_packet`; copies nothing while nobody listens."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def pass_on(self, unit: Unit, stream_s: float) -> datetime:
        """Called for every packet; returns when it arrived."""
        link = self._link
        arrived_at = link.clock()
        if link.on_packet is not None:
            packet = unit.packet
            link.on_packet(EncodedPacket(unit.header, bytes(packet), stream_s, arrived_at, packet.is_keyframe))
        return arrived_at
