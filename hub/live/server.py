"""The internal port of a vision worker: consoles that share its secret fetch one camera each over a websocket."""

import http
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from urllib.parse import parse_qs, quote, unquote, urlsplit

from prometheus_client import Gauge
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from contracts.errors import CameraUnavailable, ConfigurationError, Refused
from contracts.packets import Init, Wish
from hub.live.desk import LiveDesk
from hub.live.signature import admits

log = logging.getLogger(__name__)

FETCHED = Gauge("hub_live_fetched", "streams that consoles fetch from this worker now")

PREFIX = "/live/"
NO_PICTURE, NOT_HERE = 4409, 4404
"""close codes: the camera gives no picture; another worker holds it, or none"""
DELTA, KEY = b"\0", b"\1"
"""first byte of every binary message but an init segment, which follows its text"""


@asynccontextmanager
async def serving(
    desk: LiveDesk, *, host: str, port: int, secret: bytes, clock: Callable[[], datetime]
) -> AsyncIterator[str]:
    """Serve while the block is open; gives the address for consoles, host:port.

    Raises:
        ConfigurationError: the port is in use.
    """

    def door(connection: ServerConnection, request: Request) -> Response | None:
        if admits(secret, request.path, request.headers.get("Authorization", ""), clock()):
            return None
        return connection.respond(http.HTTPStatus.UNAUTHORIZED, "sign the request with the hub's live secret\n")

    async def served(connection: ServerConnection) -> None:
        assert connection.request is not None
        wish = wish_of(connection.request.path)
        if wish is None:
            await connection.close(NOT_HERE, "no such path")
            return
        FETCHED.inc()
        try:
            await _send(connection, desk, wish)
        except ConnectionClosed:
            return
        finally:
            FETCHED.dec()

    try:
        server = await serve(served, host, port, process_request=door, compression=None, write_limit=1 << 19)
    except OSError as problem:
        raise ConfigurationError(
            f"the live port cannot be opened: {problem.strerror}", where="HUB_VISION__LIVE_PORT", hint="0 takes any"
        ) from problem
    async with server:
        bound = next(iter(server.sockets)).getsockname()[1]
        yield f"{socket.gethostname() if host in ('0.0.0.0', '::', '') else host}:{bound}"


async def _send(connection: ServerConnection, desk: LiveDesk, wish: Wish) -> None:
    try:
        async with aclosing(desk.pieces(wish)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Init):
                    await connection.send(f"{piece.codec} {piece.width} {piece.height}")
                    await connection.send(piece.data)
                else:
                    await connection.send((KEY if piece.is_key else DELTA) + piece.data)
    except CameraUnavailable as outage:
        await connection.close(NO_PICTURE, outage.fault.value)
    except Refused:
        await connection.close(NOT_HERE, "this worker does not hold the camera")


def target_of(wish: Wish) -> str:
    """Path and query of a wish."""
    return f"{PREFIX}{quote(wish.camera_id, safe='')}?sub={wish.sub:d}&hevc={wish.hevc:d}"


def wish_of(target: str) -> Wish | None:
    """The wish of a path and query, or None when it is none."""
    parts = urlsplit(target)
    if not parts.path.startswith(PREFIX):
        return None
    asked = parse_qs(parts.query)
    return Wish(
        unquote(parts.path.removeprefix(PREFIX)), sub=asked.get("sub") == ["1"], hevc=asked.get("hevc") == ["1"]
    )
