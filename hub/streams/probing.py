"""Is a camera there? Connect as the hub would, look at a few seconds, and say what was seen."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from contracts.cameras import Camera
from contracts.errors import CameraUnavailable
from contracts.frames import Frame
from contracts.packets import EncodedPacket
from detectors.ground import ground_of
from detectors.rules.defaults import NEEDS_TRACKS
from hub.clock import monotonic_s
from hub.streams.judging import Order, Says, StreamSeen, Verdict, judged
from ingest import gb28181
from ingest.decoder import decode_camera
from ingest.link import Link
from ingest.thread import Decode, run_in_thread

AT_ONCE = 32
LOOK_S = 15.0
"""at most so long per stream; less when everything is known"""
FEW = 4
"""so few cameras are looked at closely: all is decoded, so that damage between keyframes is seen"""
BRIEF_LOOK_S = 8.0
"""somebody waits in front of a page"""
TELLS_TIME_S = 9.0
"""a sender report comes every five seconds; a stream that sent none for so long does not tell the time"""
GLANCE_S = 0.1
RESIDUAL_M = 3.0
FULL_PIXELS = 1280 * 720


@dataclass(frozen=True, slots=True)
class CameraSeen:
    """What one camera showed."""

    camera_id: str
    name: str
    streams: tuple[StreamSeen, ...]
    residual_m: float | None = None
    """how far the ground points are off from each other, root mean square; None without ground points"""
    notes: tuple[Says, ...] = ()
    """doubts about the camera as a whole, Chinese and English"""

    @property
    def verdict(self) -> Verdict:
        """The worst of its streams; a doubt makes it a warning."""
        return max(*(stream.verdict for stream in self.streams), Verdict.WARNING if self.notes else Verdict.OK)

    @property
    def zh(self) -> str:
        """All that is to be said in Chinese."""
        return "".join(zh for zh, _ in self._says())

    @property
    def en(self) -> str:
        """All that is to be said in English."""
        return " ".join(en for _, en in self._says())

    def _says(self) -> tuple[Says, ...]:
        """Of the sub-stream only what is not said of the main one."""
        main, *subs = self.streams
        doubts = main.says if main.verdict is not Verdict.OK else ()
        for sub in subs:
            if sub.verdict is not Verdict.OK:
                doubts += tuple((f"子码流：{zh}", f"Sub-stream: {en}") for zh, en in sub.says if (zh, en) not in doubts)
        return doubts + self.notes or main.says

    def as_json(self) -> dict[str, Any]:
        """For `--json` and `POST /api/cameras/check`."""
        streams = [
            {key: value for key, value in asdict(stream).items() if key != "says"}
            | {"verdict": stream.verdict.name.lower(), "zh": stream.zh, "en": stream.en}
            for stream in self.streams
        ]
        return {
            "camera_id": self.camera_id,
            "name": self.name,
            "verdict": self.verdict.name.lower(),
            "zh": self.zh,
            "en": self.en,
            "ground_residual_m": self.residual_m,
            "gb28181": gb28181.explained(self.camera_id),
            "streams": streams,
        }


async def probe(
    cameras: Iterable[Camera],
    *,
    clock: Callable[[], datetime],
    on_done: Callable[[CameraSeen], None] = lambda seen: None,
    decode: Decode = decode_camera,
    look_s: float = LOOK_S,
    together: bool = False,
) -> list[CameraSeen]:
    """Look at every camera, `AT_ONCE` at a time, one connection per camera; in the order given.

    `together`: a camera's two streams at the same time, as vision and live view do too; else one after the other.
    """
    room, wanted = asyncio.Semaphore(AT_ONCE), tuple(cameras)
    look = _Look(clock, decode, look_s, closely=len(wanted) <= FEW, together=together)

    async def one(camera: Camera) -> CameraSeen:
        async with room:
            seen = await _camera(camera, look)
        on_done(seen)
        return seen

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(camera), name=f"probe:{camera.camera_id}") for camera in wanted]
    return [task.result() for task in tasks]


@dataclass(frozen=True, slots=True)
class _Look:
    """How all of them are looked at."""

    clock: Callable[[], datetime]
    decode: Decode
    look_s: float
    closely: bool
    together: bool


async def _camera(camera: Camera, look: _Look) -> CameraSeen:
    urls = {"main": camera.url} | ({"sub": camera.sub_url} if camera.sub_url else {})
    if look.together:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_stream(camera, name, url, look), name=f"look at {name}")
                for name, url in urls.items()
            ]
        streams = [task.result() for task in tasks]
    else:
        streams = [await _stream(camera, name, url, look) for name, url in urls.items()]
    ground = ground_of(camera)
    residual_m = None if ground is None else round(ground.residual_m, 1)
    seen = CameraSeen(camera.camera_id, camera.name, tuple(streams), residual_m)
    return replace(seen, notes=tuple(_notes(camera, seen)))


def _notes(camera: Camera, seen: CameraSeen) -> Iterable[Says]:
    main, *subs = seen.streams
    if seen.residual_m is not None and seen.residual_m > RESIDUAL_M:
        yield (
            f"地面标定点相差 {seen.residual_m:g} 米：请重新量取。",
            f"The ground points disagree by {seen.residual_m:g} m: measure them again.",
        )
    tracks = camera.decode == "auto" and any(rule.rule in NEEDS_TRACKS for rule in camera.rules)
    if tracks and not subs and main.width * main.height > FULL_PIXELS:
        yield (
            "规则需要跟踪但没有子码流：主码流全解码很费算力，请配置 sub_url。",
            "Its rules track and there is no sub-stream: the main one is decoded in full; give sub_url.",
        )
    if subs and 0 < main.width * main.height < subs[0].width * subs[0].height:
        yield "子码流比主码流大：两个地址写反了？", "The sub-stream is larger than the main one: are the two swapped?"


async def _stream(camera: Camera, name: str, url: str, look: _Look) -> StreamSeen:
    began_s = monotonic_s()
    pictures: list[float] = []
    order = Order()

    def deliver(frame: Frame) -> None:
        pictures.append(monotonic_s() - began_s)

    def listen(packet: EncodedPacket) -> None:
        order.note(packet.stream_s)

    link = Link(
        camera.camera_id, url, look.clock, deliver, mode="full" if look.closely else "keyframes", max_fps=1.0,
        is_sub=name == "sub", on_packet=listen,
    )  # fmt: skip
    fault: CameraUnavailable | None = None
    try:
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(_until_known(link, look.look_s), name=f"look:{camera.camera_id}/{name}")
            await run_in_thread(link, look.decode)
            looking.cancel()
    except* CameraUnavailable as outages:
        fault = next(problem for problem in outages.exceptions if isinstance(problem, CameraUnavailable))
    return judged(name, link, order, pictures[0] if pictures else None, fault, look.look_s)


async def _until_known(link: Link, look_s: float) -> None:
    """Stop the link once rate, keyframe interval and clock are measured, or after `look_s`."""
    began_s = monotonic_s()
    while (passed_s := monotonic_s() - began_s) < look_s:
        told = link.facts.skew_s is not None or passed_s > TELLS_TIME_S
        if link.facts.gop_s is not None and link.facts.measured and told:
            break
        await asyncio.sleep(GLANCE_S)
    link.stopping.set()
