"""RTSP requests out of a byte stream in which RTCP packets of the client are interleaved. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

HEAD_LIMIT = 16_384


class NotRtsp(ValueError):
    """The bytes are no RTSP request; the connection is closed."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case."""

    method: str
    url: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """The camera's path: the URL's without slashes at its ends, query and track."""
        return unquote(urlsplit(self.url).path).removesuffix("/trackID=0").strip("/")


def requests_in(buffer: bytearray) -> Iterator[Request]:
    """Complete requests, taken off the front of `buffer`; the rest waits for more bytes.

    Raises:
        NotRtsp: the head is malformed or longer than 16 KiB.
    """
    while buffer:
        if buffer[0] == 0x24:  # an interleaved packet from the client (RTCP): not needed
            size = 4 + int.from_bytes(buffer[2:4], "big")
            if len(buffer) < max(4, size):
                return
            del buffer[:size]
            continue
        end = buffer.find(b"\r\n\r\n")
        if end < 0 and len(buffer) <= HEAD_LIMIT:
            return
        request, body = _parse(bytes(buffer[: max(0, end)]))
        if len(buffer) < end + 4 + body:
            return
        del buffer[: end + 4 + body]
        yield request


def _parse(head: bytes) -> tuple[Request, int]:
    lines = head.decode("latin-1").split("\r\n")
    first = lines[0].split(" ")
    if len(first) != 3 or not first[2].startswith("RTSP/"):
        raise NotRtsp(lines[0][:80])
    pairs = (line.partition(":") for line in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > HEAD_LIMIT:
        raise NotRtsp("content-length")
    return Request(first[0], first[1], headers), int(length)
