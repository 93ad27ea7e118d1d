"""The hub's side of `hub bench soak`: every camera watched as `hub run vision` does, without model, database and bus.

`python -m hub.bench.soak_eyes URL…` says one JSON line for each first picture after a silence, each observation of
`camera_offline`, and every ten seconds what it holds: memory, threads, sockets.
"""

import argparse
import asyncio
import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from contracts.bus import Record
from contracts.frames import Frame
from detectors.watching import Report
from hub import clock
from hub.bench.overload_sides import camera_of
from hub.camera_pulse import CameraPulse
from hub.heap import trimmed
from ingest.latest import LatestFrame
from ingest.modes import Needs, Signs
from ingest.worker import watch_camera

HELD_EVERY_S = 10.0
SILENCE_S = 3.5
"""longer than a keyframe interval and a half: the picture after it is a return"""


def say(what: str, **more: object) -> None:
    """One line."""
    sys.stdout.write(json.dumps({"said": what, "at": clock.monotonic_s()} | more) + "\n")


class Nobody:
    """A bus that takes everything."""

    async def publish(self, records: Sequence[Record]) -> None:
        """Gone."""


class Taken:
    """Takes every picture, and says which came after a silence."""

    def __init__(self, camera: str) -> None:
        self._camera, self._seen_s = camera, float("-inf")
        self.latest = LatestFrame(on_put=self._put)

    def _put(self) -> None:
        frame: Frame | None = self.latest.take()
        now_s = clock.monotonic_s()
        if frame is not None and now_s - self._seen_s > SILENCE_S:
            say("back", camera=self._camera, silent_s=round(min(1e6, now_s - self._seen_s), 1))
        self._seen_s = now_s


async def watch(urls: Sequence[str]) -> None:
    """Until cancelled."""
    pulse = CameraPulse(publisher=Nobody(), report=_report, told=lambda camera_id: 0, exercise=False)
    async with asyncio.TaskGroup() as group:
        for number, url in enumerate(urls):
            camera = camera_of(number, url)
            pulse.add(camera)
            watching = watch_camera(
                camera, latest=Taken(camera.camera_id).latest, needs=Needs(), signs=Signs, on_status=pulse.heard,
                clock=clock.now,
            )  # fmt: skip
            group.create_task(watching, name=f"camera {number}")
        group.create_task(pulse.publish(), name="publish")
        while True:
            await asyncio.sleep(HELD_EVERY_S)
            _say_held()


def _report(report: Report) -> None:
    one = report.observation
    say("told", camera=one.camera_id, ended=one.ended_at is not None)


def _say_held() -> None:
    lines = Path("/proc/self/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    say("held", mib=round(resident / 1024, 1), threads=threading.active_count(), files=len(os.listdir("/proc/self/fd")))


def main() -> None:
    """Until terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("urls", nargs="+")
    said = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with trimmed():
        asyncio.run(watch(said.urls))


if __name__ == "__main__":
    main()
