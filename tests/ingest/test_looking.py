from datetime import UTC, datetime

import av
import numpy as np
import pytest

from contracts.frames import Frame
from ingest.colour import luma_of
from ingest.link import Link
from ingest.looking import Eye

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def picture(form: str, grey: int = 120, size: tuple[int, int] = (640, 360)) -> av.VideoFrame:
    image = np.full((size[1], size[0], 3), grey, np.uint8)
    return av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format=form)


def eye(**wishes: float) -> Eye:
    return Eye(Link("cam", "rtsp://h/a", lambda: NOON, lambda frame: None, **wishes))


@pytest.mark.parametrize(
    ("form", "is_view"),
    [
        ("yuv420p", True), ("yuvj420p", True), ("yuvj422p", True), ("yuv444p", True), ("nv12", True),
        ("yuv420p10le", False), ("rgb24", False),
    ],
)  # fmt: skip
def test_pictures_of_every_format_of_cameras_pass_the_gate(form: str, is_view: bool) -> None:
    shown = picture(form)
    luma = luma_of(shown)
    assert (luma is not None) is is_view
    if luma is not None:
        assert luma.shape == (360, 640)
    looking = eye()
    first = looking.frame(shown, NOON, corrupt=False, now_s=0.0)
    second = looking.frame(picture(form), NOON, corrupt=False, now_s=1.0)
    assert first is not None
    assert second is not None
    assert (first.moved, second.moved) == (True, False)
    assert np.abs(first.image.astype(int) - 120).max() <= 5  # a decoder rounds


def frames(looking: Eye, seconds: float, fps: float) -> list[Frame]:
    made = (looking.frame(picture("yuv420p"), NOON, corrupt=False, now_s=n / fps) for n in range(int(seconds * fps)))
    return [frame for frame in made if frame is not None]


@pytest.mark.parametrize(("look_every_s", "looks"), [(4.0, 3), (2.0, 6), (0.5, 20)])
def test_a_still_picture_is_looked_at_as_often_as_asked_and_shown_once_a_second(
    look_every_s: float, looks: int
) -> None:
    handed = frames(eye(look_every_s=look_every_s), 10.0, 8.0)
    assert abs(sum(frame.moved for frame in handed) - looks) <= 1
    assert len(handed) <= max(10, looks) + 3


def test_a_damaged_picture_teaches_the_gate_nothing() -> None:
    looking = eye()
    looking.frame(picture("yuv420p"), NOON, corrupt=False, now_s=0.0)
    damaged = looking.frame(picture("yuv420p", grey=10), NOON, corrupt=True, now_s=1.0)
    after = looking.frame(picture("yuv420p"), NOON, corrupt=False, now_s=2.0)
    assert damaged is not None
    assert after is not None
    assert (damaged.is_corrupt, damaged.moved, after.moved) == (True, True, False)
