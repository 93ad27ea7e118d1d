"""Is a process of ours ready? One GET by hand, because importing a whole HTTP client takes long."""

import asyncio
import sys
from http import HTTPStatus

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


def main() -> None:
    """`python -m hub.probe PORT [PATH]`: exit 0 when the process on this machine answers 200; for health checks."""
    port, path = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "/healthz"
    sys.exit(0 if asyncio.run(status_of("127.0.0.1", port, path)) == HTTPStatus.OK else 1)


if __name__ == "__main__":
    main()
