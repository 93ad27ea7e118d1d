from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import av
import pytest

from contracts.cameras import Zone
from contracts.packets import StreamHeader
from hub.clips.cutting import cut
from tests.clips import make_clip
from tests.hub.packets.encoded import T0, packets_of, pictures_in

MASK = Zone(name="window", points=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))


@pytest.mark.parametrize(("codec", "b_frames"), [("h264", 0), ("h264", 2), ("hevc", 0)])
def test_a_film_holds_the_cameras_own_pictures(tmp_path: Path, codec: str, b_frames: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", codec=codec, b_frames=b_frames)
    film = cut(packets_of(clip, annex_b=True), (), T0)
    assert film is not None
    assert b"moof" not in film
    assert [shown for _, shown in pictures_in(film)] == [shown for _, shown in pictures_in(clip.read_bytes())]


def test_masks_are_burnt_in(tmp_path: Path) -> None:
    film = cut(packets_of(make_clip(tmp_path / "clip.mp4"), annex_b=True), (MASK,), T0)
    assert film is not None
    with av.open(BytesIO(film)) as container:
        images = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    assert len(images) >= 38
    assert max(image[:, :155].max() for image in images) <= 4
    assert min(image[:, 170:].mean() for image in images) > 50


@pytest.mark.parametrize(("moment_s", "width"), [(1.0, 320), (6.0, 160)], ids=["before the change", "after it"])
def test_a_stream_that_changes_gives_the_part_of_the_moment(tmp_path: Path, moment_s: float, width: int) -> None:
    first = packets_of(make_clip(tmp_path / "one.mp4"), annex_b=True)
    second = packets_of(make_clip(tmp_path / "two.mp4", size=(160, 90)), annex_b=True, start=T0 + timedelta(seconds=4))
    film = cut(first + second, (), T0 + timedelta(seconds=moment_s))
    assert film is not None
    with av.open(BytesIO(film)) as container:
        assert container.streams.video[0].codec_context.width == width


def test_of_nothing_comes_nothing() -> None:
    assert cut((), (), T0) is None
    assert cut((), (MASK,), T0) is None


def test_packets_that_cannot_be_decoded_give_no_film(tmp_path: Path) -> None:
    packets = packets_of(make_clip(tmp_path / "clip.mp4"), annex_b=True)
    junk = [replace(one, header=StreamHeader("mjpeg", b"", 320, 180), data=b"\xff\xd8junk") for one in packets]
    assert cut(junk, (), T0) is None
