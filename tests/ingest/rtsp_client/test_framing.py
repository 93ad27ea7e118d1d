import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.rtsp_client.framing import Framer
from ingest.rtsp_client.messages import Message
from ingest.rtsp_client.unsupported import Unsupported

HELLO = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"


def frame(channel: int, data: bytes) -> bytes:
    return b"$" + bytes((channel,)) + len(data).to_bytes(2, "big") + data


def taken(chunks: list[bytes]) -> list[tuple[int, bytes] | Message]:
    framer, found = Framer(), list[tuple[int, bytes] | Message]()
    for chunk in chunks:
        while chunk:
            room = framer.room()
            size = min(len(room), len(chunk))
            room[:size] = chunk[:size]
            framer.received(size)
            chunk = chunk[size:]
            for piece in framer.pieces():
                found.append(piece if isinstance(piece, Message) else (piece[0], bytes(piece[1])))
    return found


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in itertools.pairwise(at)]


RTP = st.binary(min_size=8, max_size=60).map(lambda rest: frame(0, b"\x80" + rest))
PIECES = st.one_of(
    RTP,
    st.binary(max_size=60).map(lambda data: frame(1, data)),
    st.binary(max_size=40).map(lambda body: b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body),
    st.just(b"OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 4\r\n\r\n"),
    st.binary(max_size=20),
)


@given(st.lists(PIECES, max_size=12), st.lists(st.integers(0, 10**6), max_size=20))
def test_any_chunking_gives_the_same_pieces(pieces: list[bytes], cuts: list[int]) -> None:
    data = HELLO + b"".join(pieces)
    assert taken(cut(data, cuts)) == taken([data])


@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=3000)), max_size=300))
def test_every_packet_comes_as_it_was_sent(packets: list[tuple[int, bytes]]) -> None:
    assert taken([b"".join(frame(*packet) for packet in packets)]) == packets


def test_an_answer_amid_packets_is_told_apart() -> None:
    body = b"v=0\r\n"
    found = taken([frame(0, b"a") + b"RTSP/1.0 200 OK\r\ncontent-length:5\r\nX: y\r\n\r\n" + body + frame(1, b"b")])
    assert found[0] == (0, b"a")
    assert isinstance(found[1], Message)
    assert (found[1].status, found[1].body, found[1].header("x")) == (200, body, "y")
    assert found[2] == (1, b"b")


@pytest.mark.parametrize(
    "garbage",
    [b"\r\n\r\n", b"\0" * 2000, b"$" * 7, b"RTSP is fine", b"HELLO\r\n", b"$\0\0\x10", b"A" * 3000],
    ids=["empty lines", "zeros", "dollars", "a word", "a line", "half a packet", "letters"],
)
def test_bytes_that_are_nothing_are_passed_over(garbage: bytes) -> None:
    packet = b"\x80" + bytes(30)
    found = taken([HELLO + frame(0, packet) + garbage + 200 * frame(0, packet)])
    assert found.count((0, packet)) >= 190


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 200 OK\r\n\r\n", b"\0\0\0\0\0\0", b"SSH-2.0-x\r\n"], ids=["web", "zeros", "ssh"]
)
def test_who_does_not_begin_as_an_rtsp_server_is_left_to_others(first: bytes) -> None:
    with pytest.raises(Unsupported):
        taken([first])


@pytest.mark.parametrize(
    "endless",
    [HELLO[:-2] + b"X: y\r\n" * 8000, b"RTSP/1.0 200 OK\r\nContent-Length: 999999\r\n\r\n"],
    ids=["head", "body"],
)
def test_a_message_of_unheard_of_length_is_not_waited_for(endless: bytes) -> None:
    with pytest.raises(Unsupported):
        taken([endless])
