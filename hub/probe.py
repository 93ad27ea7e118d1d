"""Is a process of ours ready? One GET by hand, because importing a whole HTTP client takes long."""

import asyncio

TIMEOUT_S = 3.0


async def status_of(host: str, port: int, path: str) -> int | None:
    """The HTTP status of a GET; None when nobody answers."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
                line = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    fields = line.split()
    return int(fields[1]) if len(fields) > 1 and fields[1].isdigit() else None
