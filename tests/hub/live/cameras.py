"""A camera of a test: its packets come from a small clip, at ten times its pace, for ever."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from contracts.cameras import Camera, Zone
from contracts.errors import CameraFault, CameraUnavailable
from contracts.packets import EncodedPacket, StreamHeader
from hub import clock
from ingest.link import Link
from tests.clips import make_clip
from tests.detectors.scenes import camera as plain_camera
from tests.hub.packets.encoded import packets_of

MASK = Zone(name="window", points=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))


def camera_with(*, sub: bool = False, masks: bool = False) -> Camera:
    urls = {"sub_url": "rtsp://sim/sub"} if sub else {}
    return plain_camera().model_copy(update={"url": "rtsp://sim/main", **urls, "masks": (MASK,) if masks else ()})


class Players:
    """Plays clips by URL, as `ingest.decoder.decode_camera` would deliver their packets."""

    def __init__(self, clips: dict[str, Path]) -> None:
        self._packets = {url: packets_of(path, annex_b=True) for url, path in clips.items()}
        self.opened: list[str] = []

    def decode(self, link: Link) -> None:
        """Blocks its thread until the link is stopped."""
        self.opened.append(link.url)
        if link.url not in self._packets:
            raise CameraUnavailable(CameraFault.NOT_FOUND)
        assert link.on_packet is not None
        self.play(link.url, link.on_packet, link.stopping, is_sub=link.is_sub)

    def play(
        self, url: str, put: Callable[[EncodedPacket], None], stopping: threading.Event, *, is_sub: bool = False
    ) -> None:
        packets = self._packets[url]
        first = packets[0].header
        header = StreamHeader(first.codec, first.extradata, first.width, first.height, is_sub)
        for number in itertools.count():
            packet = packets[number % len(packets)]
            if stopping.wait(0.01):
                return
            at_s = number / 10
            put(replace(packet, header=header, stream_s=at_s, arrived_at=clock.now()))


def clips(folder: Path, **wanted: dict[str, object]) -> dict[str, Path]:
    """URL → clip; `main=dict(codec="hevc")` makes rtsp://sim/main."""
    return {
        f"rtsp://sim/{name}": make_clip(folder / f"{name}.mp4", **how)  # type: ignore[arg-type]
        for name, how in wanted.items()
    }
