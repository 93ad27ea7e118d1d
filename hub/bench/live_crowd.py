"""Viewers without a browser: they open live pictures, count what comes, and show nothing."""

import asyncio
import base64
import os
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

CAMERA = "bench-1"
CHUNK = 1 << 18
BINARY = 0x82


class Crowd:
    """`async with Crowd(address, token, 39) as crowd:`; `crowd.pictures` is how many came to all of them."""

    def __init__(self, address: str, token: str, viewers: int) -> None:
        self._address, self._token, self._viewers = address, token, viewers
        self._writers: list[asyncio.StreamWriter] = []
        self.pictures = 0

    async def __aenter__(self) -> Self:
        self._tasks = asyncio.TaskGroup()
        await self._tasks.__aenter__()
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(base_url=self._address, headers=headers, trust_env=False) as client:
            for number in range(self._viewers):
                answer = await client.post(f"/api/cameras/{CAMERA}/live", json={"reason": "测量实时画面"})
                reader = await self._open(answer.raise_for_status().json()["url"])
                self._tasks.create_task(self._count(reader), name=f"viewer {number}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, bad: BaseException | None, at: TracebackType | None
    ) -> None:
        for writer in self._writers:
            writer.transport.abort()
        await self._tasks.__aexit__(kind, bad, at)

    async def _open(self, url: str) -> asyncio.StreamReader:
        where = urlsplit(self._address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=CHUNK)
        self._writers.append(writer)
        key = base64.b64encode(os.urandom(16)).decode()
        asked = (
            f"GET {url} HTTP/1.1", f"Host: {where.netloc}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", f"Authorization: Bearer {self._token}", "", "",
        )  # fmt: skip
        writer.write("\r\n".join(asked).encode())
        await reader.readuntil(b"\r\n\r\n")
        return reader

    async def _count(self, reader: asyncio.StreamReader) -> None:
        """Until the connection is cut."""
        try:
            while True:
                first, size = await reader.readexactly(2)
                if size == 126:
                    size = int.from_bytes(await reader.readexactly(2), "big")
                elif size == 127:
                    size = int.from_bytes(await reader.readexactly(8), "big")
                await reader.readexactly(size)
                self.pictures += first == BINARY
        except (asyncio.IncompleteReadError, OSError):
            return
