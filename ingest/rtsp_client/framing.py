"""Messages and interleaved packets (RFC 2326 §10.12) out of the bytes of one connection, in a buffer that is reused.

Any chunking of the same bytes gives the same pieces. Bytes that are neither are passed over: some cameras put empty
lines, or the rest of a packet they thought better of, between two packets.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.rtsp_client.messages import FIRST_LINE, Message, body_bytes, read_head
from ingest.rtsp_client.unsupported import Unsupported

Piece = tuple[int, memoryview] | Message
"""An interleaved packet's channel and bytes (in the buffer: not to be kept), or a message."""

BUFFER_BYTES = 256 * 1024
HEAD_LIMIT, BODY_LIMIT = 32 * 1024, 64 * 1024
LINE_LIMIT = 2048
CHANNEL_LIMIT = 32
"""cameras send what was not asked for on channels next to ours; none counts as far as this"""
_DOLLAR = 0x24
_CANDIDATE = re.compile(rb"[$A-Z]")
_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n")


class Framer:
    """Feed it with `room` and `received`, then take what is complete from `pieces`."""

    def __init__(self) -> None:
        self._bytes = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._bytes)
        self._start = self._end = 0
        self._greeted = self._astray = False
        self.channels: tuple[int, int] = (0, 1)
        """of RTP and RTCP: what counts as a packet where bytes were passed over"""

    def room(self) -> memoryview:
        """Where the next bytes go; what `pieces` gave before is overwritten."""
        if self._start == self._end:
            self._start = self._end = 0
        elif self._end > BUFFER_BYTES // 2:
            rest = self._view[self._start : self._end].tobytes()
            self._start, self._end = 0, len(rest)
            self._view[: self._end] = rest
        return self._view[self._end :]

    def received(self, count: int) -> None:
        """So many bytes were put there."""
        self._end += count

    def pieces(self) -> Iterator[Piece]:
        """All that is complete, in order; what is not waits for more bytes.

        Raises:
            Unsupported: the other side does not speak RTSP, or in messages of unheard-of length.
        """
        data, view = self._bytes, self._view
        while self._end - self._start >= 4:
            at = self._start
            channel = data[at + 1]
            if data[at] == _DOLLAR and channel < CHANNEL_LIMIT and not self._astray:
                stop = at + 4 + (data[at + 2] << 8 | data[at + 3])
                if stop > self._end:
                    return
                self._start = stop
                self._greeted = True
                yield channel, view[at + 4 : stop]
            elif data[at] == _DOLLAR:
                if self._end - at < 5:
                    return
                self._astray = not self._is_packet(at)
                self._start += self._astray
            else:
                message = self._message(at)
                if message is None:
                    return
                if isinstance(message, Message):
                    yield message

    def _is_packet(self, at: int) -> bool:
        """Version 2 of RTP or RTCP on a channel of ours: three bytes that chance seldom throws."""
        data = self._bytes
        return data[at + 1] in self.channels and data[at + 4] >> 6 == 2 and data[at + 2] << 8 | data[at + 3] >= 8

    def _message(self, at: int) -> Message | bool | None:
        """The message that begins here; None when it is not complete, True when bytes were passed over."""
        line_end = self._bytes.find(b"\n", at, min(self._end, at + LINE_LIMIT))
        if line_end < 0 and self._end - at < LINE_LIMIT and self._bytes[at : at + 1].isupper():
            return None
        if line_end < 0 or not FIRST_LINE.match(self._view[at:line_end]):
            return self._pass_over(at)
        blank = _BLANK_LINE.search(self._view[: self._end], at)
        if blank is None:
            if self._end - at > HEAD_LIMIT:
                raise Unsupported("its messages are too long")
            return None
        message = read_head(bytes(self._view[at : blank.start()]))
        length = body_bytes(message)
        if length > BODY_LIMIT:
            raise Unsupported("its messages are too long")
        if self._end < blank.end() + length:
            return None
        self._start = blank.end() + length
        self._greeted, self._astray = True, False
        return replace(message, body=bytes(self._view[blank.end() : self._start]))

    def _pass_over(self, at: int) -> bool:
        if not self._greeted:
            raise Unsupported("it does not answer as an RTSP server does")
        found = _CANDIDATE.search(self._view[: self._end], at + 1)
        self._start = found.start() if found else self._end
        self._astray = True
        return True
