"""The cameras of a streams.yaml, simulated: each address shows the street footage, each its own second."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from contracts.cameras import Camera
from hub.camera_sim.auth import Account
from hub.camera_sim.clip import Clip
from hub.camera_sim.path import CameraPath, offset_of

DEFAULT_PORT = 8554


def paths_of(cameras: Iterable[Camera], main: Path, sub: Path, account: Account | None) -> list[CameraPath]:
    """A path for each address of each camera; the two files are read once.

    Raises:
        ConfigurationError: a file is not there or not a video.
    """
    main_clip, sub_clip = Clip.load(main), Clip.load(sub)
    return [
        CameraPath(
            name,
            clip,
            camera=camera.camera_id,
            account=account,
            start_s=offset_of(number, clip),
            rng=random.Random(name),
        )
        for number, camera in enumerate(cameras)
        for name, clip in _streams(camera, main_clip, sub_clip)
    ]


def _streams(camera: Camera, main: Clip, sub: Clip) -> Iterator[tuple[str, Clip]]:
    yield path_in(camera.url), main
    if camera.sub_url:
        yield path_in(camera.sub_url), sub


def server_of(cameras: Iterable[Camera]) -> tuple[str, int]:
    """The user and the port that the file's addresses speak of; those of its first camera."""
    first = next((urlsplit(camera.url) for camera in cameras), urlsplit(""))
    return unquote(first.username or ""), first.port or DEFAULT_PORT


def path_in(url: str) -> str:
    """The path of an address, as the server looks it up."""
    return unquote(urlsplit(url).path).strip("/")
