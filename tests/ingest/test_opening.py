"""Servers that answer in ways of their own."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from contracts.errors import CameraFault, CameraUnavailable
from ingest.opening import open_camera

SDP = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\nm=audio 0 RTP/AVP 8\r\na=control:trackID=0\r\n"


def answer(connection: socket.socket) -> None:
    """An intercom as GStreamer's server is one: PLAY is refused while no part of the session was set up."""
    set_up = False
    with contextlib.suppress(ConnectionError), connection, connection.makefile("rb") as lines:
        while method := lines.readline().split(b" ")[0]:
            head = [line for line in iter(lines.readline, b"\r\n") if line.lower().startswith(b"cseq")]
            set_up |= method == b"SETUP"
            status = b"455 Method Not Valid in This State" if method == b"PLAY" and not set_up else b"200 OK"
            body = SDP.encode() if method == b"DESCRIBE" else b""
            extra = b"Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n" if method == b"SETUP" else b""
            extra += b"Content-Type: application/sdp\r\n" if body else b""
            connection.sendall(
                b"RTSP/1.0 %s\r\n%s%sContent-Length: %d\r\n\r\n%s" % (status, head[0], extra, len(body), body)
            )
            if method == b"PLAY" and set_up:
                for n in range(50):
                    packet = struct.pack("!BBHII", 0x80, 8, n, n * 160, 7) + b"\xd5" * 160
                    connection.sendall(struct.pack("!BBH", 0x24, 0, len(packet)) + packet)


@pytest.fixture
def intercom() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=[connection], daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"rtsp://127.0.0.1:{server.getsockname()[1]}/x"
        server.shutdown(socket.SHUT_RDWR)


def test_sound_alone_is_said_to_have_no_video(intercom: str) -> None:
    with pytest.raises(CameraUnavailable) as refused:
        open_camera(intercom, {}, None, (5, 2))
    assert refused.value.fault is CameraFault.NO_VIDEO
