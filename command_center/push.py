"""One websocket frame, built once, written to every seat: uvicorn's protocol with one door more.

Without compression a server's frame is the same for all clients (only clients mask), so the bytes of a message can be
shared. An ordinary ASGI send builds them anew for each client; see docs/decisions/0008-one-frame-for-all.md.
"""

import struct
from typing import Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Close
from websockets.http11 import Request

EXTENSION = "hub.push"
"""name of the ASGI extension under which a websocket's scope holds its `Wire`"""
_TEXT_FIN, _BINARY_FIN, _CLOSE_FIN = 0x81, 0x82, 0x88


class Wire(Protocol):
    """Where prepared frames of one client go."""

    def write(self, frame: bytes) -> None:
        """Hand the frame to the socket; never waits."""
        ...

    def backlog(self) -> int:
        """Bytes that the socket has not taken yet; -1: it is gone."""
        ...

    def drop(self) -> None:
        """Cut the connection at once."""
        ...


def text_frame(message: bytes) -> bytes:
    """A whole text message as one server frame. Source: RFC 6455 §5.2."""
    return _head(_TEXT_FIN, len(message)) + message


def binary_frame(message: bytes) -> bytes:
    """A whole binary message as one server frame."""
    return _head(_BINARY_FIN, len(message)) + message


def close_frame(code: int, reason: str) -> bytes:
    """A close frame. Source: RFC 6455 §5.5.1."""
    body = Close(code, reason).serialize()
    return _head(_CLOSE_FIN, len(body)) + body


def _head(first: int, length: int) -> bytes:
    if length < 126:
        return struct.pack("!BB", first, length)
    if length < 1 << 16:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)


class PushProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's websocket protocol; its scope carries the extension `hub.push`."""

    def handle_connect(self, event: Request) -> None:
        """The task of the application has not begun when this returns, so it sees the extension."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions = self.scope.get("extensions")
            assert extensions is not None
            extensions[EXTENSION] = {"wire": _TransportWire(self)}


class _TransportWire:
    __slots__ = ("_protocol", "_transport")

    def __init__(self, protocol: PushProtocol) -> None:
        self._protocol, self._transport = protocol, protocol.transport

    def write(self, frame: bytes) -> None:
        if self._protocol.handshake_complete and not self._protocol.close_sent:
            self._transport.write(frame)

    def backlog(self) -> int:
        return -1 if self._transport.is_closing() else self._transport.get_write_buffer_size()

    def drop(self) -> None:
        self._transport.abort()
