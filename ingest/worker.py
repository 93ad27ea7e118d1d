"""Keep one camera connected: the only loop of this package that waits for a camera."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from contracts.cameras import Camera, CameraHealth, CameraStatus
from contracts.errors import CameraUnavailable
from contracts.frames import Frame
from contracts.packets import EncodedPacket
from ingest import health, modes
from ingest.backoff import Backoff
from ingest.cadence import Mode
from ingest.decoder import decode_camera
from ingest.latest import LatestFrame
from ingest.link import Counters, Link, StreamFacts
from ingest.modes import Needs, Signs, Wish
from ingest.pressure import Pressure
from ingest.thread import Decode, run_in_thread
from ingest.words import words_of

log = logging.getLogger(__name__)

REPORT_EVERY = timedelta(seconds=5)
MAIN_WIDTH = 960
"""Pictures of the main stream are scaled down to this while they are converted: full size costs 34 ms a picture."""

LATE_S = 2.0
"""A pulse that comes so much later than the one before finds a hub that was starved or asleep, not a dead camera."""

KEYFRAMES_AGAIN_AFTER = timedelta(minutes=10)
"""How long a camera with a smart codec is watched by its sub-stream before its keyframes are measured again."""


async def watch_camera(
    camera: Camera,
    *,
    latest: LatestFrame,
    needs: Needs,
    signs: Callable[[], Signs],
    on_status: Callable[[CameraStatus], None],
    clock: Callable[[], datetime],
    on_packet: Callable[[EncodedPacket], None] | None = None,
    open_decoder: Decode = decode_camera,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    chance: Callable[[], float] = random.random,
    max_fps: float = 8.0,
    max_width: int = MAIN_WIDTH,
    pulse_s: float = 0.5,
    worker: str = "",
) -> None:
    """Feed `latest` until cancelled; an outage is waited out, a bug is not caught.

    `signs` is asked every `pulse_s` seconds on the event loop, and `ingest.modes` says what follows; between readings
    it is asked on the camera's thread too, whether somebody watches. Keyframes and full change on the open connection;
    the sub-stream is another address, so it is another connection. `on_status` is called on the loop at every change
    of health, fault or mode and every 5 s; `on_packet` on the camera's thread for every encoded packet; neither may
    block. `max_fps` limits the pictures of full and sub-stream decoding.
    """
    watch = Watch(
        camera, latest=latest, needs=needs, signs=signs, on_status=on_status, clock=clock, on_packet=on_packet,
        worker=worker,
    )  # fmt: skip
    async with asyncio.TaskGroup() as group:
        group.create_task(_pulse(watch, pulse_s), name=f"pulse:{camera.camera_id}")
        backoff = Backoff()
        while True:
            link = watch.new_link(max_fps, max_width)
            try:
                await run_in_thread(link, open_decoder)
                continue  # the mode wants the other stream
            except CameraUnavailable as outage:
                watch.failed(outage)
                backoff = backoff.after(watch.lived_s(link))
                delay_s = backoff.delay_s(chance(), outage.fault)
                log.warning("camera %s: %s; again in %.1f s", camera.camera_id, outage, delay_s)
            await sleep(delay_s)


class Watch:
    """What is known of one camera over all its connections, and the wish of the moment. Lives on the event loop."""

    def __init__(
        self,
        camera: Camera,
        *,
        latest: LatestFrame,
        needs: Needs,
        signs: Callable[[], Signs],
        on_status: Callable[[CameraStatus], None],
        clock: Callable[[], datetime],
        on_packet: Callable[[EncodedPacket], None] | None = None,
        worker: str = "",
    ) -> None:
        self._camera, self._latest, self._needs, self._signs, self._clock = camera, latest, needs, signs, clock
        self._on_status, self._on_packet, self._worker = on_status, on_packet, worker
        self._pace, self._pressure = modes.Pace(), Pressure()
        self._counters, self._facts = Counters(), StreamFacts()
        self._health = health.starting(clock())
        self._seen = self._connections = 0
        self._frame_at: datetime | None = None
        self._link: Link | None = None
        self._on_sub_until: datetime | None = None
        self._told: tuple[object, ...] = ()
        self._told_at: datetime | None = None
        self._pulsed_at = clock()
        self._broke_at: datetime | None = None
        self._last_outage_s = 0

    def new_link(self, max_fps: float, max_width: int) -> Link:
        """The next connection, to the stream that the mode asks for now."""
        wish = self._wish()
        on_sub = wish.mode == "sub" and self._camera.sub_url is not None
        url = self._camera.sub_url if on_sub and self._camera.sub_url else self._camera.url
        self._connections += 1
        self._facts = StreamFacts(moved_at=self._facts.moved_at)
        self._link = Link(
            self._camera.camera_id, url, self._clock, self._deliver, mode=wish.mode, look_every_s=wish.look_every_s,
            spacing_s=self._pressure.spacing_s, is_sub=on_sub, masks=self._camera.masks, on_packet=self._on_packet,
            max_fps=max_fps, max_width=None if on_sub else max_width, counters=self._counters, facts=self._facts,
            is_watched=lambda: self._signs().watched,
        )  # fmt: skip
        return self._link

    def _wish(self) -> Wish:
        """What is asked for; without a sub-stream, or with keyframes too far apart, the nearest thing to it."""
        signs = replace(self._signs(), moved_at=self._facts.moved_at)
        self._pace, wish = modes.step(self._pace, self._needs, signs, self._clock())
        return replace(wish, mode=self._possible(wish.mode))

    def _possible(self, mode: Mode) -> Mode:
        if self._camera.sub_url is None:
            return "full" if mode == "sub" else mode
        if mode == "keyframes" and self._facts.fallback:
            self._on_sub_until = self._clock() + KEYFRAMES_AGAIN_AFTER
        return "sub" if mode == "keyframes" and self._smart_codec() else mode

    def _smart_codec(self) -> bool:
        """Whether the main stream's keyframes were found too far apart, lately."""
        return self._facts.fallback or (self._on_sub_until is not None and self._clock() < self._on_sub_until)

    def _deliver(self, frame: Frame) -> None:
        """On the camera's thread."""
        link = self._link
        if link is not None and link.first_frame_at is None:
            link.first_frame_at = self._clock()
        self._frame_at = frame.captured_at
        self._latest.put(frame)

    def failed(self, outage: CameraUnavailable) -> None:
        """A connection could not be made or broke."""
        self._broke_at = self._broke_at or self._frame_at
        self._health = health.step(self._health, health.Failed(outage.fault, outage.detail), self._clock())
        self.pulse()

    def lived_s(self, link: Link) -> float:
        """How long a connection gave pictures, seconds."""
        return (self._clock() - link.first_frame_at).total_seconds() if link.first_frame_at else 0.0

    def pulse(self) -> None:
        """Pass the wish on to the thread, step the health, and tell what changed or is due."""
        now = self._clock()
        link = self._link
        if link is not None:
            self._steer(link)
        if self._counters.delivered != self._seen and self._frame_at is not None:
            self._seen = self._counters.delivered
            if self._broke_at is not None:
                self._last_outage_s = round((self._frame_at - self._broke_at).total_seconds())
                self._broke_at = None
            self._health = health.step(self._health, health.GotFrame(self._frame_at), now)
        unwatched_s = max(0.0, (now - self._pulsed_at).total_seconds() - LATE_S)
        self._pulsed_at = now
        self._health = health.step(self._health, health.Passed(self._facts.gop_s, unwatched_s), now)
        self._tell(now)

    def _steer(self, link: Link) -> None:
        wish = self._wish()
        if (wish.mode == "sub") != (link.mode == "sub"):
            link.stopping.set()
        else:
            link.mode = wish.mode
        self._pressure = self._pressure.step(self._latest.put_count, self._latest.lost, self._clock().timestamp())
        link.look_every_s, link.spacing_s = wish.look_every_s, self._pressure.spacing_s

    def _tell(self, now: datetime) -> None:
        status = self.status(now)
        told = (status.health, status.fault, status.mode, status.why_en, status.codec, status.width, status.height)
        if told != self._told or self._told_at is None or now - self._told_at >= REPORT_EVERY:
            self._told, self._told_at = told, now
            self._on_status(status)

    def status(self, now: datetime) -> CameraStatus:
        """What the wall is told."""
        state, facts = self._health, self._facts
        why_zh, why_en = self._why()
        counters = asdict(self._counters) | {
            "lost": self._latest.lost,
            "reconnects": max(0, self._connections - 1),
            "last_outage_s": self._last_outage_s,
            "spacing_ms": round(1000 * self._pressure.spacing_s),
        }
        return CameraStatus(
            camera_id=self._camera.camera_id, health=state.health, at=now, since=state.since,
            last_frame_at=state.last_frame_at, fault=state.fault, why_zh=why_zh, why_en=why_en,
            mode=self._mode(), codec=facts.codec, width=facts.width,
            height=facts.height, fps=facts.fps, gop_s=facts.gop_s, counters=counters, worker=self._worker,
        )  # fmt: skip

    def _mode(self) -> Mode:
        """What is decoded now: keyframes too where the detectors have no time for more."""
        if self._link is None:
            return self._wish().mode
        return "keyframes" if self._facts.keys_only else self._link.mode

    def _why(self) -> tuple[str, str]:
        if self._health.fault is not None:
            return words_of(self._health.fault, self._health.detail)
        if self._smart_codec():
            return (
                "关键帧间隔过长（智能编码？），已改用子码流或全解码；请把关键帧间隔设为 1-2 秒。",
                "Keyframes are too far apart (smart codec?), so the sub-stream or every picture is decoded; "
                "set the interval to 1-2 s.",
            )
        if self._health.health is CameraHealth.STARTING:
            return "正在连接，等待第一帧。", "Connecting; waiting for the first picture."
        return "", ""


async def _pulse(watch: Watch, pulse_s: float) -> None:
    while True:
        watch.pulse()
        await asyncio.sleep(pulse_s)
