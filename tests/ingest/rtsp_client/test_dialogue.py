"""The opening of a connection played by hand: what is asked, and what each answer leads to."""

import pytest

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp_client.dialogue import Dialogue, Opening
from ingest.rtsp_client.messages import Message, body_bytes, read_head
from ingest.rtsp_client.target import target_of
from ingest.rtsp_client.unsupported import Unsupported

SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"
CHALLENGE = ("WWW-Authenticate", 'Digest realm="cam", nonce="{}"')


def reply(status: int, headers: dict[str, str] | None = None, body: str = "") -> Message:
    pairs = tuple((name.lower(), value) for name, value in (headers or {}).items())
    return Message(status, "", pairs, body.encode())


GOOD: dict[str, Message] = {
    "OPTIONS": reply(200, {"Public": "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER"}),
    "DESCRIBE": reply(200, {"Content-Base": "rtsp://h:554/a/"}, SDP),
    "SETUP": reply(200, {"Session": "77;timeout=30", "Transport": "RTP/AVP/TCP;unicast;interleaved=4-5"}),
    "PLAY": reply(200),
}


def played(
    answers: dict[str, Message | list[Message]], url: str = "rtsp://admin:geheim@h/a"
) -> tuple[Dialogue, list[str]]:
    """The dialogue, and every request that was made; a method's answers are given in turn, the last one for ever."""
    dialogue, asked = Dialogue(target_of(url), lambda: "c"), list[str]()
    turns = {method: list(said) if isinstance(said, list) else [said] for method, said in (GOOD | answers).items()}
    opening = dialogue.opening()
    request = next(opening)
    while True:
        asked.append(request.decode())
        left = turns[asked[-1].split()[0]]
        try:
            request = opening.send(left.pop(0) if len(left) > 1 else left[0])
        except StopIteration:
            return dialogue, asked


def lines(asked: list[str]) -> list[str]:
    return [request.split(" RTSP")[0] for request in asked]


def test_a_camera_is_asked_in_four_steps() -> None:
    dialogue, asked = played({})
    assert lines(asked) == [
        "OPTIONS rtsp://h:554/a", "DESCRIBE rtsp://h:554/a", "SETUP rtsp://h:554/a/trackID=1", "PLAY rtsp://h:554/a/",
    ]  # fmt: skip
    assert "Session: 77\r\n" in asked[3]
    assert [f"CSeq: {number}\r\n" in request for number, request in enumerate(asked, 1)] == [True] * 4
    assert (dialogue.channels, dialogue.silence_s) == ((4, 5), 15.0)


def test_signs_of_life_name_the_session_and_a_receiver_report_goes_with_them() -> None:
    dialogue, _ = played({})
    sign = dialogue.sign_of_life()
    assert sign.startswith(b"GET_PARAMETER rtsp://h:554/a/ RTSP/1.0\r\n")
    assert b"Session: 77\r\n" in sign
    assert sign.partition(b"\r\n\r\n")[2][:6] == b"$\5\0\x18\x80\xc9"
    dialogue.heard(reply(501))
    assert dialogue.sign_of_life().startswith(b"OPTIONS ")
    assert dialogue.farewell().startswith(b"TEARDOWN rtsp://h:554/a/ RTSP/1.0\r\n")


def test_a_camera_that_knows_no_get_parameter_is_never_asked_it() -> None:
    dialogue, _ = played({"OPTIONS": reply(200, {"Public": "DESCRIBE, SETUP, PLAY"})})
    assert dialogue.sign_of_life().startswith(b"OPTIONS ")


def test_the_password_is_given_when_it_is_asked_for_and_with_every_request_after() -> None:
    _, asked = played({"DESCRIBE": [reply(401, dict([CHALLENGE])), GOOD["DESCRIBE"]]})
    assert [("Authorization: Digest" in request) for request in asked] == [False, False, True, True, True]
    assert not any("geheim" in request for request in asked)


def test_a_nonce_that_went_stale_is_replaced_in_the_opening_and_later() -> None:
    stale = reply(401, {"WWW-Authenticate": 'Digest realm="cam", nonce="new", stale=true'})
    dialogue, asked = played({
        "DESCRIBE": [reply(401, {"WWW-Authenticate": 'Digest realm="cam", nonce="old"'}), GOOD["DESCRIBE"]],
        "PLAY": [stale, GOOD["PLAY"]],
    })  # fmt: skip
    assert 'nonce="old"' in asked[-2]
    assert 'nonce="new"' in asked[-1]
    dialogue.heard(reply(401, {"WWW-Authenticate": 'Digest realm="cam", nonce="newest"'}))
    assert b'nonce="newest"' in dialogue.sign_of_life()


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        pytest.param({"DESCRIBE": reply(401, dict([CHALLENGE]))}, CameraFault.UNAUTHORIZED, id="wrong password"),
        pytest.param({"DESCRIBE": reply(403)}, CameraFault.UNAUTHORIZED, id="forbidden"),
        pytest.param({"DESCRIBE": reply(404)}, CameraFault.NOT_FOUND, id="wrong path"),
        pytest.param({"OPTIONS": reply(404)}, CameraFault.NOT_FOUND, id="wrong path, at once"),
        pytest.param({"SETUP": reply(503)}, CameraFault.REFUSED, id="no free session"),
        pytest.param({"PLAY": reply(500)}, CameraFault.REFUSED, id="an error of its own"),
    ],
)
def test_what_the_camera_refuses_is_told_and_not_tried_again(
    answers: dict[str, Message | list[Message]], fault: CameraFault
) -> None:
    with pytest.raises(CameraUnavailable) as outage:
        played(answers)
    assert outage.value.fault is fault


def test_a_wrong_password_is_tried_once() -> None:
    tried = list[bytes]()

    def refuse_all(opening: Opening) -> None:
        request = next(opening)
        while True:
            tried.append(request)
            anew = reply(401, {"WWW-Authenticate": f'Digest realm="r", nonce="{len(tried)}"'})
            request = opening.send(anew if request.startswith(b"DESCRIBE") else GOOD["OPTIONS"])

    with pytest.raises(CameraUnavailable):
        refuse_all(Dialogue(target_of("rtsp://admin:geheim@h/a"), lambda: "c").opening())
    assert [b"Authorization" in request for request in tried] == [False, False, True]


def test_without_credentials_nothing_is_tried_twice() -> None:
    with pytest.raises(CameraUnavailable) as outage:
        played({"DESCRIBE": reply(401, dict([CHALLENGE]))}, url="rtsp://h/a")
    assert outage.value.fault is CameraFault.UNAUTHORIZED


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"SETUP": reply(461)}, id="UDP only"),
        pytest.param({"SETUP": reply(200, {"Transport": "RTP/AVP;multicast"})}, id="multicast whatever is asked"),
        pytest.param({"DESCRIBE": reply(301)}, id="moved"),
        pytest.param({"DESCRIBE": reply(400)}, id="does not understand us"),
        pytest.param({"DESCRIBE": reply(401, {"WWW-Authenticate": "NTLM"})}, id="a way of its own"),
        pytest.param({"DESCRIBE": reply(200, {}, "<html>")}, id="no description"),
    ],
)
def test_what_this_client_does_not_do_is_left_to_ffmpeg(answers: dict[str, Message | list[Message]]) -> None:
    with pytest.raises(Unsupported):
        played(answers)


def test_a_camera_without_options_is_asked_on() -> None:
    assert lines(played({"OPTIONS": reply(501)})[1])[-1].startswith("PLAY")


@pytest.mark.parametrize(
    ("said", "length"),
    [("12", 12), ("", 0), ("x", 0), ("-1", 0), ("٣", 0)],
    ids=["", "none", "word", "less", "other digits"],
)
def test_the_length_of_a_body(said: str, length: int) -> None:
    assert body_bytes(read_head(f"RTSP/1.0 200 OK\r\nContent-Length: {said}".encode())) == length
