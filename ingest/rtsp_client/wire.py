"""The socket of one connection: waits no longer than `TICK_S` at a time, so that a stop of its thread is heard."""

import errno
import select
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress

TICK_S = 0.25
MUCH_BYTES = 128 * 1024
"""a plain read that brought so much came to a full buffer: the camera waits to send more"""
_TICK = struct.pack("@ll", 0, int(TICK_S * 1e6))


class Stopped(Exception):
    """`goes_on` said no, or the time is up."""


class Wire:
    """A connected socket, plain or TLS. Used and closed by one thread."""

    def __init__(self, connected: socket.socket, tls: ssl.SSLContext | None, host: str) -> None:
        self._socket = connected
        self.drained = False
        """the last read took all that had come, as far as can be told"""
        if tls is not None:
            connected.settimeout(TICK_S)
            self._socket = tls.wrap_socket(connected, server_hostname=host, do_handshake_on_connect=False)
        else:
            # One system call a read, where a timeout of Python's own takes two.
            connected.setblocking(True)
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TICK)
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TICK)

    @classmethod
    def connect(cls, host: str, port: int, tls: ssl.SSLContext | None, goes_on: Callable[[], bool]) -> "Wire":
        """Connect, and shake hands; `goes_on` is asked every `TICK_S`.

        Raises:
            Stopped: it was told not to go on.
            OSError: as the socket module raises them, `ssl.SSLError` among them; of several addresses the last one's.
        """
        problem: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            plain = socket.socket(family, kind, protocol)
            try:
                _connect(plain, address, goes_on)
                return cls(plain, tls, host)._hands_shaken(goes_on)
            except OSError as failed:
                problem = failed
                plain.close()
            except BaseException:
                plain.close()
                raise
        raise problem or OSError(errno.EHOSTUNREACH, "no address")

    def read(self, room: memoryview) -> int:
        """How many bytes came; 0 when none did for `TICK_S`.

        Raises:
            EOFError: the other side closed the connection.
            OSError: it broke.
        """
        try:
            count = self._socket.recv_into(room)
        except (BlockingIOError, TimeoutError):
            self.drained = True
            return 0
        if not count:
            raise EOFError
        self.drained = not self._holds_more(count)
        return count

    def write(self, data: bytes) -> None:
        """Send a few hundred bytes; a camera that takes none of them for `TICK_S` raises OSError."""
        self._socket.sendall(data)

    def close(self) -> None:
        """At once, whatever is on the way."""
        with suppress(OSError):
            self._socket.close()

    def _holds_more(self, count: int) -> bool:
        """After a read of `count` bytes. TLS gives one record at a time, often of one packet: the line is asked."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return count >= MUCH_BYTES
        waiting = select.poll()
        waiting.register(self._socket, select.POLLIN)
        return bool(self._socket.pending() or waiting.poll(0))

    def _hands_shaken(self, goes_on: Callable[[], bool]) -> "Wire":
        try:
            while isinstance(self._socket, ssl.SSLSocket):
                try:
                    self._socket.do_handshake()
                    break
                except TimeoutError:
                    if not goes_on():
                        raise Stopped from None
        except BaseException:
            self.close()
            raise
        return self


def _connect(plain: socket.socket, address: object, goes_on: Callable[[], bool]) -> None:
    plain.setblocking(False)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    code = plain.connect_ex(address)  # type: ignore[arg-type]
    while code in {errno.EINPROGRESS, errno.EALREADY}:
        if not goes_on():
            raise Stopped
        waiting = select.poll()  # select() knows no descriptor beyond 1023
        waiting.register(plain, select.POLLOUT)
        if waiting.poll(TICK_S * 1000):
            code = plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, "connect")
