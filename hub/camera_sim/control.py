"""The control port: a few lines of HTTP by which tests, people and curl switch faults.

GET /cameras lists them; POST /cameras/{camera}/fault/{fault} switches one. Listens on this machine only.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import unquote

from contracts.errors import ConfigurationError
from hub.camera_sim.faults import Fault
from hub.camera_sim.server import CameraSim

READ_TIMEOUT_S = 5.0
Answer = tuple[HTTPStatus, object]


@asynccontextmanager
async def controlling(sim: CameraSim, port: int) -> AsyncIterator[int]:
    """Listen inside the block; gives the port, 0 takes a free one.

    Raises:
        ConfigurationError: the port is taken.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(READ_TIMEOUT_S):
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            status, body = answer(sim, *request.split(" ", 2)[:2])
            text = json.dumps(body, ensure_ascii=False).encode()
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json; charset=utf-8\r\n"
            writer.write(f"{head}Content-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode() + text)
            await writer.drain()
        except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TypeError):
            return  # not HTTP, or gone: nobody to answer
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(serve, "127.0.0.1", port)
    except OSError as problem:
        hint = "choose another one with --control-port"
        raise ConfigurationError(problem.strerror or "cannot listen", where=f"port {port}", hint=hint) from None
    async with server:
        yield server.sockets[0].getsockname()[1]


def answer(sim: CameraSim, method: str, target: str) -> Answer:
    """What a request gets."""
    parts = [unquote(part) for part in target.strip("/").split("/")]
    if parts == ["cameras"] and method == "GET":
        listed = [
            {
                "camera": path.camera,
                "path": path.name,
                "codec": path.clip.codec,
                "watchers": path.watchers,
                "fault": path.fault.value,
            }
            for path in sim.paths.values()
        ]
        return HTTPStatus.OK, {"items": listed}
    if len(parts) < 4 or parts[0] != "cameras" or parts[-2] != "fault" or method != "POST":
        return HTTPStatus.NOT_FOUND, {"detail": "GET /cameras, or POST /cameras/{camera}/fault/{fault}"}
    camera, fault = "/".join(parts[1:-2]), parts[-1]
    if fault not in set(Fault):
        return HTTPStatus.UNPROCESSABLE_ENTITY, {"detail": f"no fault {fault}", "known": list(Fault)}
    hit = sim.set_fault(camera, Fault(fault))
    if hit == 0:
        return HTTPStatus.NOT_FOUND, {
            "detail": f"no camera {camera}",
            "known": sorted({path.camera for path in sim.paths.values()}),
        }
    return HTTPStatus.OK, {"camera": camera, "fault": fault, "paths": hit}
