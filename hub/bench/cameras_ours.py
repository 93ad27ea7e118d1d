"""The hub's side of `hub bench cameras`: what `hub run vision` does with cameras, without database and bus.

Connections, keyframes, motion gate, model, rules, picture quality and the last picture's JPEG are the product's own
parts. Says one JSON line for each analysed picture: camera, moment on the machine's monotonic clock, persons.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from contracts.cameras import Bureau, Camera, Legal, Rule
from contracts.detections import Detection
from contracts.frames import Frame
from contracts.geo import GeoPoint
from detectors.detector import Detector
from detectors.engines.choice import open_engine
from detectors.watching import CameraWatch, Report
from detectors.worker import DetectorWorker
from hub import clock
from hub.vision.post import needs_of
from ingest.latest import LatestFrame
from ingest.modes import Signs
from ingest.worker import watch_camera

SURE, DOUBTFUL = 0.35, 0.15
CROWD = Rule(
    rule="crowd_gathering", thresholds={"persons_on": 6, "persons_off": 5, "hold_s": 4, "clear_s": 6}
)  # fmt: skip
"""what both sides are judged by"""


class TellingWatch(CameraWatch):
    """A camera whose every count is said."""

    def look(self, frame: Frame, detections: Sequence[Detection], *, tracked: bool, now: object) -> tuple[Report, ...]:
        """As the product's, and a line on the output."""
        persons = sum(hit.label == "person" and hit.confidence >= SURE for hit in detections)
        late_s = (clock.now() - frame.captured_at).total_seconds()
        line = {"camera": int(frame.camera_id), "at": time.monotonic() - late_s, "persons": persons}
        sys.stdout.write(json.dumps(line) + "\n")
        return super().look(frame, detections, tracked=tracked, now=clock.now())


def camera_of(number: int, url: str) -> Camera:
    """Camera `number`, which counts people."""
    return Camera(
        camera_id=str(number), name=f"cam{number}", bureau=Bureau.URBAN_MANAGEMENT, url=url,
        place=GeoPoint(lat=34.33, lon=118.0), district="d", rules=(CROWD,),
        legal=Legal(purpose="bench", sign_installed=True, filing_no="-"),
    )  # fmt: skip


async def watch(model: Path, urls: Sequence[str]) -> None:
    """Until cancelled."""
    detector = Detector(open_engine(model), min_confidence=DOUBTFUL)
    worker = DetectorWorker(detector, sink=lambda result: None, clock=clock.now, tracked_fps=4.0)
    async with asyncio.TaskGroup() as group:
        for number, url in enumerate(urls):
            camera = camera_of(number, url)
            latest = LatestFrame(on_put=lambda id=camera.camera_id: worker.ready(id))  # type: ignore[misc]
            worker.add(TellingWatch(camera, model=detector.model, min_confidence=SURE), latest, tracked=lambda: False)
            watching = watch_camera(
                camera, latest=latest, needs=needs_of(camera), signs=Signs, on_status=lambda status: None,
                clock=clock.now,
            )  # fmt: skip
            group.create_task(watching, name=f"camera {number}")
        group.create_task(worker.run(), name="detector")


def main() -> None:
    """`python -m hub.bench.cameras_ours MODEL STREAMS`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("streams", type=Path)
    said = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    asyncio.run(watch(said.model, said.streams.read_text().split()))


if __name__ == "__main__":
    main()
