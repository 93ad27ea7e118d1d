"""Pictures to try or to calibrate a model on: the user's own cameras as they are now, or files."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from contracts.cameras import Camera, CameraStatus
from contracts.errors import ConfigurationError
from hub import clock
from ingest.latest import LatestFrame
from ingest.modes import Needs, Signs
from ingest.worker import watch_camera

Image = npt.NDArray[np.uint8]
Progress = Callable[[int, int], None]
"""done, out of"""
STILLS = {".jpg", ".jpeg", ".png", ".bmp"}
VIDEOS = {".mp4", ".avi", ".mkv", ".mov", ".ts", ".h264", ".h265", ".flv"}
POLL_S = 0.1


def from_files(paths: Sequence[Path], number: int, progress: Progress) -> list[Image]:
    """`number` pictures evenly out of pictures, videos and folders of them; fewer when there are fewer.

    Raises:
        ConfigurationError: there is no such file, or not one picture in them.
    """
    files = [file for path in paths for file in _files(path)]
    each = -(-number // max(1, len(files)))
    pictures: list[Image] = []
    for file in files:
        pictures += _still(file) if file.suffix.lower() in STILLS else _spread(file, each)
        progress(min(len(pictures), number), number)
    if not pictures:
        raise ConfigurationError(
            "no picture in it",
            where=", ".join(map(str, paths)),
            hint=f"give pictures ({', '.join(sorted(STILLS))}), videos ({', '.join(sorted(VIDEOS))}) or their folder",
        )
    return [pictures[round(at)] for at in np.linspace(0, len(pictures) - 1, min(number, len(pictures)))]


async def from_cameras(cameras: Sequence[Camera], number: int, within_s: float, progress: Progress) -> list[Image]:
    """`number` keyframes of these cameras, from each as often as it gives one, masks blanked; fewer after `within_s`.

    Raises:
        ConfigurationError: no camera gave a picture.
    """
    mailboxes = [LatestFrame() for _ in cameras]
    pictures: list[Image] = []
    try:
        async with asyncio.timeout(within_s), asyncio.TaskGroup() as group:
            watching = [
                group.create_task(
                    watch_camera(
                        camera,
                        latest=latest,
                        needs=Needs("keyframes"),
                        signs=Signs,
                        on_status=_unheard,
                        clock=clock.now,
                    ),
                    name=f"picture:{camera.camera_id}",
                )
                for camera, latest in zip(cameras, mailboxes, strict=True)
            ]
            while len(pictures) < number:
                await asyncio.sleep(POLL_S)
                frames = [frame for latest in mailboxes if (frame := latest.take()) and not frame.is_corrupt]
                pictures += [frame.image for frame in frames]
                progress(min(len(pictures), number), number)
            for one in watching:
                one.cancel()
    except TimeoutError:
        pass
    if not pictures:
        raise ConfigurationError(
            f"none of {len(cameras)} cameras gave a picture within {within_s:g} s",
            hint="`hub streams check` says why; or give --from FILE_OR_FOLDER",
        )
    return pictures[:number]


def _unheard(status: CameraStatus) -> None:
    """A camera that gives no picture is only one picture less."""


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (one for one in sorted(path.rglob("*")) if one.suffix.lower() in STILLS | VIDEOS)
    elif path.is_file():
        yield path
    else:
        raise ConfigurationError("no such file or folder", where=str(path))


def _still(file: Path) -> list[Image]:
    image = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    return [] if image is None else [np.asarray(image, np.uint8)]


def _spread(file: Path, number: int) -> list[Image]:
    """So many pictures, evenly over the video; only these are converted."""
    video = cv2.VideoCapture(str(file))
    try:
        length = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
        wanted = {int(at) for at in np.linspace(0, max(0, length - 1), number)}
        pictures = []
        for at in range(length):
            if not video.grab():
                break
            if at in wanted and (read := video.retrieve())[0]:
                pictures.append(np.asarray(read[1], np.uint8))
        return pictures
    finally:
        video.release()
