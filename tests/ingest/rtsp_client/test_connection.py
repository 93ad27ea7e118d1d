"""Cameras with manners of their own, on real sockets."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp_client.connection import GATHER_S, PAUSE_S, Connection, pause_before_reading
from ingest.rtsp_client.target import target_of
from ingest.rtsp_client.unsupported import Unsupported
from tests.ingest.rtsp_client.cameras import Odd, picture, serving

LONG_S = 30.0


@contextmanager
def connected(odd: Odd, timeout_s: float = LONG_S) -> Iterator[tuple[Connection, threading.Event]]:
    stopping = threading.Event()
    with serving(odd):
        connection = Connection.open(target_of(odd.url), None, timeout_s, stopping.is_set)
        try:
            yield connection, stopping
        finally:
            stopping.set()
            connection.close()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def endless(line: socket.socket) -> None:
    for number in itertools.count():
        line.sendall(picture(number))
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("drained", "midway", "gathers", "pause_s"),
    [
        (True, False, False, 0.0),
        (True, True, False, PAUSE_S),
        (True, False, True, GATHER_S),
        (True, True, True, GATHER_S),
        (False, True, True, 0.0),
        (False, True, False, 0.0),
        (False, False, True, 0.0),
    ],
)
def test_the_line_is_left_alone_while_more_is_worth_waiting_for(
    drained: bool, midway: bool, gathers: bool, pause_s: float
) -> None:
    assert pause_before_reading(drained=drained, midway=midway, gathers=gathers) == pause_s


def test_a_camera_that_is_read_in_handfuls_loses_nothing() -> None:
    odd = Odd(play=endless)
    with connected(odd) as (connection, stopping):
        units = list(itertools.islice(connection.units(LONG_S, stopping.is_set, lambda: True), 20))
    assert [unit.ticks for unit in units] == [3600 * number for number in range(20)]
    assert not any(unit.is_corrupt for unit in units)


def test_pictures_that_come_before_play_is_answered_are_kept() -> None:
    odd = Odd(before_play=picture(0) + picture(1))
    with connected(odd) as (connection, stopping):
        units = list(itertools.islice(connection.units(LONG_S, stopping.is_set), 2))
    assert [unit.ticks for unit in units] == [0, 3600]


def test_the_line_is_kept_alive_while_pictures_come_and_the_session_is_ended_at_last() -> None:
    odd = Odd(play=endless)
    with connected(odd) as (connection, stopping):
        units = connection.units(LONG_S, stopping.is_set)
        for _ in units:
            if sum(one.startswith("GET_PARAMETER") for one in odd.heard) >= 2:
                break
    wait_until(lambda: odd.heard[-1].startswith("TEARDOWN"))
    assert odd.heard[-1] == f"TEARDOWN {odd.url} RTSP/1.0"


def test_a_request_of_the_cameras_own_is_answered_and_disturbs_nothing() -> None:
    def play(line: socket.socket) -> None:
        line.sendall(picture(0) + b"OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 9\r\n\r\n" + picture(1))

    odd = Odd(play=play)
    with connected(odd) as (connection, stopping):
        units = list(itertools.islice(connection.units(LONG_S, stopping.is_set), 2))
        wait_until(lambda: b"RTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n" in odd.received)
    assert not units[1].is_corrupt


def test_a_stop_is_heard_while_nothing_comes() -> None:
    with connected(Odd()) as (connection, stopping):
        threading.Timer(0.2, stopping.set).start()
        began = time.monotonic()
        assert list(connection.units(LONG_S, stopping.is_set)) == []
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("play", "silence_s", "fault"),
    [
        pytest.param(lambda line: line.sendall(picture(0)), 0.4, CameraFault.TIMEOUT, id="falls silent"),
        pytest.param(lambda line: line.shutdown(socket.SHUT_RDWR), LONG_S, CameraFault.ENDED, id="hangs up"),
        pytest.param(
            lambda line: line.sendall(picture(0) + b"$\1\0\x08\x81\xcb\0\1\0\0\0\7"),
            LONG_S,
            CameraFault.ENDED,
            id="bye",
        ),
    ],
)
def test_the_end_of_a_stream_is_named(play: object, silence_s: float, fault: CameraFault) -> None:
    with connected(Odd(play=play)) as (connection, stopping), pytest.raises(CameraUnavailable) as outage:  # type: ignore[arg-type]
        list(connection.units(silence_s, stopping.is_set))
    assert outage.value.fault is fault


def test_packets_of_which_nothing_is_made_are_left_to_ffmpeg() -> None:
    odd = Odd(play=lambda line: line.sendall(b"".join(picture(number, nal=b"\x1a\0\0") for number in range(9))))
    with connected(odd) as (connection, stopping), pytest.raises(Unsupported):
        list(connection.units(0.4, stopping.is_set))


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        pytest.param({"SETUP": ("461 Unsupported Transport", "")}, Unsupported, id="UDP only"),
        pytest.param({"DESCRIBE": ("200 OK", "m=video 0 RTP/AVP 26\r\n")}, Unsupported, id="MJPEG"),
        pytest.param({"DESCRIBE": ("454 Session Not Found", "")}, Unsupported, id="confused"),
        pytest.param({"DESCRIBE": ("404 Not Found", "")}, CameraUnavailable, id="wrong path"),
    ],
)
def test_a_connection_that_does_not_come_about_leaves_no_socket(
    answers: dict[str, tuple[str, str]], kind: type[Exception]
) -> None:
    with serving(Odd(answers)) as odd, pytest.raises(kind):
        Connection.open(target_of(odd.url), None, LONG_S, lambda: False)
