"""A console's end of a worker's live port."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from contracts.errors import CameraFault, CameraUnavailable, Outage
from contracts.packets import Fragment, Init, Piece, Wish
from hub.live.server import KEY, NO_PICTURE, target_of
from hub.live.signature import signed

OPEN_WITHIN_S, MOST_BYTES = 3.0, 16 * 1024 * 1024


class WorkerPictures:
    """`contracts.packets.LiveSource` over the workers' internal ports."""

    def __init__(self, secret: bytes, clock: Callable[[], datetime]) -> None:
        self._secret, self._clock = secret, clock

    @asynccontextmanager
    async def open(self, wish: Wish, address: str) -> AsyncIterator[AsyncIterator[Piece]]:
        """One camera from the worker at `address`.

        Raises:
            CameraUnavailable: it gives no picture; while iterating.
            Outage: the worker does not answer, does not know our secret, or no longer holds the camera.
        """
        target = target_of(wish)
        headers = {"Authorization": signed(self._secret, target, self._clock())}
        try:
            connection = await connect(
                f"ws://{address}{target}", additional_headers=headers, compression=None, max_size=MOST_BYTES,
                open_timeout=OPEN_WITHIN_S, proxy=None,
            )  # fmt: skip
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as problem:
            raise Outage(f"the vision worker at {address} does not serve live pictures: {problem}") from problem
        async with connection:
            yield _pieces(connection)


async def _pieces(connection: ClientConnection) -> AsyncIterator[Piece]:
    try:
        while True:
            message = await connection.recv()
            if isinstance(message, str):
                codec, width, height = message.split()
                data = await connection.recv()
                yield Init(codec, int(width), int(height), data if isinstance(data, bytes) else data.encode())
            else:
                yield Fragment(message[1:], message[:1] == KEY)
    except ConnectionClosed as closed:
        raise _why(closed) from None


def _why(closed: ConnectionClosed) -> Outage:
    if closed.rcvd is not None and closed.rcvd.code == NO_PICTURE and closed.rcvd.reason in set(CameraFault):
        return CameraUnavailable(CameraFault(closed.rcvd.reason))
    return Outage(f"the vision worker ended the live picture: {closed}")
