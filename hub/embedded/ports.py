"""Free TCP ports on this machine."""

import errno
import random
import socket
from pathlib import Path

EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST, EPHEMERAL_FROM = 20_000, 32_768
"""the ports that a server may be given: below those that the kernel lends to outgoing connections"""


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on now; whoever takes it next may still be someone else.

    Never one that the kernel lends to outgoing connections: while a server is down its clients knock, and sooner or
    later one of them is lent the very port it knocks at, talks to itself, and keeps the server from coming back.
    """
    below = EPHEMERAL_FROM
    if EPHEMERAL.is_file():
        below = int(EPHEMERAL.read_text().split()[0])
    choices = range(LOWEST, max(LOWEST, below))
    found = next((port for port in random.sample(choices, len(choices)) if is_free(host, port)), None)
    return _any_port(host) if found is None else found


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    return why_not(host, port) is None


def why_not(host: str, port: int) -> str | None:
    """What keeps a server from listening there, in words; None when nothing does."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as unknown:
        return f"{host} is no address of this machine: {unknown.strerror}"
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as failed:
            return "in use" if failed.errno == errno.EADDRINUSE else str(failed.strerror)
    return None


def _any_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
