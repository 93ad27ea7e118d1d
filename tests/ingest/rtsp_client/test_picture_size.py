"""Sizes read from parameter sets that two encoders wrote."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.camera_sim import Clip
from hub.camera_sim.rtp import Codec
from ingest.rtsp_client.picture import sequence_set
from ingest.rtsp_client.picture_size import size_of
from tests.clips import make_clip


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("size", [(320, 180), (176, 144), (322, 182), (1920, 1080), (180, 320)], ids=str)
def test_the_size_as_it_is_shown(codec: Codec, size: tuple[int, int], tmp_path: Path) -> None:
    clip = Clip.load(make_clip(tmp_path / "a.mp4", codec=codec, size=size, seconds=1, fps=2))
    assert size_of(codec, sequence_set(codec, clip.parameter_sets)) == size


@pytest.mark.parametrize(
    ("codec", "sps", "size"),
    [
        pytest.param("h264", "6764001eacd940b03da10000030001000003003c0f162d96", (704, 480), id="High"),
        pytest.param("h264", "", None, id="nothing"),
        pytest.param("h264", "67640028", None, id="cut off"),
        pytest.param("hevc", "4201", None, id="only its header"),
        pytest.param("h264", "6742001e" + "00" * 40, None, id="zeros"),
    ],
)
def test_sets_of_others_and_those_that_cannot_be_read(codec: Codec, sps: str, size: tuple[int, int] | None) -> None:
    assert size_of(codec, bytes.fromhex(sps)) == size


@given(st.sampled_from(["h264", "hevc"]), st.binary(max_size=60))
def test_nonsense_raises_nothing(codec: Codec, sps: bytes) -> None:
    assert size_of(codec, sps) is None or min(size_of(codec, sps) or (0,)) > 0
