"""A server process of `hub bench push`: `ours`, the console's own room, or `peer`, a plain loop of send_json.

Speaks with the bench over its standard streams: says `ready PORT`, starts at a line of input, says the CPU it used.
"""

import asyncio
import contextlib
import json
import os
import resource
import sys
from bisect import bisect_right
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from sqlalchemy.ext.asyncio import create_async_engine

from command_center.app import create_app
from command_center.board import Board
from command_center.server import bind, serve
from command_center.store.database import Database
from command_center.store.people import People, User
from hub import clock
from hub.bench.push_rows import changes_after, row
from hub.processes.console import open_ports
from hub.settings import Settings

Send = Callable[[int, int], Awaitable[None]]
"""send the changes after the first number up to the second"""


class _Known(People):
    """One operator: the bench measures delivery, not the database."""

    async def user_of_token(self, token_hash: str) -> User | None:
        """Whoever asks."""
        return User("bench", "bench", "bench", "dispatcher")


@contextlib.asynccontextmanager
async def ours(port: int) -> AsyncIterator[Send]:
    """The console's web server, board and room; changes are applied to the board as its feed does."""
    engine = create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    ports = open_ports(Settings(data_dir=Path(sys.argv[4])), engine)
    ports = replace(ports, stores=replace(ports.stores, people=_Known(Database(engine))))
    ports.board.load(0, [])

    async def send(sent: int, upto: int) -> None:
        apply(ports.board, sent, upto)
        ports.room.board_changed()

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(ports.room.run(), name="room"),
            group.create_task(serve(create_app(ports), bind("127.0.0.1", port)), name="web"),
        ]
        yield send
        for task in tasks:
            task.cancel()
    ports.passwords.close()


def apply(board: Board, sent: int, upto: int) -> None:
    """What the board's feed does after a notification."""
    board.apply(*changes_after(sent, upto))


@contextlib.asynccontextmanager
async def peer(port: int) -> AsyncIterator[Send]:
    """What one writes first: a list of clients, a loop, `send_json`."""
    app, clients = FastAPI(), set[WebSocket]()

    @app.websocket("/ws/board")
    async def board(websocket: WebSocket) -> None:
        await websocket.accept()
        clients.add(websocket)
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.receive_text()
        clients.discard(websocket)

    async def send(sent: int, upto: int) -> None:
        for number in range(sent + 1, upto + 1):
            message = {
                "type": "changes", "from": number, "to": number, "server_time": clock.now().isoformat(),
                "incidents": [row(number).model_dump(mode="json")],
            }  # fmt: skip
            for client in tuple(clients):
                await client.send_json(message)

    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[bind("127.0.0.1", port)]), name="web")
        yield send
        server.should_exit = True


async def main(which: str, port: int, rate: float) -> None:
    """Serve, wait for the word, send changes at `rate` a second, tell the CPU used."""
    async with {"ours": ours, "peer": peer}[which](port) as send:
        lines = await _input()
        sys.stdout.write(f"ready {port}\n")
        sys.stdout.flush()
        total = int(await lines.readline())
        before = _cpu_s()
        await _send_all(send, arrivals(total, rate))
        await lines.readline()  # every client has everything
        sys.stdout.write(json.dumps({"cpu_s": _cpu_s() - before}) + "\n")
        sys.stdout.flush()
        await lines.readline()


def arrivals(total: int, rate: float) -> list[float]:
    """When each change is committed, seconds: a Poisson stream, for signals come when they come."""
    dice, at = Random(110), 0.0
    return [at := at + dice.expovariate(rate) for _ in range(total)]


async def _send_all(send: Send, times: list[float]) -> None:
    begun, sent = clock.monotonic_s(), 0
    while sent < len(times):
        await asyncio.sleep(max(0.0, times[sent] - (clock.monotonic_s() - begun)))
        due = bisect_right(times, clock.monotonic_s() - begun)
        if due > sent:
            await send(sent, due)
            sent = due


async def _input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    os._exit(0)
