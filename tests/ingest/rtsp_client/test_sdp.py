import base64

import pytest

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp_client.sdp import track_of
from ingest.rtsp_client.unsupported import Unsupported

BASE = "rtsp://h:554/cam?channel=1"
HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\n"
H264 = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
H265 = "m=video 0 RTP/AVP 98\r\na=rtpmap:98 H265/90000\r\n"
SETS = [b"\x67\x64\x00\x1f\xac", b"\x68\xeb\xe3\xcb"]
SPROP = ",".join(base64.b64encode(one).decode() for one in SETS)


@pytest.mark.parametrize(
    ("session", "media", "played", "set_up"),
    [
        pytest.param("*", "trackID=0", BASE, f"{BASE}/trackID=0", id="relative, behind a query"),
        pytest.param("*", "rtsp://h/cam/track1", BASE, "rtsp://h/cam/track1", id="absolute"),
        pytest.param("rtsp://h/cam/", "track1", "rtsp://h/cam/", f"{BASE}/track1", id="a session of its own"),
        pytest.param("", "", BASE, BASE, id="none"),
        pytest.param("*", "*", BASE, BASE, id="all in one"),
        pytest.param("*", "/track1", BASE, f"{BASE}/track1", id="a slash"),
    ],
)
def test_the_addresses_of_the_session_and_its_video(session: str, media: str, played: str, set_up: str) -> None:
    text = HEAD + (f"a=control:{session}\r\n" if session else "") + H264 + (f"a=control:{media}\r\n" if media else "")
    track = track_of(text, BASE)
    assert (track.session_url, track.url) == (played, set_up)


@pytest.mark.parametrize(
    ("fmtp", "sets"),
    [
        pytest.param(f"packetization-mode=1;sprop-parameter-sets={SPROP};profile-level-id=64001f", SETS, id="usual"),
        pytest.param(f"packetization-mode=1; sprop-parameter-sets={SPROP},", SETS, id="a comma too many"),
        pytest.param(f"sprop-parameter-sets={SPROP.rstrip('=')}", SETS, id="no padding"),
        pytest.param("sprop-parameter-sets=%%%a,b", [], id="not base64"),
        pytest.param("packetization-mode=0", [], id="none"),
    ],
)
def test_parameter_sets_of_h264(fmtp: str, sets: list[bytes]) -> None:
    assert list(track_of(HEAD + H264 + f"a=fmtp:96 {fmtp}\r\n", BASE).sets) == sets


def test_parameter_sets_of_h265_come_in_the_order_a_decoder_wants_them() -> None:
    text = {name: base64.b64encode(name.encode()).decode() for name in ("vps", "sps", "pps")}
    fmtp = ";".join(f"sprop-{name}={text[name]}" for name in ("sps", "vps", "pps"))
    track = track_of(HEAD + H265 + f"a=fmtp:98 {fmtp}\r\na=framerate:12.5\r\n", BASE)
    assert (track.codec, track.payload_type, track.fps) == ("hevc", 98, 12.5)
    assert track.sets == (b"vps", b"sps", b"pps")


def test_the_first_video_among_other_media_is_taken() -> None:
    sound = "m=audio 0 RTP/AVP 8\r\na=control:0\r\n"
    events = "m=application 0 RTP/AVP 107\r\na=control:2\r\n"
    assert track_of(HEAD + sound + H264 + "a=control:1\r\n" + events, BASE).url == f"{BASE}/1"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + "m=video 0 RTP/AVP 26\r\n", id="MJPEG"),
        pytest.param(HEAD + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 AV1/90000\r\n", id="AV1"),
        pytest.param(HEAD + H264.replace("RTP/AVP", "RTP/SAVP"), id="encrypted"),
        pytest.param(HEAD + H264 + "a=fmtp:96 packetization-mode=2\r\n", id="interleaved packets"),
        pytest.param(HEAD + H265 + "a=fmtp:98 sprop-max-don-diff=1\r\n", id="out of order"),
        pytest.param(HEAD + "m=video\r\n", id="half a line"),
        pytest.param("<html>", id="no description"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_for_this_client_is_left_to_ffmpeg(text: str) -> None:
    with pytest.raises(Unsupported):
        track_of(text, BASE)


def test_a_session_of_sound_alone_has_no_video() -> None:
    with pytest.raises(CameraUnavailable) as outage:
        track_of(HEAD + "m=audio 0 RTP/AVP 8\r\n", BASE)
    assert outage.value.fault is CameraFault.NO_VIDEO
