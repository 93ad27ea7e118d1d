"""One RTSP connection opened by FFmpeg, and what it means when it cannot be: a fault and words of our own."""

import errno
import socket
import ssl
import time
from collections.abc import Mapping

import av
from av.container import InputContainer

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp import host_of, open_options, path_of, references, resolve

_OPEN_FAULTS: tuple[tuple[type[av.FFmpegError], CameraFault], ...] = (
    (av.error.HTTPUnauthorizedError, CameraFault.UNAUTHORIZED),
    (av.error.HTTPForbiddenError, CameraFault.UNAUTHORIZED),
    (av.error.HTTPNotFoundError, CameraFault.NOT_FOUND),
    (av.error.HTTPServerError, CameraFault.REFUSED),
    (av.error.HTTPClientError, CameraFault.NOT_RTSP),
    (av.error.ConnectionRefusedError, CameraFault.REFUSED),
    (av.error.TimeoutError, CameraFault.TIMEOUT),
    (av.error.ExitError, CameraFault.TIMEOUT),
    (av.error.ConnectionResetError, CameraFault.ENDED),
    (av.error.BrokenPipeError, CameraFault.ENDED),
    (av.error.EOFError, CameraFault.NOT_RTSP),
)
_UNREACHABLE = {errno.EIO, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL}


def open_camera(
    url: str, environ: Mapping[str, str], ca_file: str | None, timeout: tuple[float, float]
) -> InputContainer:
    """Connect; `timeout` is for opening and for each read, seconds.

    Raises `CameraUnavailable`; FFmpeg's own text, which holds the URL with its password, goes nowhere.
    """
    resolved = resolve(url, environ)
    options = open_options(resolved, ca_file=ca_file or ssl.get_default_verify_paths().cafile, timeout_s=timeout[0])
    began = time.monotonic()
    try:
        return av.open(resolved, options=options, timeout=timeout)
    except av.FFmpegError as problem:
        answered = problem.errno != errno.EIO
        fault = fault_of_open(problem, waited_out=time.monotonic() - began >= timeout[0] * 0.9)
        if problem.errno == errno.EIO and _resolves(url):  # FFmpeg says no more of a failed TLS handshake
            fault = CameraFault.NOT_RTSP
    if fault is CameraFault.NOT_RTSP and answered and _has_only_sound(resolved, options, timeout):
        fault = CameraFault.NO_VIDEO
    # Raised outside the handler: a chained exception would carry the URL, and the password in it, into a traceback.
    raise CameraUnavailable(fault, detail_of(url, fault))


def detail_of(url: str, fault: CameraFault) -> str:
    """What is told beside a fault of opening: the host, and the path or the variables that are to be looked at."""
    asked = path_of(url) if fault is CameraFault.NOT_FOUND else ""
    names = "".join(f", ${{{name}}}" for name in references(url)) if fault is CameraFault.UNAUTHORIZED else ""
    return host_of(url) + asked + names


def _has_only_sound(resolved: str, options: dict[str, str], timeout: tuple[float, float]) -> bool:
    """Servers refuse to play a session of which no part was wanted, each in its own way: ask for the sound."""
    try:
        with av.open(resolved, options=options | {"allowed_media_types": "audio"}, timeout=timeout) as container:
            return bool(container.streams.audio) and not container.streams.video
    except av.FFmpegError:
        return False


def _resolves(url: str) -> bool:
    host, _, _ = host_of(url).rpartition(":")
    try:
        return bool(socket.getaddrinfo(host.strip("[]"), None))
    except OSError:
        return False


def fault_of_open(problem: av.FFmpegError, *, waited_out: bool) -> CameraFault:
    """What an error of `av.open` means; a silent server reads as invalid data once the timeout has passed."""
    for kind, fault in _OPEN_FAULTS:
        if isinstance(problem, kind):
            return fault
    if problem.errno in _UNREACHABLE:
        return CameraFault.UNREACHABLE
    return CameraFault.TIMEOUT if waited_out else CameraFault.NOT_RTSP
