"""Simulated cameras for the tests of this package; the clips are encoded once."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from hub.camera_sim import Clip
from tests.clips import make_clip

SHAPES: dict[str, dict[str, object]] = {
    "h264": {},
    "hevc": {"codec": "hevc"},
    "b_frames": {"b_frames": 2},
    "small": {"size": (160, 90)},
    "portrait": {"size": (180, 320)},
    "five_a_second": {"fps": 5},
    "all_intra": {"gop_s": 0.1},
    "still": {"still": True},
    "smart_codec": {"gop_s": 30.0, "seconds": 30},
}


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Clip]:
    """Clips by name, see `SHAPES`; a keyframe a second except `smart_codec`."""
    folder: Path = tmp_path_factory.mktemp("clips")
    return {name: Clip.load(make_clip(folder / f"{name}.mp4", **shape)) for name, shape in SHAPES.items()}
