"""One camera of the room: its connection, its newest picture, its rules; it can be ended alone."""

import os
import socket
from dataclasses import replace

from contracts.cameras import Camera
from detectors.quality.diagnosis import State
from detectors.rules.runner import needs_tracks
from detectors.watching import CameraWatch
from detectors.worker import DetectorWorker, Result
from hub import clock
from hub.camera_pulse import CameraPulse
from hub.settings import Settings
from hub.vision.kept_packets import KeptPackets
from hub.vision.learned import LearnedPictures
from ingest.latest import LatestFrame
from ingest.modes import Needs, Signs
from ingest.worker import MAIN_WIDTH, watch_camera

WORKER = f"{socket.gethostname()}:{os.getpid()}"
"""this vision worker, as statuses name it"""


def needs_of(camera: Camera) -> Needs:
    """What the camera's owner and its rules ask of its stream."""
    decode = None if camera.decode == "auto" else camera.decode
    return Needs(decode, tracks=needs_tracks(camera), has_sub=camera.sub_url is not None)


class CameraPost:
    """All that belongs to one camera while this worker holds it."""

    def __init__(
        self, camera: Camera, *, model: str, detectors: DetectorWorker, pulse: CameraPulse, settings: Settings,
        pictures: LearnedPictures, packets: KeptPackets,
    ) -> None:  # fmt: skip
        """Bind the camera's rules; nothing runs yet.

        Raises:
            ConfigurationError: a rule or threshold that does not exist.
        """
        self.camera = camera
        self._detectors, self._pulse, self._vision = detectors, pulse, settings.vision
        self._pictures, self._packets = pictures, packets
        self._watch = CameraWatch(
            camera, model=model, min_confidence=settings.vision.min_confidence, exercise=settings.exercise,
            events=settings.vision.classes,
        )  # fmt: skip
        self._signs = Signs()
        self._latest = LatestFrame(on_put=lambda: detectors.ready(camera.camera_id))

    @property
    def learned(self) -> State:
        """What is usual of its picture by now."""
        return self._watch.inspector.learned

    def looked(self, result: Result) -> None:
        """A picture of it was looked at: what was found raises its mode."""
        found_at = clock.now() if result.found else self._signs.found_at
        self._signs = replace(self._signs, found_at=found_at, happening=result.happening)

    def signs(self) -> Signs:
        """What goes on in front of it now, and whether an operator looks."""
        return replace(self._signs, watched=self._packets.is_watched(self.camera.camera_id))

    async def run(self) -> None:
        """Until cancelled; leaves neither connection nor thread behind, nor a word of this camera."""
        camera_id = self.camera.camera_id
        self._watch.inspector.remember(await self._pictures.of_if_up(self.camera))
        self._pulse.add(self.camera)
        ring = self._packets.add(self.camera)
        self._detectors.add(self._watch, self._latest, tracked=lambda: self._pulse.is_tracked(camera_id))
        try:
            await watch_camera(
                self.camera, latest=self._latest, needs=needs_of(self.camera), signs=self.signs,
                on_status=self._pulse.heard, clock=clock.now, on_packet=ring.put,
                max_fps=self._vision.tracked_fps, max_width=MAIN_WIDTH * self.camera.tiles, worker=WORKER,
            )  # fmt: skip
        finally:
            self._detectors.remove(camera_id)
            self._pulse.remove(camera_id)
            self._packets.remove(camera_id)
            await self._pictures.keep_if_up([(self.camera, self.learned)])
