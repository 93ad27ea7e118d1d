"""Is a camera there? Connect as the hub would, look at a few seconds, and say what was seen."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from contracts.cameras import Camera
from contracts.errors import CameraFault, CameraUnavailable
from contracts.frames import Frame
from hub.clock import monotonic_s
from ingest.cadence import SMART_CODEC_GOP_S
from ingest.decoder import decode_camera
from ingest.link import Link
from ingest.thread import Decode, run_in_thread
from ingest.words import words_of

AT_ONCE = 32
LOOK_S = 15.0
"""at most so long per stream; less when everything is known"""
GLANCE_S = 0.1
LEAST_FPS = 5.0


class Verdict(IntEnum):
    """The worse, the greater."""

    OK = 0
    WARNING = 1
    NO_PICTURE = 2


@dataclass(frozen=True, slots=True)
class StreamSeen:
    """What one stream showed."""

    stream: str
    """main or sub"""
    verdict: Verdict
    zh: str
    en: str
    fault: CameraFault | None = None
    first_picture_s: float | None = None
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    gop_s: float | None = None
    corrupt: int = 0


@dataclass(frozen=True, slots=True)
class CameraSeen:
    """What one camera showed."""

    camera_id: str
    name: str
    streams: tuple[StreamSeen, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its streams."""
        return max(stream.verdict for stream in self.streams)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        streams = [asdict(stream) | {"verdict": stream.verdict.name.lower()} for stream in self.streams]
        return {
            "camera_id": self.camera_id,
            "name": self.name,
            "verdict": self.verdict.name.lower(),
            "streams": streams,
        }


async def probe(
    cameras: Iterable[Camera],
    *,
    clock: Callable[[], datetime],
    on_done: Callable[[CameraSeen], None] = lambda seen: None,
    decode: Decode = decode_camera,
    look_s: float = LOOK_S,
) -> list[CameraSeen]:
    """Look at every camera, `AT_ONCE` at a time, one connection per camera; in the order given."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(camera: Camera) -> CameraSeen:
        async with room:
            seen = await _camera(camera, clock, decode, look_s)
        on_done(seen)
        return seen

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(camera), name=f"probe:{camera.camera_id}") for camera in cameras]
    return [task.result() for task in tasks]


async def _camera(camera: Camera, clock: Callable[[], datetime], decode: Decode, look_s: float) -> CameraSeen:
    urls = {"main": camera.url} | ({"sub": camera.sub_url} if camera.sub_url else {})
    seen = [await _stream(camera.camera_id, name, url, clock, decode, look_s) for name, url in urls.items()]
    return CameraSeen(camera.camera_id, camera.name, tuple(seen))


async def _stream(
    camera_id: str, name: str, url: str, clock: Callable[[], datetime], decode: Decode, look_s: float
) -> StreamSeen:
    began_s = monotonic_s()
    pictures: list[float] = []

    def deliver(frame: Frame) -> None:
        pictures.append(monotonic_s() - began_s)

    link = Link(camera_id, url, clock, deliver)
    fault: CameraUnavailable | None = None
    try:
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(_until_known(link, look_s), name=f"look:{camera_id}/{name}")
            await run_in_thread(link, decode)
            looking.cancel()
    except* CameraUnavailable as outages:
        fault = next(problem for problem in outages.exceptions if isinstance(problem, CameraUnavailable))
    return judged(name, link, pictures[0] if pictures else None, fault)


async def _until_known(link: Link, look_s: float) -> None:
    """Stop the link once the rate and the keyframe interval are measured, or after `look_s`."""
    for _ in range(round(look_s / GLANCE_S)):
        if link.facts.gop_s is not None and link.facts.measured:
            break
        await asyncio.sleep(GLANCE_S)
    link.stopping.set()


def judged(name: str, link: Link, first_picture_s: float | None, outage: CameraUnavailable | None) -> StreamSeen:
    """What was seen, with one plain sentence in Chinese and English."""
    fault = outage.fault if outage else None if first_picture_s is not None else CameraFault.NO_KEYFRAME
    facts = link.facts
    if fault is not None:
        zh, en = words_of(fault, outage.detail if outage else "")
        verdict = Verdict.NO_PICTURE
    else:
        verdict, zh, en = _quality(link)
    return StreamSeen(
        name, verdict, zh, en, fault, None if first_picture_s is None else round(first_picture_s, 2),
        facts.codec, facts.width, facts.height, facts.fps,
        None if facts.gop_s is None else round(facts.gop_s, 2), link.counters.corrupt,
    )  # fmt: skip


def _quality(link: Link) -> tuple[Verdict, str, str]:
    facts = link.facts
    if link.counters.corrupt:
        return (
            Verdict.WARNING,
            f"有画面，但 {link.counters.corrupt} 帧损坏：请检查网络丢包。",
            f"There is a picture, but {link.counters.corrupt} were damaged: look for packet loss in the network.",
        )
    if facts.gop_s is None or facts.gop_s > SMART_CODEC_GOP_S:
        return (
            Verdict.WARNING,
            "有画面，但关键帧间隔过长：请把间隔设为 1-2 秒，并关闭智能编码。",
            "There is a picture, but keyframes are too far apart: set 1-2 s and turn the smart codec off.",
        )
    if facts.fps is not None and facts.fps < LEAST_FPS:
        return (
            Verdict.WARNING,
            f"有画面，但每秒只有 {facts.fps:g} 帧：跟踪类规则至少需要 {LEAST_FPS:g} 帧。",
            f"There is a picture, but only {facts.fps:g} a second: rules that track need {LEAST_FPS:g}.",
        )
    return Verdict.OK, "画面正常。", "The picture is fine."
