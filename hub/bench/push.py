"""`hub bench push`: one frame for all seats, against a plain uvicorn loop of `send_json`.

Real sockets on loopback, the clients in processes of their own, CPU of the server process only. A delivery is one
change that one client knows of. Both servers send the same rows; every client must have every incident's newest
state without a hole.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from contracts.errors import HubError
from hub.bench.push_rows import row
from hub.embedded.ports import free_port

CLIENTS, CLIENT_PROCESSES = 500, 2
CHANGES, RATE = 300, 20.0
"""so many changes, so many a second: the load that `hub bench wall` also uses"""
PEER = "uvicorn send_json"
FACTOR = 4.0
PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True)
class Side:
    """What one server did."""

    cpu_s: float
    deliveries: int
    rows: int
    row_bytes: int
    messages: int
    gaps: int
    behind: int
    newest_everywhere: bool

    @property
    def per_cpu_s(self) -> float:
        """Deliveries per second of the server's CPU."""
        return self.deliveries / self.cpu_s


async def measure(*, clients: int = CLIENTS, changes: int = CHANGES, rate: float = RATE) -> dict[str, Any]:
    """Both sides, one after the other: `ours`, `peers`, `ratios`, `guards`, `met`."""
    peer = await _side("peer", clients, changes, rate)
    ours = await _side("ours", clients, changes, rate)
    ratio = ours.per_cpu_s / peer.per_cpu_s
    guards = {
        "every client has every incident's newest state": ours.newest_everywhere and peer.newest_everywhere,
        "no hole": ours.gaps == 0 and ours.behind == 0,
        "same rows, same bytes of rows": (ours.rows, ours.row_bytes) == (peer.rows, peer.row_bytes),
    }
    return {
        "ours": _figures(ours),
        "peers": {PEER: _figures(peer)},
        "ratios": {PEER: round(ratio, 2)},
        "guards": guards,
        "met": {f"deliveries per CPU-second ≥ {FACTOR:g} × {PEER}": ratio >= FACTOR and all(guards.values())},
    }


def _figures(side: Side) -> dict[str, float]:
    return {
        "deliveries_per_cpu_s": round(side.per_cpu_s),
        "cpu_s": round(side.cpu_s, 3),
        "messages": side.messages,
    }


async def _side(which: str, clients: int, changes: int, rate: float) -> Side:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with asyncio.timeout(PATIENCE_S), _process("push_server", which, port, rate, folder) as server:
            await _says(server, "ready")
            url, share = f"ws://127.0.0.1:{port}/ws/board", clients // CLIENT_PROCESSES
            async with contextlib.AsyncExitStack() as stack:
                crowds = [
                    await stack.enter_async_context(_process("push_clients", url, share, changes))
                    for _ in range(CLIENT_PROCESSES)
                ]
                for crowd in crowds:
                    await _says(crowd, "connected")
                _tell(server, str(changes))
                seen = [json.loads(await _says(crowd, "{")) for crowd in crowds]
                _tell(server, "all have everything")
                used = json.loads(await _says(server, "{"))
            _tell(server, "stop")
    return _sum(seen, used["cpu_s"], clients, changes)


def _sum(seen: list[dict[str, Any]], cpu_s: float, clients: int, changes: int) -> Side:
    newest = {one.incident_id: one.revision for one in map(row, range(1, changes + 1))}
    wanted = [json.dumps(newest, sort_keys=True)]
    total = {name: sum(one[name] for one in seen) for name in ("rows", "row_bytes", "messages", "gaps", "behind")}
    return Side(
        cpu_s=cpu_s,
        deliveries=clients * changes,
        newest_everywhere=all(one["states"] == wanted for one in seen),
        **total,
    )


@contextlib.asynccontextmanager
async def _process(module: str, *arguments: object) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"hub.bench.{module}", *map(str, arguments), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, limit=2**22,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _says(process: asyncio.subprocess.Process, beginning: str) -> str:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        if line.startswith(beginning):
            return line
    raise HubError(f"a process of the bench ended before it said {beginning!r}")


def _tell(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line.encode() + b"\n")
