"""What one connection's socket tells of what is still to be read."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.rtsp_client.wire import MUCH_BYTES, Wire
from tests.certificates import self_signed

LONG_S = 30.0
RECORDS, RECORD_BYTES = 12, 1_400
"""few enough for a socket's buffer to hold them all"""


@contextmanager
def sent_to(chunks: list[bytes], pem: tuple[Path, Path] | None, later: bytes = b"") -> Iterator[Wire]:
    """The client's wire, once a camera has sent all of these, each by itself; `later` is sent after that."""
    sent, over = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            if pem is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*pem)
                line = context.wrap_socket(line, server_side=True)
            with line:
                for chunk in chunks:
                    line.sendall(chunk)
                sent.set()
                line.sendall(later)
                over.wait(LONG_S)

        camera = threading.Thread(target=serve)
        camera.start()
        tls = ssl.create_default_context(cafile=str(pem[0])) if pem else None
        wire = Wire.connect("127.0.0.1", listening.getsockname()[1], tls, lambda: True)
        try:
            assert sent.wait(LONG_S)
            yield wire
        finally:
            over.set()
            wire.close()
            camera.join(LONG_S)


def test_over_tls_a_packet_a_record_is_read_until_nothing_is_left(tmp_path: Path) -> None:
    room = memoryview(bytearray(2 * MUCH_BYTES))
    reads: list[tuple[int, bool]] = []
    with sent_to([bytes(RECORD_BYTES)] * RECORDS, self_signed(tmp_path)) as wire:
        while sum(count for count, _ in reads) < RECORDS * RECORD_BYTES:
            reads.append((wire.read(room), wire.drained))
    assert len(reads) == RECORDS
    assert [drained for _, drained in reads] == [False] * (RECORDS - 1) + [True]


def test_over_plain_tcp_only_a_full_buffer_has_more_to_come() -> None:
    room, missing = memoryview(bytearray(2 * MUCH_BYTES)), 8 * MUCH_BYTES
    with sent_to([], None) as short, sent_to([bytes(100)], None) as wire:
        assert (short.read(room), short.drained) == (0, True)
        assert (wire.read(room), wire.drained) == (100, True)
    with sent_to([], None, later=bytes(missing)) as wire:
        while missing:
            count = wire.read(room)
            missing -= count
            assert wire.drained is (count < MUCH_BYTES)
