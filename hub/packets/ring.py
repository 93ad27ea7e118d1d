"""The last seconds of one camera, still encoded: bounded in bytes and seconds, always beginning with a keyframe."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from contracts.packets import EncodedPacket

Listener = Callable[[EncodedPacket], None]
"""Called on the camera's thread; must not block."""


class PacketRing:
    """Fed by the camera's thread, read by anyone.

    What falls off falls off by whole groups of pictures, so that what is kept can be decoded from its first packet.
    The group that is arriving is kept whatever its age: it is what a new viewer begins with. When it alone passes
    `max_bytes` (no keyframe comes), all is dropped and the ring waits for the next keyframe.
    """

    def __init__(self, *, keep: timedelta, max_bytes: int) -> None:
        self._keep, self._max_bytes = keep, max_bytes
        self._lock = threading.Lock()
        self._groups: deque[list[EncodedPacket]] = deque()
        self._sizes: deque[int] = deque()
        self._held: dict[str, datetime] = {}
        self._listeners: tuple[Listener, ...] = ()
        self.overflows = 0
        """groups of pictures that fell off because of their bytes while somebody still wanted them"""

    def put(self, packet: EncodedPacket) -> None:
        """The next packet; on the camera's thread, never waits for a reader."""
        with self._lock:
            self._append(packet)
            listeners = self._listeners
        for listener in listeners:
            listener(packet)

    def hold(self, name: str, since: datetime | None) -> None:
        """Keep what arrived from `since` on for the reader called `name`; None lets it go. The bytes stay bounded."""
        with self._lock:
            if since is None:
                self._held.pop(name, None)
            else:
                self._held[name] = since

    def slice(self, since: datetime, until: datetime) -> tuple[EncodedPacket, ...]:
        """Packets of one connection that arrived in [since, until], with the group before `since` that they need."""
        with self._lock:
            groups = list(self._groups)
        first = max((at for at, group in enumerate(groups) if group[0].arrived_at <= since), default=0)
        return tuple(packet for group in groups[first:] for packet in group if packet.arrived_at <= until)

    def join(self, listener: Listener) -> tuple[EncodedPacket, ...]:
        """Hear every packet from now on; returns the group that is arriving, which leads up to them without a gap."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
            return tuple(self._groups[-1]) if self._groups else ()

    def leave(self, listener: Listener) -> None:
        """Hear no more."""
        with self._lock:
            self._listeners = tuple(one for one in self._listeners if one != listener)

    def group(self) -> tuple[EncodedPacket, ...]:
        """The group of pictures that is arriving; empty before the first keyframe."""
        with self._lock:
            return tuple(self._groups[-1]) if self._groups else ()

    @property
    def size_bytes(self) -> int:
        """Bytes kept."""
        with self._lock:
            return sum(self._sizes)

    @property
    def newest(self) -> EncodedPacket | None:
        """The last packet that came."""
        with self._lock:
            return self._groups[-1][-1] if self._groups else None

    def _append(self, packet: EncodedPacket) -> None:
        if packet.is_key:
            self._groups.append([])
            self._sizes.append(0)
        elif not self._groups or self._groups[-1][-1].header is not packet.header:
            return  # nothing can be decoded before the connection's first keyframe
        self._groups[-1].append(packet)
        self._sizes[-1] += len(packet.data)
        self._trim(packet.arrived_at)

    def _trim(self, now: datetime) -> None:
        wanted = min((*self._held.values(), now - self._keep))
        while len(self._groups) > 1 and self._groups[1][0].arrived_at <= wanted:
            self._drop_oldest()
        while self._groups and sum(self._sizes) > self._max_bytes:
            self.overflows += self._groups[0][-1].arrived_at >= wanted
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._groups.popleft()
        self._sizes.popleft()


def total_bytes(packets: Sequence[EncodedPacket]) -> int:
    """Of their data."""
    return sum(len(packet.data) for packet in packets)
