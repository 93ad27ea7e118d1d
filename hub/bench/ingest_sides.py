"""One side of `hub bench ingest` in a process of its own: `python -m hub.bench.ingest_sides SIDE SECONDS URL…`.

`ours` is the product's decoder: keyframes of every camera to the motion gate's luma and, where something moves, to BGR
as the detectors take it. `opencv` is the loop that everybody writes: read every picture, use one in fifty.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable

import cv2

from contracts.frames import Frame
from hub import clock
from ingest.decoder import decode_camera
from ingest.link import Link
from ingest.worker import MAIN_WIDTH

EVERY = 50
"""pictures between two keyframes"""


class Count:
    """Pictures that came out, over all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.pictures = 0

    def one(self, frame: Frame | None = None) -> None:
        """One more."""
        with self._lock:
            self.pictures += 1


def ours(url: str, count: Count, stopping: threading.Event) -> None:
    """One camera, as `hub run vision` watches one whose rules count."""
    decode_camera(Link(url, url, clock.now, count.one, max_width=MAIN_WIDTH, stopping=stopping))


def opencv(url: str, count: Count, stopping: threading.Event) -> None:
    """One camera, by VideoCapture."""
    video = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    number = 0
    while not stopping.is_set():
        there, picture = video.read()
        if not there:
            raise SystemExit("the stream ended")
        if number % EVERY == 0:
            cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            count.one()
        number += 1
    video.release()


SIDES: dict[str, Callable[[str, Count, threading.Event], None]] = {"ours": ours, "opencv": opencv}


def main() -> None:
    """Watch for so many seconds, then say how many pictures came out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=SIDES)
    parser.add_argument("seconds", type=float)
    parser.add_argument("urls", nargs="+")
    said = parser.parse_args()
    cv2.setNumThreads(1)
    count, stopping = Count(), threading.Event()
    threads = [threading.Thread(target=SIDES[said.side], args=(url, count, stopping)) for url in said.urls]
    for thread in threads:
        thread.start()
    time.sleep(said.seconds)
    stopping.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"pictures {count.pictures}\n")


if __name__ == "__main__":
    main()
