"""The peer's side of `hub bench cameras`: ultralytics' own multi-stream predict; runs in an environment of its own.

Says one JSON line for each analysed picture, as `cameras_ours` does. Nothing of the hub is imported here.
"""

import argparse
import json
import sys
import time


def main() -> None:
    """`python cameras_peer.py MODEL STREAMS CAMERAS STRIDE SIZE`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("streams", help="a .streams list")
    for name in ("cameras", "stride", "size"):
        parser.add_argument(name, type=int)
    said = parser.parse_args()
    from ultralytics import YOLO

    results = YOLO(said.model, task="detect").predict(
        source=said.streams, stream=True, vid_stride=said.stride, imgsz=said.size, conf=0.35, iou=0.5, classes=[0],
        verbose=False,
    )  # fmt: skip
    for number, result in enumerate(results):
        line = {"camera": number % said.cameras, "at": time.monotonic(), "persons": len(result.boxes)}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
