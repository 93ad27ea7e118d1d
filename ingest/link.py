"""What a camera's thread and the event loop share: wishes one way, pictures and counters the other."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.frames import Frame
from ingest.cadence import Mode


@dataclass(slots=True)
class Counters:
    """Counts since the worker started; written by the camera's thread, read by anyone."""

    packets: int = 0
    decoded: int = 0
    delivered: int = 0
    corrupt: int = 0


@dataclass(slots=True)
class StreamFacts:
    """What the stream has shown of itself so far."""

    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    gop_s: float | None = None
    measured: bool = False
    """`fps` was counted, not only announced"""
    fallback: bool = False
    """keyframes are too far apart: everything is decoded although only keyframes were asked for"""


@dataclass(slots=True)
class Link:
    """One connection to a camera, as both sides see it. Every field has one writer, named here.

    The loop writes `mode` and sets `stopping`; the camera's thread writes the rest and calls `deliver`.
    """

    camera_id: str
    url: str
    """with `${NAME}` references; resolved only inside the decoder"""
    clock: Callable[[], datetime]
    deliver: Callable[[Frame], None]
    mode: Mode = "keyframes"
    max_fps: float = 8.0
    max_width: int | None = None
    """pictures wider than this are scaled down while they are converted; None: as the camera sends them"""
    stopping: threading.Event = field(default_factory=threading.Event)
    counters: Counters = field(default_factory=Counters)
    facts: StreamFacts = field(default_factory=StreamFacts)
    first_frame_at: datetime | None = None
