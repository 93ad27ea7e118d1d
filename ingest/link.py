"""What a camera's thread and the event loop share: wishes one way, pictures and counters the other."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.cameras import Zone
from contracts.frames import Frame
from contracts.packets import EncodedPacket
from ingest.cadence import Mode


@dataclass(slots=True)
class Counters:
    """Counts since the worker started; written by the camera's thread, read by anyone."""

    packets: int = 0
    decoded: int = 0
    delivered: int = 0
    corrupt: int = 0
    spared: int = 0
    """packets of full decoding that were not decoded, because the detectors have no time for more than keyframes"""
    gated: int = 0
    """pictures in which nothing moved and no look was due"""
    ungated: int = 0
    """looks at pictures in which nothing moved, because one was due"""


@dataclass(slots=True)
class StreamFacts:
    """What the stream has shown of itself so far."""

    client: str = ""
    """which RTSP client the stream comes by: own, ffmpeg"""
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    gop_s: float | None = None
    measured: bool = False
    """`fps` was counted, not only announced"""
    kbit_s: int | None = None
    skew_s: float | None = None
    """how far the camera's own clock is ahead of ours; None: it does not tell its time"""
    clockless: bool = False
    """the stream has no timestamps, or they stand still: arrival times are taken"""
    moved_at: datetime | None = None
    """when something last moved"""
    keys_only: bool = False
    """only keyframes are decoded now, whatever the mode"""
    fallback: bool = False
    """keyframes are too far apart: everything is decoded although only keyframes were asked for"""


@dataclass(slots=True)
class Link:
    """One connection to a camera, as both sides see it. Every field has one writer, named here.

    The loop writes `mode`, `look_every_s` and `spacing_s` and sets `stopping`; the camera's thread writes the rest and
    calls `deliver` and `on_packet`.
    """

    camera_id: str
    url: str
    """with `${NAME}` references; resolved only inside the decoder"""
    clock: Callable[[], datetime]
    deliver: Callable[[Frame], None]
    mode: Mode = "keyframes"
    look_every_s: float = 4.0
    """a look at a still picture is due after so long: nothing that stands or lies is gated away for longer"""
    spacing_s: float = 0.0
    """how often the detectors find time for a picture; full decoding becomes keyframes where those come as often"""
    pictures: bool = True
    """False: nothing is decoded, packets are only passed on"""
    is_sub: bool = False
    masks: tuple[Zone, ...] = ()
    """blanked before a picture leaves the camera's thread"""
    on_packet: Callable[[EncodedPacket], None] | None = None
    """called on the camera's thread for every packet; must not block"""
    max_fps: float = 8.0
    max_width: int | None = None
    """pictures wider than this are scaled down while they are converted; None: as the camera sends them"""
    stopping: threading.Event = field(default_factory=threading.Event)
    counters: Counters = field(default_factory=Counters)
    facts: StreamFacts = field(default_factory=StreamFacts)
    first_frame_at: datetime | None = None
    is_watched: Callable[[], bool] = lambda: False
    """whether somebody looks at its packets now; asked on the camera's thread, some times a second"""

    def gathers(self) -> bool:
        """Whether only keyframes are decoded and nobody watches: packets may come in handfuls."""
        return self.pictures and self.mode == "keyframes" and self.facts.keys_only and not self.is_watched()
