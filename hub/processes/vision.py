"""`hub run vision`: cameras in, observations and camera health out; pictures stay here and in the evidence store."""

import asyncio
import os
import socket
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Bus
from contracts.cameras import Camera
from contracts.errors import ConfigurationError
from detectors.detector import Detector
from detectors.engines.openvino import OpenVinoEngine
from detectors.rules.runner import needs_tracks
from detectors.rules.vehicles import PERSONS_AND_VEHICLES
from detectors.watching import CameraWatch
from detectors.worker import DetectorWorker, Result
from hub import assets, clock, registry, streams
from hub.camera_pulse import CameraPulse
from hub.evidence import DiskEvidence
from hub.outbox import relay
from hub.resources import open_bus, open_database, open_outbox
from hub.settings import Settings
from hub.telemetry import VISION_PORT, serve_metrics
from hub.telling import Teller
from ingest.cadence import Mode
from ingest.latest import LatestFrame
from ingest.worker import watch_camera

NICENESS = 10
"""a picture may wait, the newest wins; on a machine of two cores a 110 call may not wait behind pictures"""
DOUBTFUL = 0.15
"""boxes from this confidence on may prolong a track; only those from `min_confidence` on count"""


async def run(settings: Settings) -> None:
    """Watch every camera of the registry until cancelled.

    Raises:
        ConfigurationError: streams.yaml, the model, a rule, or the metrics port needs a person; AssetMissing: the
            starter model is not there.
    """
    os.nice(NICENESS)
    detector = open_detector(settings)
    async with open_database(settings) as engine, open_bus(settings) as bus:
        cameras = await cameras_of(engine, settings)
        room = VisionRoom(cameras, detector, settings, engine, bus)
        async with serve_metrics(settings, VISION_PORT, room.missing):
            await room.run()


def open_detector(settings: Settings) -> Detector:
    """The configured model, or the starter model.

    Raises:
        ConfigurationError: it cannot be loaded, or it knows neither persons nor vehicles.
    """
    path = settings.vision.model or assets.paths().model_wide
    engine = OpenVinoEngine(path, threads=settings.vision.threads)
    if not PERSONS_AND_VEHICLES & set(engine.metadata.labels):
        raise ConfigurationError(
            "the model knows neither persons nor vehicles",
            where=str(path),
            hint=f"its classes must include some of: {', '.join(sorted(PERSONS_AND_VEHICLES))}",
        )
    return Detector(engine, min_confidence=min(DOUBTFUL, settings.vision.min_confidence), labels=PERSONS_AND_VEHICLES)


async def cameras_of(engine: AsyncEngine, settings: Settings) -> tuple[Camera, ...]:
    """The registry, after streams.yaml was applied to it; a hub without that file uses the registry as it is.

    Raises:
        ConfigurationError: the file has problems, or there is neither file nor camera.
    """
    known = await registry.cameras(engine)
    if settings.vision.streams.exists() or not known:
        await registry.apply(engine, streams.load(settings.vision.streams).cameras, clock.now())
        known = await registry.cameras(engine)
    return known


def wanted_mode(camera: Camera) -> Mode:
    """What of the camera's stream must be decoded: as it says itself, else as its rules need."""
    if camera.decode != "auto":
        return camera.decode
    if not needs_tracks(camera):
        return "keyframes"
    return "sub" if camera.sub_url else "full"


class VisionRoom:
    """All cameras of this worker, one detector, and what they tell."""

    def __init__(
        self, cameras: Sequence[Camera], detector: Detector, settings: Settings, engine: AsyncEngine, bus: Bus
    ) -> None:
        """Bind every rule of every camera.

        Raises:
            ConfigurationError: a rule or threshold that does not exist.
        """
        self._cameras, self._engine, self._bus, self._vision = cameras, engine, bus, settings.vision
        outbox, store = open_outbox(engine, settings), DiskEvidence(settings.data_dir / "evidence")
        self._teller = Teller(store, outbox, settings.fusion.partitions)
        self._pulse = CameraPulse(
            cameras,
            publisher=bus,
            report=self._teller.report,
            told=lambda camera_id: self._teller.counts.get(camera_id, 0),
            exercise=settings.exercise,
        )
        self._detectors = DetectorWorker(
            detector, sink=self._take, clock=clock.now,
            tracked_fps=settings.vision.tracked_fps, max_load=settings.vision.max_load,
        )  # fmt: skip
        self._watches = [
            CameraWatch(
                camera, model=detector.model, min_confidence=settings.vision.min_confidence, exercise=settings.exercise
            )
            for camera in cameras
        ]

    def missing(self) -> list[str]:
        """Why vision is not ready."""
        reasons = [] if self._pulse.online else ["no camera gives a picture"]
        return reasons + (
            [f"{self._teller.waiting} observations wait for the database"] if self._teller.waiting else []
        )

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(relay(self._engine, self._bus, clock.now), name="relay")
            tasks.create_task(self._teller.store_reports(), name="store reports")
            tasks.create_task(self._teller.store_pictures(), name="store pictures")
            tasks.create_task(self._pulse.publish(), name="publish camera status")
            for watch in self._watches:
                self._start(tasks, watch)
            tasks.create_task(self._detectors.run(), name="detector")

    def _start(self, tasks: asyncio.TaskGroup, watch: CameraWatch) -> None:
        camera, camera_id = watch.camera, watch.camera.camera_id
        latest = LatestFrame(on_put=lambda: self._detectors.ready(camera_id))
        self._detectors.add(watch, latest, tracked=lambda: self._pulse.is_tracked(camera_id))
        mode = wanted_mode(camera)
        watching = watch_camera(
            camera, latest=latest, mode=lambda: mode, on_status=self._pulse.heard, clock=clock.now,
            max_fps=self._vision.tracked_fps, worker=f"{socket.gethostname()}:{os.getpid()}",
        )  # fmt: skip
        tasks.create_task(watching, name=f"camera {camera_id}")

    def _take(self, result: Result) -> None:
        self._pulse.analysed[result.camera_id] = self._pulse.analysed.get(result.camera_id, 0) + result.analysed
        for report in result.reports:
            self._teller.report(report)
        if result.last_picture is not None:
            self._teller.last_picture(result.last_picture)
