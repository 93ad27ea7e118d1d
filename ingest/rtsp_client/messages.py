"""RTSP messages (RFC 2326 §6, §7): requests written, answers read. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

FIRST_LINE = re.compile(rb"RTSP/1\.\d +(\d{3})\b.*|([A-Z_]{3,20}) +\S+ +RTSP/1\.\d")
"""of an answer, or of a request that a camera sends to us"""


@dataclass(frozen=True, slots=True)
class Message:
    """An answer, or (`method`) a request of the camera's own. Header names are lower case; some come twice."""

    status: int
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first of that name; empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all_of(self, name: str) -> list[str]:
        """Every one of that name."""
        return [value for key, value in self.headers if key == name]


def read_head(head: bytes) -> Message:
    """A message without its body, from the bytes before the empty line; the first line matches `FIRST_LINE`."""
    first, *lines = re.split(rb"\r\n|\n", head)
    found = FIRST_LINE.match(first)
    assert found is not None
    pairs: list[tuple[str, str]] = []
    for line in lines:
        name, _, value = line.decode("utf-8", "replace").partition(":")
        pairs.append((name.strip().lower(), value.strip()))
    return Message(int(found[1] or 0), (found[2] or b"").decode(), tuple(pairs))


def body_bytes(message: Message) -> int:
    """How many bytes follow the head; 0 where the length cannot be read."""
    text = message.header("content-length")
    return int(text) if text.isascii() and text.isdigit() else 0


def request(method: str, url: str, number: int, headers: Sequence[tuple[str, str]] = ()) -> bytes:
    """A request without a body; `number` is its CSeq."""
    lines = [f"{method} {url} RTSP/1.0", f"CSeq: {number}", "User-Agent: hub"]
    lines += [f"{name}: {value}" for name, value in headers if value]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(message: Message) -> bytes:
    """What we say to a camera's own request: OPTIONS is only a sign of life, nothing else is done for it."""
    status = "200 OK" if message.method == "OPTIONS" else "501 Not Implemented"
    return f"RTSP/1.0 {status}\r\nCSeq: {message.header('cseq')}\r\n\r\n".encode()
