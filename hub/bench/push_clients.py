"""A client process of `hub bench push`: many websockets, each of which checks that it missed nothing."""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from typing import Any

import orjson
from websockets.asyncio.client import connect


@dataclass(slots=True)
class Seen:
    """What one client was sent."""

    seq: int = 0
    rows: int = 0
    row_bytes: int = 0
    messages: int = 0
    gaps: int = 0
    newest: dict[str, int] = field(default_factory=dict)

    def take(self, message: dict[str, Any]) -> None:
        """A `changes` message; anything else passes."""
        if message["type"] != "changes":
            return
        self.messages += 1
        self.gaps += message["from"] != self.seq + 1
        self.seq = message["to"]
        for row in message["incidents"]:
            self.rows += 1
            self.row_bytes += len(orjson.dumps(row))
            self.newest[row["incident_id"]] = row["revision"]


async def main(url: str, count: int, total: int) -> None:
    """Connect all, say `connected`, read until each has change `total`, tell what they saw."""
    seen = [Seen() for _ in range(count)]
    connected = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as group:
        for number, one in enumerate(seen):
            group.create_task(_client(url, one, total, connected), name=f"client:{number}")
        for _ in seen:
            await connected.acquire()
        sys.stdout.write("connected\n")
        sys.stdout.flush()
    states = {json.dumps(one.newest, sort_keys=True) for one in seen}
    sys.stdout.write(
        json.dumps({
            "rows": sum(one.rows for one in seen), "row_bytes": sum(one.row_bytes for one in seen),
            "messages": sum(one.messages for one in seen), "gaps": sum(one.gaps for one in seen),
            "behind": sum(one.seq != total for one in seen), "states": sorted(states)[:2],
        })
        + "\n"
    )  # fmt: skip


async def _client(url: str, seen: Seen, total: int, connected: asyncio.Semaphore) -> None:
    headers = {"Authorization": "Bearer bench"}
    async with connect(url, additional_headers=headers, compression=None, max_size=None, ping_interval=None) as socket:
        await socket.send('{"type":"hello","since":0}')
        connected.release()
        while seen.seq < total:
            seen.take(orjson.loads(await socket.recv()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
