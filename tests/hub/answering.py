"""A small HTTP server that answers what it was told to: a gateway or an ONVIF camera for tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Answer = Callable[[str, str], tuple[int, str, str]]
"""target and body of a request → status, content type, body"""


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[int]:
    """Serve on a free port of this machine, which is given."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                size = next(
                    (int(x.split(":")[1]) for x in head.splitlines() if x.lower().startswith("content-length")), 0
                )
                body = (await reader.readexactly(size)).decode()
                status, kind, text = answer(head.split(" ")[1], body)
                data = text.encode()
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode()
                    + data
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
