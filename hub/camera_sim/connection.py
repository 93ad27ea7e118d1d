"""One RTSP connection: OPTIONS, DESCRIBE, SETUP, PLAY over TCP, then pictures."""

import asyncio
import os
from collections.abc import Mapping
from typing import Protocol

from hub.camera_sim.faults import ANSWERS_NOTHING, Fault
from hub.camera_sim.path import CameraPath
from hub.camera_sim.requests import NotRtsp, Request, requests_in

SLOW_BYTES = 4_000_000
"""A watcher that has this much unsent gets nothing until the next keyframe finds it caught up."""
CAUGHT_UP_BYTES = 500_000

_REASONS = {
    200: "OK", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed", 461: "Unsupported Transport",
    503: "Service Unavailable",
}  # fmt: skip
_REFUSALS = {Fault.MISSING: 404, Fault.REFUSE: 503}
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"


class Register(Protocol):
    """What a connection asks of its server."""

    @property
    def paths(self) -> Mapping[str, CameraPath]:
        """Cameras by path."""
        ...

    def opened(self, connection: "Connection") -> None:
        """A client connected."""
        ...

    def closed(self, connection: "Connection") -> None:
        """A client left."""
        ...


class Connection(asyncio.Protocol):
    """A client. It watches at most one camera."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._buffer = bytearray()
        self._nonce, self._session = os.urandom(16).hex(), os.urandom(4).hex()
        self._watching: CameraPath | None = None
        self._skipping = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._register.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._register.closed(self)
        if self._watching is not None:
            self._watching.leave(self)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._buffer += data
        try:
            for request in requests_in(self._buffer):
                self._serve(request)
        except NotRtsp:
            self.cut()

    def send(self, data: bytes | bytearray, *, is_keyframe: bool) -> None:
        """Send one picture; a slow client misses pictures up to a keyframe, and never holds up the others."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        unsent = transport.get_write_buffer_size()
        if self._skipping and is_keyframe and unsent < CAUGHT_UP_BYTES:
            self._skipping = False
        if unsent > SLOW_BYTES:
            self._skipping = True
        if not self._skipping:
            transport.write(data)

    def cut(self) -> None:
        """End the connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _serve(self, request: Request) -> None:
        path = self._register.paths.get(request.path)
        if request.method == "OPTIONS":
            self._reply(request, 200, {"Public": _METHODS})
        elif path is None:
            self._reply(request, 404)
        elif path.fault in ANSWERS_NOTHING:
            return
        elif path.fault in _REFUSALS:
            self._reply(request, _REFUSALS[path.fault])
        elif not self._admitted(path, request):
            challenge = path.account.challenge(self._nonce) if path.account else 'Basic realm="camera-sim"'
            self._reply(request, 401, {"WWW-Authenticate": challenge})
        else:
            self._obey(path, request)

    def _admitted(self, path: CameraPath, request: Request) -> bool:
        if path.fault is Fault.WRONG_PASSWORD:
            return False
        given = request.headers.get("authorization", "")
        return path.account is None or path.account.admits(request.method, given, self._nonce)

    def _obey(self, path: CameraPath, request: Request) -> None:
        session = {"Session": f"{self._session};timeout=60"}
        match request.method:
            case "DESCRIBE":
                headers = {"Content-Type": "application/sdp", "Content-Base": request.url.rstrip("/") + "/"}
                self._reply(request, 200, headers, path.sdp())
            case "SETUP" if "TCP" not in request.headers.get("transport", ""):
                self._reply(request, 461)
            case "SETUP":
                self._reply(request, 200, session | {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"})
            case "PLAY":
                self._reply(request, 200, session | {"Range": "npt=now-"})
                self._watching = path
                path.join(self)
            case "TEARDOWN":
                self._reply(request, 200, session)
                if self._transport is not None:
                    self._transport.close()
            case "PAUSE" | "GET_PARAMETER" | "SET_PARAMETER":
                self._reply(request, 200, session)
            case _:
                self._reply(request, 405)

    def _reply(self, request: Request, status: int, headers: Mapping[str, str] | None = None, body: str = "") -> None:
        lines = [f"RTSP/1.0 {status} {_REASONS[status]}", f"CSeq: {request.headers.get('cseq', '0')}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body:
            lines.append(f"Content-Length: {len(body.encode())}")
        if self._transport is not None:
            self._transport.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
