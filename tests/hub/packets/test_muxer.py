from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.packets import EncodedPacket, Fragment, Init, Piece, StreamHeader
from hub.packets.muxer import Muxer
from tests.clips import make_clip
from tests.hub.packets.encoded import packets_of, pictures_in


def pieces_of(packets: list[EncodedPacket], muxer: Muxer | None = None) -> list[Piece]:
    mux = (muxer or Muxer()).mux
    return [piece for packet in packets for piece in mux(packet)]


def whole(pieces: list[Piece]) -> bytes:
    return b"".join(piece.data for piece in pieces)


@pytest.mark.parametrize("annex_b", [True, False], ids=["as RTSP sends it", "as files hold it"])
@pytest.mark.parametrize(
    ("codec", "b_frames", "mime"),
    [("h264", 0, "avc1.42c00b"), ("h264", 2, "avc1.4d400c"), ("hevc", 0, "hvc1.1.6.L60.90")],
    ids=["H.264", "B-frames", "H.265"],
)
def test_every_picture_comes_out_with_its_time(
    tmp_path: Path, codec: str, b_frames: int, mime: str, annex_b: bool
) -> None:
    clip = make_clip(tmp_path / "clip.mp4", codec=codec, b_frames=b_frames)
    pieces = pieces_of(packets_of(clip, annex_b=annex_b))
    first, *rest = pieces
    assert isinstance(first, Init)
    assert first.mime == f'video/mp4; codecs="{mime}"'
    assert (first.width, first.height) == (320, 180)
    assert [isinstance(one, Fragment) and one.is_key for one in rest] == [number % 10 == 0 for number in range(40)]
    before, after = pictures_in(clip.read_bytes()), pictures_in(whole(pieces))
    assert [shown for _, shown in after] == [shown for _, shown in before]
    moved = after[0][0] - before[0][0]
    assert [at - moved for at, _ in after] == pytest.approx([at for at, _ in before], abs=0.002)


def test_nothing_is_said_before_the_first_keyframe(tmp_path: Path) -> None:
    packets = packets_of(make_clip(tmp_path / "clip.mp4"), annex_b=True)
    pieces = pieces_of(packets[3:12])
    assert [type(one) for one in pieces] == [Init, Fragment, Fragment]


def test_the_same_stream_after_a_reconnect_goes_on_and_another_begins_anew(tmp_path: Path) -> None:
    first = packets_of(make_clip(tmp_path / "one.mp4"), annex_b=True)
    again = [
        replace(one, header=StreamHeader("h264", b"", 320, 180), arrived_at=one.arrived_at + timedelta(seconds=9))
        for one in first
    ]
    other = packets_of(make_clip(tmp_path / "two.mp4", size=(640, 360)), annex_b=True)
    muxer = Muxer()
    assert sum(isinstance(one, Init) for one in pieces_of(first + again, muxer)) == 1
    fresh = pieces_of(other, muxer)
    assert isinstance(fresh[0], Init)
    assert (fresh[0].width, fresh[0].height) == (640, 360)


def test_another_connection_is_not_shown_before_its_first_keyframe(tmp_path: Path) -> None:
    first = packets_of(make_clip(tmp_path / "one.mp4"), annex_b=True)
    another = StreamHeader("h264", b"", 320, 180)
    again = [replace(one, header=another) for one in first[5:]]
    pieces = pieces_of(first + again)
    assert [isinstance(one, Fragment) and one.is_key for one in pieces[41:43]] == [True, False]
    assert len(pieces) == 1 + 40 + 30


def test_the_time_of_a_break_is_kept(tmp_path: Path) -> None:
    first = packets_of(make_clip(tmp_path / "one.mp4"), annex_b=True)
    again = [
        replace(one, header=StreamHeader("h264", b"", 320, 180), arrived_at=one.arrived_at + timedelta(seconds=9))
        for one in first
    ]
    shown = [at for at, _ in pictures_in(whole(pieces_of(first + again)))]
    assert shown[40] - shown[39] == pytest.approx(5.1, abs=0.15)
    assert shown == sorted(shown)


def test_a_codec_that_no_browser_plays_is_refused(tmp_path: Path) -> None:
    packet = replace(packets_of(make_clip(tmp_path / "clip.mp4"))[0], header=StreamHeader("mjpeg", b"", 320, 180))
    with pytest.raises(ValueError, match="mjpeg"):
        Muxer().mux(packet)
