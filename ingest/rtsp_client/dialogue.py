"""What is said to a camera and when: the opening, the passwords, the signs of life. Pure: bytes out, messages in."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp_client import reports
from ingest.rtsp_client.auth import Authenticator
from ingest.rtsp_client.messages import Message, request
from ingest.rtsp_client.sdp import Track, joined, track_of
from ingest.rtsp_client.target import Target
from ingest.rtsp_client.unsupported import Unsupported

USUAL_TIMEOUT_S = 60.0
LONGEST_SILENCE_S = 25.0
"""a sign of life comes at least so often: routers forget connections that only ever speak one way"""
_CHANNELS = re.compile(r"(?i)interleaved=(\d{1,3})(?:-(\d{1,3}))?")
_TRANSPORT = "RTP/AVP/TCP;unicast;interleaved=0-1"

Asking = Generator[bytes, Message, Message]
Opening = Generator[bytes, Message, None]


@dataclass(slots=True)
class Dialogue:
    """One connection's. `cnonce` gives fresh random texts for Digest; `ssrc` is our own number in receiver reports."""

    target: Target
    cnonce: Callable[[], str]
    ssrc: int = 0
    channels: tuple[int, int] = (0, 1)
    """of RTP and RTCP, once SETUP was answered"""
    track: Track | None = None
    """once DESCRIBE was answered; its packets may come before the answer to PLAY"""
    silence_s: float = LONGEST_SILENCE_S
    """how long we may say nothing"""

    _number: int = 0
    _session: str = ""
    _sign: str = "OPTIONS"
    _authenticator: Authenticator | None = None

    def __post_init__(self) -> None:
        if self.target.account is not None:
            self._authenticator = Authenticator(self.target.account, self.cnonce)

    def opening(self) -> Opening:
        """Yields what to send and is sent each answer; when it returns, the track plays.

        Raises:
            CameraUnavailable: UNAUTHORIZED, NOT_FOUND, REFUSED or NO_VIDEO, by the camera's answer.
            Unsupported: it answers in a way that is left to FFmpeg.
        """
        url = self.target.url
        options = yield from self._asked("OPTIONS", url, may_fail=True)
        if "GET_PARAMETER" in options.header("public").upper():
            self._sign = "GET_PARAMETER"
        described = yield from self._asked("DESCRIBE", url, ("Accept", "application/sdp"))
        base = described.header("content-base") or described.header("content-location") or url
        self.track = track = track_of(described.body.decode("utf-8", "replace"), joined(url, base))
        ready = yield from self._asked("SETUP", track.url, ("Transport", _TRANSPORT))
        self._set_up(ready)
        yield from self._asked("PLAY", track.session_url, ("Range", "npt=0.000-"))

    def sign_of_life(self) -> bytes:
        """To be sent whenever `silence_s` have passed."""
        asked = self._request(self._sign, self._url)
        return asked + reports.sign_of_life(self.channels[1], self.ssrc)

    def heard(self, message: Message) -> None:
        """The answer to a sign of life: a stale nonce is replaced, a method it does not know is not used again."""
        if message.status == 401 and self._authenticator is not None:
            self._authenticator.challenged(message.all_of("www-authenticate"))
        elif message.status in {405, 501, 551}:
            self._sign = "OPTIONS"

    def farewell(self) -> bytes:
        """TEARDOWN: cameras have few sessions, and keep one that was not ended for a minute."""
        return self._request("TEARDOWN", self._url) if self._session else b""

    @property
    def _url(self) -> str:
        return self.track.session_url if self.track is not None else self.target.url

    def _asked(self, method: str, url: str, *headers: tuple[str, str], may_fail: bool = False) -> Asking:
        """One request, with the password once it is asked for."""
        answer = yield self._request(method, url, *headers)
        if answer.status == 401 and self._authenticator is not None:
            self._authenticator.challenged(answer.all_of("www-authenticate"))
            answer = yield self._request(method, url, *headers)
        if answer.status in {405, 501, 551} and may_fail:
            return answer
        _judge(answer.status)
        return answer

    def _request(self, method: str, url: str, *headers: tuple[str, str]) -> bytes:
        self._number += 1
        authorization = self._authenticator.header(method, url) if self._authenticator else ""
        return request(
            method, url, self._number, [*headers, ("Session", self._session), ("Authorization", authorization)]
        )

    def _set_up(self, answer: Message) -> None:
        transport = answer.header("transport")
        found = _CHANNELS.search(transport)
        if transport and "TCP" not in transport.upper():
            raise Unsupported("it does not send over TCP")
        if found is not None:
            first = int(found[1])
            self.channels = first, int(found[2] or first + 1)
        self._session, _, rest = answer.header("session").partition(";")
        told = re.search(r"(?i)timeout\s*=\s*(\d{1,5})", rest)
        timeout_s = float(told[1]) if told and int(told[1]) else USUAL_TIMEOUT_S
        self.silence_s = max(1.0, min(timeout_s / 2, LONGEST_SILENCE_S))


def _judge(status: int) -> None:
    """What an answer means that is not yes: the camera's own faults, or something for FFmpeg to try."""
    if 200 <= status < 300:
        return
    if status in {401, 403}:
        raise CameraUnavailable(CameraFault.UNAUTHORIZED)
    if status == 404:
        raise CameraUnavailable(CameraFault.NOT_FOUND)
    if status >= 500 and status not in {501, 505, 551}:
        raise CameraUnavailable(CameraFault.REFUSED)
    raise Unsupported(f"it answers {status}")
