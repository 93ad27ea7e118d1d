"""A camera of a few lines that says what a test wants it to say, on a real socket."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.ingest.rtsp_client.packets import rtp

SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"
PUBLIC = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"
Play = Callable[[socket.socket], None]


@dataclass
class Odd:
    """Answers by method: a status line and headers, then a body. `play` runs once PLAY was answered."""

    answers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    play: Play = lambda line: None
    before_play: bytes = b""
    heard: list[str] = field(default_factory=list)
    """first lines of all requests"""
    received: bytes = b""
    url: str = ""

    def answer(self, method: str) -> tuple[str, str]:
        usual = {
            "OPTIONS": (f"200 OK\r\n{PUBLIC}", ""),
            "DESCRIBE": ("200 OK", SDP),
            "SETUP": ("200 OK\r\nSession: 1;timeout=2\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1", ""),
        }
        return self.answers.get(method) or usual.get(method, ("200 OK", ""))

    def serve(self, line: socket.socket) -> None:
        buffer = b""
        with contextlib.suppress(OSError), line:
            while data := line.recv(4096):
                buffer += data
                self.received += data
                while found := re.search(rb"([A-Z_]+) \S+ RTSP/1\.0\r\n(?:[^\r\n]+\r\n)*\r\n", buffer):
                    self.heard.append(found[0].decode().partition("\r\n")[0])
                    buffer = buffer[found.end() :]
                    self._reply(line, found[0].decode())

    def _reply(self, line: socket.socket, request: str) -> None:
        method = request.split(" ")[0]
        status, body = self.answer(method)
        number = re.search(r"CSeq: (\d+)", request)
        head = f"RTSP/1.0 {status}\r\nCSeq: {number[1] if number else 0}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        line.sendall((self.before_play if method == "PLAY" else b"") + head.encode())
        if method == "PLAY":
            threading.Thread(target=self._play, args=[line], daemon=True).start()

    def _play(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self.play(line)


@contextmanager
def serving(odd: Odd) -> Iterator[Odd]:
    """Listen inside the block; one thread a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=odd.serve, args=[line], daemon=True).start()

        listening = threading.Thread(target=accept, daemon=True)
        listening.start()
        odd.url = f"rtsp://127.0.0.1:{server.getsockname()[1]}/a"
        yield odd
        server.shutdown(socket.SHUT_RDWR)
        listening.join()


def picture(number: int, *, nal: bytes = b"\x41\x80abc") -> bytes:
    """One that is one packet, interleaved on channel 0."""
    packet = rtp(nal, number, 3600 * number, marker=True)
    return b"$\0" + len(packet).to_bytes(2, "big") + packet
