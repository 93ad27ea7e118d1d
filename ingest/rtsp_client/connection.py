"""One camera watched over one socket: the only waiting in this package. Blocks its thread."""

import errno
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp_client.access_units import AccessUnit, Assembler
from ingest.rtsp_client.dialogue import Dialogue
from ingest.rtsp_client.framing import Framer
from ingest.rtsp_client.messages import Message, answer
from ingest.rtsp_client.sdp import Track
from ingest.rtsp_client.target import Target
from ingest.rtsp_client.unsupported import Unsupported
from ingest.rtsp_client.wire import Stopped, Wire

PAUSE_S = 0.01
"""the rest of a picture that has begun to come is collected for so long: each waking costs as much as reading dozens of
packets"""
GATHER_S = 0.2
"""… and where nobody waits for every picture, all that comes is"""
_UNREACHABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL}


class Connection:
    """Open until `close`; every method is for the thread that opened it."""

    def __init__(self, wire: Wire, target: Target) -> None:
        self._wire = wire
        self._framer = Framer()
        self._dialogue = Dialogue(target, lambda: secrets.token_hex(8), secrets.randbits(32))
        self._assembler: Assembler | None = None
        self._ready: list[AccessUnit] = []
        self._said_s = time.monotonic()

    @property
    def track(self) -> Track:
        """What it plays."""
        assert self._dialogue.track is not None
        return self._dialogue.track

    @classmethod
    def open(
        cls, target: Target, tls: ssl.SSLContext | None, timeout_s: float, stopping: Callable[[], bool]
    ) -> "Connection":
        """Connect and let it play; `stopping` is asked several times a second.

        Raises:
            CameraUnavailable: with the fault and no detail; TIMEOUT too when it was stopped.
            Unsupported: FFmpeg's client may do better.
        """
        deadline_s = time.monotonic() + timeout_s

        def goes_on() -> bool:
            return not stopping() and time.monotonic() < deadline_s

        fault = CameraFault.TIMEOUT
        try:
            wire = Wire.connect(target.host, target.port, tls if target.tls else None, goes_on)
            connection = cls(wire, target)
            try:
                connection._begin(goes_on)
                return connection
            except BaseException:
                connection.close()
                raise
        except Stopped:
            pass
        except EOFError:
            fault = CameraFault.NOT_RTSP
        except ssl.SSLCertVerificationError:
            fault = CameraFault.NOT_RTSP
        except ssl.SSLError:
            raise Unsupported("the TLS handshake failed") from None
        except OSError as problem:
            fault = _fault_of(problem)
        raise CameraUnavailable(fault)

    def units(
        self, silence_s: float, stopping: Callable[[], bool], gathers: Callable[[], bool] = lambda: False
    ) -> Iterator[AccessUnit]:
        """Access units until `stopping`; up to `GATHER_S` later than they came while it `gathers`.

        Raises:
            CameraUnavailable: ENDED; CODEC when another one comes than was announced; TIMEOUT when no access unit was
                completed for `silence_s`.
            Unsupported: packets came all that time, and not one access unit was made of them since it opened.
        """
        heard_s, given = time.monotonic(), False
        while not stopping():
            if self._ready:
                ready, self._ready = self._ready, []
                yield from ready
                heard_s, given = time.monotonic(), True
            elif time.monotonic() - heard_s > silence_s:
                raise self._out_of_patience(given)
            self._keep_alive()
            midway = self._assembler is not None and self._assembler.midway
            if pause_s := pause_before_reading(drained=self._wire.drained, midway=midway, gathers=gathers()):
                time.sleep(pause_s)
            self._read()

    def close(self) -> None:
        """Say goodbye if the line takes it, and hang up."""
        with suppress(OSError):
            self._wire.write(self._dialogue.farewell())
        self._wire.close()

    def _begin(self, goes_on: Callable[[], bool]) -> None:
        opening = self._dialogue.opening()
        request = next(opening)
        while True:
            self._wire.write(request)
            answered = self._answered(goes_on)
            try:
                request = opening.send(answered)
            except StopIteration:
                return
            finally:
                self._framer.channels = self._dialogue.channels
                if self._assembler is None and self._dialogue.track is not None:
                    self._assembler = Assembler(self._dialogue.track)

    def _answered(self, goes_on: Callable[[], bool]) -> Message:
        """The next answer; what plays already meanwhile is kept."""
        while not (messages := self._take_in()):
            if not goes_on():
                raise Stopped
            self._framer.received(self._wire.read(self._framer.room()))
        return messages[-1]

    def _read(self) -> None:
        """Wait for bytes, and take them in.

        Raises:
            CameraUnavailable: ENDED, CODEC.
        """
        try:
            count = self._wire.read(self._framer.room())
        except (OSError, EOFError):
            raise CameraUnavailable(CameraFault.ENDED) from None
        if count:
            self._framer.received(count)
            for message in self._take_in():
                self._dialogue.heard(message)
        if self._assembler is not None and self._assembler.ended:
            raise CameraUnavailable(CameraFault.ENDED)
        if self._assembler is not None and self._assembler.lied_to:
            raise CameraUnavailable(CameraFault.CODEC)

    def _take_in(self) -> list[Message]:
        """Fold all that came into access units; returns the camera's answers."""
        answers: list[Message] = []
        video, reports = self._framer.channels
        assembler, ready = self._assembler, self._ready
        for piece in self._framer.pieces():
            if isinstance(piece, Message):
                if piece.method:
                    self._say(answer(piece))
                else:
                    answers.append(piece)
            elif assembler is None:
                continue
            elif piece[0] == video:
                assembler.take(piece[1], ready)
            elif piece[0] == reports:
                assembler.report(piece[1])
        return answers

    def _keep_alive(self) -> None:
        if time.monotonic() - self._said_s > self._dialogue.silence_s:
            self._say(self._dialogue.sign_of_life())

    def _say(self, data: bytes) -> None:
        """A line that takes nothing breaks by itself, where it is read."""
        self._said_s = time.monotonic()
        with suppress(OSError):
            self._wire.write(data)

    def _out_of_patience(self, given: bool) -> Exception:
        if not given and self._assembler is not None and self._assembler.heard:
            return Unsupported("no picture is made of its packets")
        return CameraUnavailable(CameraFault.TIMEOUT)


def pause_before_reading(*, drained: bool, midway: bool, gathers: bool) -> float:
    """Seconds to leave the line alone; `drained`: all was read that had come, `midway`: amid a picture."""
    if not drained:
        return 0.0
    if gathers:
        return GATHER_S
    return PAUSE_S if midway else 0.0


def _fault_of(problem: OSError) -> CameraFault:
    if isinstance(problem, socket.gaierror) or problem.errno in _UNREACHABLE:
        return CameraFault.UNREACHABLE
    if isinstance(problem, ConnectionRefusedError):
        return CameraFault.REFUSED
    return CameraFault.TIMEOUT if isinstance(problem, TimeoutError) else CameraFault.ENDED
