"""The room: the cameras that this worker holds, one detector for all of them, and what they tell."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Bus
from contracts.cameras import Camera, CameraStatus
from contracts.errors import ConfigurationError
from contracts.outbox import Outbox
from detectors.detector import Detector
from detectors.quality.diagnosis import State
from detectors.worker import DetectorWorker, Result
from hub import clock
from hub.camera_pulse import CameraPulse
from hub.clips.retention import keep_purging
from hub.evidence_s3 import open_evidence
from hub.outbox import relay
from hub.registry import Difference, difference
from hub.settings import Settings
from hub.storage_watch import WatchedStore
from hub.telling import Teller
from hub.vision.health_log import HealthLog
from hub.vision.kept_packets import KeptPackets
from hub.vision.learned import LearnedPictures
from hub.vision.post import CameraPost

log = logging.getLogger(__name__)

FINISH_CLIPS_S, TELL_LAST_S = 1.5, 0.5
"""of the four seconds in which a process stops; a camera's thread may take one"""


@dataclass(frozen=True, slots=True)
class _Running:
    post: CameraPost
    task: asyncio.Task[None]


class VisionRoom:
    """Cameras come, change and go while it is open; those that stay notice nothing."""

    def __init__(
        self,
        detector: Detector,
        settings: Settings,
        engine: AsyncEngine,
        bus: Bus,
        outbox: Outbox,
        *,
        epoch_of: Callable[[str], int] = lambda camera_id: 0,
    ) -> None:
        self._settings, self._engine, self._bus, self._model = settings, engine, bus, detector.model
        self._store = store = WatchedStore(open_evidence(settings), clock=clock.now, exercise=settings.exercise)
        self._teller = Teller(store, outbox, settings.fusion.partitions)
        self._packets = KeptPackets(settings, store, self._teller.report)
        store.tell, store.first_camera = self._teller.report, self._some_camera
        self._pulse = CameraPulse(
            publisher=bus,
            report=self._teller.report,
            told=lambda camera_id: self._teller.counts.get(camera_id, 0),
            exercise=settings.exercise,
            epoch_of=epoch_of,
            live_at=lambda: self._packets.live_at,
            on_status=self._log_health,
        )
        self._health, self._learned = HealthLog(engine, clock.now), LearnedPictures(engine, clock.now)
        self._detectors = DetectorWorker(
            detector, sink=self._take, clock=clock.now,
            tracked_fps=settings.vision.tracked_fps, max_load=settings.vision.max_load,
        )  # fmt: skip
        self._running: dict[str, _Running] = {}
        self._refused: dict[str, str] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._told_what_to_hold = False

    @property
    def posts(self) -> Mapping[str, CameraPost]:
        """What is held now, by camera id."""
        return {camera_id: running.post for camera_id, running in self._running.items()}

    def missing(self) -> list[str]:
        """Why vision is not ready."""
        reasons = [] if self._told_what_to_hold else ["it is not yet known which cameras to hold"]
        reasons += [f"camera {camera_id}: {why}" for camera_id, why in self._refused.items()]
        if self._running and not self._pulse.online:
            reasons.append("no camera gives a picture")
        if self._teller.waiting:
            reasons.append(f"{self._teller.waiting} observations wait for the database")
        return reasons

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Everything runs while the block is open."""
        keep_days = self._settings.evidence.keep_days
        async with self._packets.open(), asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            works: dict[str, Coroutine[None, None, None]] = {
                "relay": relay(self._engine, self._bus, clock.now),
                "store reports": self._teller.store_reports(),
                "store pictures": self._teller.store_pictures(),
                "publish camera status": self._pulse.publish(),
                "log of camera health": self._health.run(),
                "keep what was learned": self._learned.run(self._known_pictures),
                "retention": keep_purging(self._store, self._engine, clock.now, keep_days),
                "detector": self._detectors.run(),
            }
            working = [tasks.create_task(work, name=name) for name, work in works.items()]
            try:
                yield
            finally:
                await self._leave()
                for task in working:
                    task.cancel()

    async def _leave(self) -> None:
        """Cameras end first, then the clips of what they saw, then what was told of it; never for long."""
        await self._end(list(self._running))
        await self._packets.finish(FINISH_CLIPS_S)
        await self._teller.emptied(within_s=TELL_LAST_S)

    async def hold(self, cameras: Iterable[Camera]) -> Difference:
        """Hold exactly these from now on; returns what changed.

        A camera that goes or changes has ended, connection and all, on return. One whose rules do not fit is refused
        and said in `missing`: what ran of it before runs on.
        """
        wanted = tuple(cameras)
        change = difference((running.post.camera for running in self._running.values()), wanted)
        new = {camera.camera_id: camera for camera in wanted}
        coming = [post for id in (*change.added, *change.changed) if (post := self._bound(new[id])) is not None]
        self._refused = {id: why for id, why in self._refused.items() if id in new}
        await self._end([*change.removed, *(post.camera.camera_id for post in coming)])
        for post in coming:
            self._start(post)
        self._told_what_to_hold = True
        return change

    def _bound(self, camera: Camera) -> CameraPost | None:
        try:
            post = CameraPost(
                camera, model=self._model, detectors=self._detectors, pulse=self._pulse, settings=self._settings,
                pictures=self._learned, packets=self._packets,
            )  # fmt: skip
        except ConfigurationError as bad:
            if self._refused.get(camera.camera_id) != str(bad):
                log.warning("camera %s is not taken: %s", camera.camera_id, bad)
            self._refused[camera.camera_id] = str(bad)
            return None
        self._refused.pop(camera.camera_id, None)
        return post

    async def _end(self, camera_ids: Iterable[str]) -> None:
        leaving = [running.task for id in camera_ids if (running := self._running.pop(id, None)) is not None]
        for task in leaving:
            task.cancel()
        if leaving:
            await asyncio.wait(leaving)

    def _start(self, post: CameraPost) -> None:
        assert self._tasks is not None, "the room is not open"
        camera_id = post.camera.camera_id
        self._running[camera_id] = _Running(post, self._tasks.create_task(post.run(), name=f"camera {camera_id}"))

    def _take(self, result: Result) -> None:
        running = self._running.get(result.camera_id)
        if running is None:  # it went while its last picture was looked at
            return
        running.post.looked(result)
        self._pulse.looked_at(result.camera_id, result.analysed, result.defects)
        for report in result.reports:
            self._packets.report(report)
        if result.last_picture is not None:
            self._teller.last_picture(result.last_picture)

    def _log_health(self, status: CameraStatus) -> None:
        running = self._running.get(status.camera_id)
        if running is not None:
            self._health.hear(status, running.post.camera.bureau)

    def _some_camera(self) -> Camera | None:
        return next((running.post.camera for _, running in sorted(self._running.items())), None)

    def _known_pictures(self) -> list[tuple[Camera, State]]:
        return [(running.post.camera, running.post.learned) for running in self._running.values()]
