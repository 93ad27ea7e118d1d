"""One camera of the room: its connection, its newest picture, its rules; it can be ended alone."""

import os
import socket

from contracts.cameras import Camera
from detectors.rules.runner import needs_tracks
from detectors.watching import CameraWatch
from detectors.worker import DetectorWorker
from hub import clock
from hub.camera_pulse import CameraPulse
from hub.settings import Settings
from ingest.cadence import Mode
from ingest.latest import LatestFrame
from ingest.worker import watch_camera

WORKER = f"{socket.gethostname()}:{os.getpid()}"
"""this vision worker, as statuses name it"""


def wanted_mode(camera: Camera) -> Mode:
    """What of the camera's stream must be decoded: as it says itself, else as its rules need."""
    if camera.decode != "auto":
        return camera.decode
    if not needs_tracks(camera):
        return "keyframes"
    return "sub" if camera.sub_url else "full"


class CameraPost:
    """All that belongs to one camera while this worker holds it."""

    def __init__(
        self, camera: Camera, *, model: str, detectors: DetectorWorker, pulse: CameraPulse, settings: Settings
    ) -> None:
        """Bind the camera's rules; nothing runs yet.

        Raises:
            ConfigurationError: a rule or threshold that does not exist.
        """
        self.camera = camera
        self._detectors, self._pulse, self._vision = detectors, pulse, settings.vision
        self._watch = CameraWatch(
            camera, model=model, min_confidence=settings.vision.min_confidence, exercise=settings.exercise
        )
        self._latest = LatestFrame(on_put=lambda: detectors.ready(camera.camera_id))

    def mode(self) -> Mode:
        """What is to be decoded now."""
        return wanted_mode(self.camera)

    async def run(self) -> None:
        """Until cancelled; leaves neither connection nor thread behind, nor a word of this camera."""
        camera_id = self.camera.camera_id
        self._pulse.add(self.camera)
        self._detectors.add(self._watch, self._latest, tracked=lambda: self._pulse.is_tracked(camera_id))
        try:
            await watch_camera(
                self.camera, latest=self._latest, mode=self.mode, on_status=self._pulse.heard, clock=clock.now,
                max_fps=self._vision.tracked_fps, worker=WORKER,
            )  # fmt: skip
        finally:
            self._detectors.remove(camera_id)
            self._pulse.remove(camera_id)
