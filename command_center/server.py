"""The web server inside a task: one port for pages, API and websocket; it stops when its task is cancelled."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from command_center.push import PushProtocol
from contracts.errors import ConfigurationError

GRACE_S = 2
KEEP_ALIVE_S = 75
"""Longer than clients keep an idle connection in their pools (httpx 5 s, proxies 60 s): whoever closes it first must be
the client, else its next request meets a connection that is just being closed."""


class _Quiet(uvicorn.Server):
    """Signals belong to the process, not to one of its tasks."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves them alone."""
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        ConfigurationError: the port is in use, or is not ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(2048)
    except OSError as failed:
        bound.close()
        taken = failed.errno == errno.EADDRINUSE
        raise ConfigurationError(
            f"port {port} of {host} is in use" if taken else f"{host}:{port} cannot be opened: {failed.strerror}",
            where="HUB_CONSOLE__PORT",
            hint="stop what uses it, or choose another: HUB_CONSOLE__PORT=8711 hub run console",
        ) from failed
    bound.setblocking(False)
    return bound


async def serve(app: FastAPI, bound: socket.socket) -> None:
    """Until cancelled; open requests get a moment to end."""
    config = uvicorn.Config(
        app, ws=PushProtocol, http="h11", lifespan="off", log_config=None, access_log=False, server_header=False,
        ws_per_message_deflate=False, ws_max_size=64 * 1024, timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S, backlog=2048,
    )  # fmt: skip
    server = _Quiet(config)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(server.serve(sockets=[bound]), name="uvicorn")
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            # The server leaves by its own door; a task group would cut it off in mid-request.
            server.should_exit = True
            await asyncio.shield(task)
            raise
