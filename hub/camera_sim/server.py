"""The RTSP server: one port, many cameras, one task per camera that somebody watches."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from contracts.errors import ConfigurationError
from hub.camera_sim.connection import Connection
from hub.camera_sim.faults import Fault
from hub.camera_sim.path import CameraPath

BACKLOG = 512


class CameraSim:
    """Simulated cameras by path; `port` is set while it serves."""

    def __init__(self, paths: Iterable[CameraPath]) -> None:
        self._paths = {path.name: path for path in paths}
        self._connections: set[Connection] = set()
        self.port = 0

    @property
    def paths(self) -> Mapping[str, CameraPath]:
        """Cameras by path."""
        return self._paths

    @property
    def connections(self) -> int:
        """Open connections."""
        return len(self._connections)

    def opened(self, connection: Connection) -> None:
        """A client connected."""
        self._connections.add(connection)

    def closed(self, connection: Connection) -> None:
        """A client left."""
        self._connections.discard(connection)

    def set_fault(self, camera: str, fault: Fault) -> int:
        """Switch a fault on all streams of a camera, or on one by its path; how many streams that were."""
        hit = [path for path in self._paths.values() if camera in (path.camera, path.name)]
        for path in hit:
            path.set_fault(fault)
        return len(hit)

    @asynccontextmanager
    async def serving(
        self,
        *,
        clock: Callable[[], datetime],
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> AsyncIterator["CameraSim"]:
        """Serve inside the block; port 0 takes a free one.

        Raises:
            ConfigurationError: the port is taken.
        """
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(lambda: Connection(self), host, port, backlog=BACKLOG, ssl=tls)
        except OSError as problem:
            hint = "another camera-sim may be running; choose another port with --port"
            raise ConfigurationError(problem.strerror or "cannot listen", where=f"{host}:{port}", hint=hint) from None
        self.port = server.sockets[0].getsockname()[1]
        try:
            async with asyncio.TaskGroup() as group:
                players = [
                    group.create_task(path.play(clock), name=f"sim:{path.name}") for path in self._paths.values()
                ]
                yield self
                for player in players:
                    player.cancel()
        finally:
            server.close()
            for connection in tuple(self._connections):
                connection.cut()
            await asyncio.sleep(0)  # aborted transports close in the next turn of the loop
