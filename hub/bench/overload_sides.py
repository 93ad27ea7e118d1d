"""One side of `hub bench overload`: looks at every camera as fast as a model of fixed speed lets it.

`python -m hub.bench.overload_sides SIDE COST_S URL…`; one JSON line for each picture that was analysed. The
model is a wait of `COST_S`, the same for both sides, so that the overload is what was asked for on any machine.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np

from contracts.cameras import Bureau, Camera, Legal, Rule
from contracts.detections import Detection
from contracts.frames import Frame
from contracts.geo import GeoPoint
from detectors.decode_yolo import Floats, Layout
from detectors.detector import Detector
from detectors.model_metadata import ModelMetadata
from detectors.watching import CameraWatch, Report
from detectors.worker import DetectorWorker
from hub import clock
from hub.vision.post import needs_of
from ingest.latest import LatestFrame
from ingest.modes import Signs
from ingest.worker import watch_camera

HIGH = 2
"""so many cameras are of the first priority"""
PICTURES = 20
"""between two looks of the peer: 2 s of ten a second, as often as ours wants them"""


def say(camera: int, age_s: float) -> None:
    """A picture was analysed just now."""
    sys.stdout.write(json.dumps({"camera": camera, "at": time.monotonic(), "age_s": round(age_s, 3)}) + "\n")


class Slow:
    """An engine that takes its time and sees nothing."""

    metadata = ModelMetadata(("person",), 32, 32)
    layout = Layout.RAW
    path = Path(__file__)

    def __init__(self, cost_s: float) -> None:
        self._cost_s = cost_s

    def infer(self, blob: Floats) -> Floats:
        """Wait."""
        time.sleep(self._cost_s)
        return np.zeros((1, 5, 1), np.float32)


class TellingWatch(CameraWatch):
    """Says how old each analysed picture is."""

    def look(
        self, frame: Frame, detections: Sequence[Detection], *, tracked: bool, now: datetime
    ) -> tuple[Report, ...]:
        """As the product's, and a line on the output."""
        say(int(self.camera.camera_id), (now - frame.captured_at).total_seconds())
        return super().look(frame, detections, tracked=tracked, now=now)


def camera_of(number: int, url: str) -> Camera:
    """Camera `number`, which counts people; the first few are of the first priority."""
    return Camera(
        camera_id=str(number), name=f"cam{number}", bureau=Bureau.TRAFFIC, url=url, district="d",
        place=GeoPoint(lat=34.33, lon=118.0), priority=1 if number < HIGH else 3,
        rules=(Rule(rule="crowd_gathering"),), legal=Legal(purpose="bench", sign_installed=True, filing_no="-"),
    )  # fmt: skip


async def ours(cost_s: float, urls: Sequence[str]) -> None:
    """The product's connections, gate, mailboxes, scheduler and detector thread."""
    detector = Detector(Slow(cost_s), min_confidence=0.3)
    worker = DetectorWorker(detector, sink=lambda result: None, clock=clock.now, tracked_fps=4.0)
    async with asyncio.TaskGroup() as group:
        for number, url in enumerate(urls):
            camera = camera_of(number, url)
            latest = LatestFrame(on_put=lambda id=camera.camera_id: worker.ready(id))  # type: ignore[misc]
            worker.add(TellingWatch(camera, model="slow", min_confidence=0.3), latest, tracked=lambda: False)
            watching = watch_camera(
                camera, latest=latest, needs=needs_of(camera), signs=Signs, on_status=lambda status: None,
                clock=clock.now,
            )  # fmt: skip
            group.create_task(watching, name=f"camera {number}")
        group.create_task(worker.run(), name="detector")


def opencv(cost_s: float, urls: Sequence[str]) -> None:
    """The loop that everybody writes: each camera in turn, its next picture to the model."""
    with ThreadPoolExecutor(len(urls)) as together:  # one by one they take a minute, and the first run full meanwhile
        videos = list(together.map(lambda url: cv2.VideoCapture(url, cv2.CAP_FFMPEG), urls))
    best_s: dict[int, float] = {}
    while True:
        for camera, video in enumerate(videos):
            for _ in range(PICTURES - 1):
                video.grab()
            video.read()
            time.sleep(cost_s)
            late_s = time.monotonic() - video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            best_s[camera] = min(best_s.get(camera, late_s), late_s - cost_s)
            say(camera, late_s - best_s[camera])


def main() -> None:
    """Until terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=("ours", "opencv"))
    parser.add_argument("cost_s", type=float)
    parser.add_argument("urls", nargs="+")
    said = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if said.side == "ours":
        asyncio.run(ours(said.cost_s, said.urls))
    else:
        opencv(said.cost_s, said.urls)


if __name__ == "__main__":
    main()
