from pathlib import Path

import cv2
import numpy as np
import pytest

from contracts.errors import ConfigurationError
from hub import assets, clock, sample_pictures
from hub.camera_sim import CameraPath, CameraSim, Clip
from tests.detectors.scenes import camera


def told() -> tuple[list[tuple[int, int]], sample_pictures.Progress]:
    steps: list[tuple[int, int]] = []
    return steps, lambda done, total: steps.append((done, total))


def still(path: Path, value: int) -> Path:
    path.write_bytes(cv2.imencode(".png", np.full((8, 8, 3), value, np.uint8))[1].tobytes())
    return path


def test_pictures_come_evenly_out_of_folders_and_videos(tmp_path: Path) -> None:
    for value in range(10):
        still(tmp_path / f"{value}.png", value)
    steps, progress = told()
    found = sample_pictures.from_files([tmp_path], 4, progress)
    assert [int(one[0, 0, 0]) for one in found] == [0, 3, 6, 9]
    assert steps[-1] == (4, 4)
    street = sample_pictures.from_files([assets.ensure().street_360p], 3, progress)
    assert [one.shape for one in street] == [(360, 640, 3)] * 3
    assert not np.array_equal(street[0], street[1])


def test_fewer_pictures_than_wanted_are_all_of_them(tmp_path: Path) -> None:
    still(tmp_path / "one.png", 1)
    assert len(sample_pictures.from_files([tmp_path], 64, lambda done, total: None)) == 1


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["nothing", "an empty folder"])
def test_what_holds_no_picture_is_said(make: object, tmp_path: Path) -> None:
    path = tmp_path / "here"
    make(path)  # type: ignore[operator]
    with pytest.raises(ConfigurationError, match=r"no such file|no picture in it"):
        sample_pictures.from_files([path], 8, lambda done, total: None)


def test_a_picture_that_is_broken_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(ConfigurationError, match="no picture in it"):
        sample_pictures.from_files([tmp_path], 8, lambda done, total: None)


async def test_cameras_give_their_keyframes() -> None:
    clip = Clip.load(assets.ensure().street_360p)
    async with CameraSim([CameraPath("a", clip), CameraPath("b", clip)]).serving(clock=clock.now) as sim:
        cameras = [camera(camera_id=name, url=f"rtsp://127.0.0.1:{sim.port}/{name}") for name in ("a", "b")]
        found = await sample_pictures.from_cameras(cameras, 2, 20.0, lambda done, total: None)
    assert [one.shape for one in found] == [(360, 640, 3)] * 2


async def test_without_any_picture_it_says_where_to_look() -> None:
    silent = camera(url="rtsp://127.0.0.1:9/none")
    with pytest.raises(ConfigurationError, match="none of 1 cameras") as refused:
        await sample_pictures.from_cameras([silent], 2, 0.3, lambda done, total: None)
    assert "hub streams check" in refused.value.hint
