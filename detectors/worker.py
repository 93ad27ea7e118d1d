"""One thread that looks at pictures: the next by deadline, through the model, the tracker and the rules, to the loop.

The thread is its own, never a pool's: it never ends while the process lives. Between camera and model lies one picture
per camera (the newest wins, losses are counted where they happen); between model and event loop lie a few results, and
when the loop is slow the thread waits, so pictures are lost and not piled up.
"""

import asyncio
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import cv2
from prometheus_client import Counter, Histogram

from contracts.cameras import PictureDefect
from contracts.frames import Frame
from detectors.batching import Waiting, next_camera, pause_s
from detectors.class_mapping import look_of
from detectors.detector import Detector, Look
from detectors.rules.runner import interval_s, needs_tracks
from detectors.turned import lying
from detectors.watching import CameraWatch, Picture, Report

ANALYSED = Counter("hub_vision_analysed_total", "pictures that went through the model", ["camera_id"])
CORRUPT = Counter(
    "hub_vision_corrupt_total", "pictures not looked at because the decoder called them corrupt", ["camera_id"]
)
PERSONS = Counter("hub_vision_persons_total", "persons counted, summed over pictures", ["camera_id"])
INFERENCE = Histogram(
    "hub_vision_inference_seconds", "model, letterbox and decoding, one picture",
    buckets=(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0),
)  # fmt: skip
AGE = Histogram(
    "hub_vision_age_seconds", "from the camera's moment to the end of its analysis",
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0),
)  # fmt: skip

IN_FLIGHT = 16
"""results that the loop has not taken yet"""
STOP_GRACE_S = 2.0
IDLE_WAIT_S = 0.5


class FrameSource(Protocol):
    """Where a camera's newest picture lies."""

    def take(self) -> Frame | None:
        """The newest picture that was not taken yet; never waits."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one picture."""

    camera_id: str
    analysed: bool
    """it went through the model; a camera without rules, and a picture in which nothing moved, are only shown"""
    found: int
    """how many things that the rules look for were surely seen in it"""
    happening: bool
    """some rule has told of something that has not ended"""
    reports: tuple[Report, ...]
    last_picture: Picture | None
    defects: tuple[PictureDefect, ...] = ()
    """what is wrong with the camera's picture now"""


@dataclass(slots=True)
class _Post:
    """One camera as the thread sees it."""

    watch: CameraWatch
    source: FrameSource
    tracked: Callable[[], bool]
    interval_s: float
    look: Look
    served_s: float = -math.inf


class DetectorWorker:
    """Add cameras, tell it of new pictures, run it."""

    def __init__(
        self,
        detector: Detector,
        *,
        sink: Callable[[Result], None],
        clock: Callable[[], datetime],
        tracked_fps: float,
        max_load: float = 1.0,
    ) -> None:
        """`sink` is called on the event loop and must not block; `max_load` is a share of one core."""
        self._detector, self._sink, self._clock = detector, sink, clock
        self._tracked_fps, self._max_load = tracked_fps, max_load
        self._posts: dict[str, _Post] = {}
        self._waiting: set[str] = set()
        self._wake = threading.Condition()
        self._slots = threading.Semaphore(IN_FLIGHT)
        self._stopping = False

    def add(self, watch: CameraWatch, source: FrameSource, *, tracked: Callable[[], bool]) -> None:
        """A camera, at any time, from any thread. `tracked` says whether its pictures come fast enough to track now."""
        post = _Post(watch, source, tracked, interval_s(watch.camera, self._tracked_fps), look_of(watch.camera))
        with self._wake:
            self._posts[watch.camera.camera_id] = post

    def remove(self, camera_id: str) -> None:
        """No picture of this camera is begun any more; one that is being looked at may still be told."""
        with self._wake:
            self._posts.pop(camera_id, None)
            self._waiting.discard(camera_id)

    def ready(self, camera_id: str) -> None:
        """A new picture lies in this camera's source. From any thread."""
        with self._wake:
            if camera_id in self._posts:
                self._waiting.add(camera_id)
                self._wake.notify()

    async def run(self) -> None:
        """Look until cancelled. What the thread raises is raised here: it is a bug and ends the process."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="detector") as own_thread:
            looking = loop.run_in_executor(own_thread, self._look_for_ever, loop)
            try:
                await asyncio.wait({looking})
            finally:
                with self._wake:
                    self._stopping = True
                    self._wake.notify()
                self._slots.release()
                await asyncio.wait({looking}, timeout=STOP_GRACE_S)
            looking.result()

    def _look_for_ever(self, loop: asyncio.AbstractEventLoop) -> None:
        # OpenCV's own threads gain nothing on pictures so small, and spin for a while after each, beside the cameras'.
        cv2.setNumThreads(1)
        while (post := self._next()) is not None:
            frame = post.source.take()
            if frame is None:
                continue
            if frame.is_corrupt:
                CORRUPT.labels(frame.camera_id).inc()
            elif frame.moved:  # a still picture costs next to nothing, and takes nobody's turn
                post.served_s = time.monotonic()
            began_s = time.thread_time()
            result = self._look(post, frame)
            self._hand_over(loop, result)
            self._rest(time.thread_time() - began_s)

    def _next(self) -> _Post | None:
        """The post whose picture is due most; waits for one; None when it is time to stop."""
        with self._wake:
            while not self._stopping:
                now_s = time.monotonic()
                waiting = [self._as_waiting(camera_id) for camera_id in self._waiting]
                chosen = next_camera(waiting, now_s)
                if chosen is not None:
                    self._waiting.discard(chosen.camera_id)
                    return self._posts[chosen.camera_id]
                self._wake.wait(pause_s(waiting, now_s, most_s=IDLE_WAIT_S))
        return None

    def _as_waiting(self, camera_id: str) -> Waiting:
        post = self._posts[camera_id]
        return Waiting(camera_id, post.served_s, post.interval_s, post.watch.camera.priority)

    def _look(self, post: _Post, frame: Frame) -> Result:
        watch, found = post.watch, 0
        reports = watch.inspect(frame, now=self._clock())
        analysed = watch.has_rules and frame.moved and not frame.is_corrupt
        if analysed:
            seen, found = self._judge(post, frame)
            reports += seen
            AGE.observe(max(0.0, (self._clock() - frame.captured_at).total_seconds()))
        elif watch.has_rules and not frame.is_corrupt:
            reports += watch.still(frame, now=self._clock())
        picture = None if frame.is_corrupt else watch.last_picture(frame)
        return Result(frame.camera_id, analysed, found, watch.happening, reports, picture, watch.inspector.defects)

    def _judge(self, post: _Post, frame: Frame) -> tuple[tuple[Report, ...], int]:
        with INFERENCE.time():
            detections = self._detector.detect(frame.image, post.look)
            detections += lying(self._detector, frame.image, post.watch.places(), detections)
        ANALYSED.labels(frame.camera_id).inc()
        PERSONS.labels(frame.camera_id).inc(sum(hit.label == "person" for hit in detections))
        tracked = needs_tracks(post.watch.camera) and post.tracked()
        found = sum(hit.confidence >= post.watch.min_confidence for hit in detections)
        return post.watch.look(frame, detections, tracked=tracked, now=self._clock()), found

    def _hand_over(self, loop: asyncio.AbstractEventLoop, result: Result) -> None:
        self._slots.acquire()
        if not self._stopping:
            loop.call_soon_threadsafe(self._deliver, result)

    def _deliver(self, result: Result) -> None:
        self._slots.release()
        self._sink(result)

    def _rest(self, busy_s: float) -> None:
        """Leave the rest of the core to others; wakes at once when it is time to stop."""
        pause_s = busy_s * (1.0 / self._max_load - 1.0)
        if pause_s > 0.001:
            with self._wake:
                self._wake.wait_for(lambda: self._stopping, timeout=pause_s)
