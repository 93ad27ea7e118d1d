"""What is said to FFmpeg about a camera's address, and what must never be said to anyone else."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from contracts.errors import CameraFault, CameraUnavailable

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""A `${NAME}` that stands for a value of the environment."""

_USERINFO = re.compile(r"(rtsps?://)[^/?#]*@", re.IGNORECASE)
_SECRET_PAIR = re.compile(r"(?i)((?:password|passwd|pwd|pass|token|secret)=)[^&\s#/'\"]*")
HIDDEN = "***"

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 4.0
"""PyAV gives up after twice this long without a byte."""


def references(url: str) -> tuple[str, ...]:
    """The names of the variables that a URL refers to, in order."""
    return tuple(REFERENCE.findall(url))


def resolve(url: str, environ: Mapping[str, str]) -> str:
    """The URL with every `${NAME}` replaced by its percent-encoded value. Keep it local: it holds a password.

    Raises `CameraUnavailable(CREDENTIAL_MISSING)`, which names the variable, never a value.
    """
    missing = [name for name in references(url) if not environ.get(name)]
    if missing:
        raise CameraUnavailable(CameraFault.CREDENTIAL_MISSING, f"{', '.join(missing)} is not set")
    return REFERENCE.sub(lambda found: quote(environ[found[1]], safe=""), url)


def plain_secret(url: str) -> str | None:
    """Where a URL spells a password out instead of naming a variable; None when it does not."""
    userinfo = _netloc(url).rpartition("@")[0]
    password = userinfo.partition(":")[2]
    if REFERENCE.sub("", password):
        return "the password before the @"
    for pair in _SECRET_PAIR.finditer(url):
        if REFERENCE.sub("", pair[0][len(pair[1]) :]):
            return f"the value of {pair[1].rstrip('=')}"
    return None


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without user names and passwords of RTSP addresses, `password=` pairs, or any of `secrets`."""
    for secret in sorted({form for value in secrets for form in _forms(value)}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _USERINFO.sub(rf"\1{HIDDEN}@", text)
    return _SECRET_PAIR.sub(rf"\1{HIDDEN}", text)


def _forms(value: str) -> set[str]:
    return {form for form in (value, quote(value, safe=""), unquote(value)) if form and form not in HIDDEN}


def host_of(url: str) -> str:
    """`host:port` of an address, for a person to read; never the user or the password."""
    netloc = _netloc(url).rpartition("@")[2]
    default = "322" if url.lower().startswith("rtsps:") else "554"
    return netloc if re.search(r":\d+$", netloc) else f"{netloc}:{default}"


def path_of(url: str) -> str:
    """The path as it is asked for, without the query, where passwords stand; some servers do not read `%20` as a
    space."""
    _, slash, path = url.partition("://")[2].partition("/")
    return slash + re.split(r"[?#]", path, maxsplit=1)[0]


def _netloc(url: str) -> str:
    """What stands between `//` and the path; `urlsplit` raises at what people type (a full-width colon)."""
    return re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]


def open_options(url: str, *, ca_file: str | None = None, timeout_s: float = OPEN_TIMEOUT_S) -> dict[str, str]:
    """FFmpeg's options for a picture within 0.3 s instead of 2.6 s; certificates of rtsps are verified.

    Only TCP, because a camera behind a firewall answers on nothing else; only video, because sound is not wanted.
    `timeout` is in microseconds; `stimeout` and `rw_timeout` do nothing.
    """
    options = {
        "rtsp_transport": "tcp",
        "allowed_media_types": "video",
        "fflags": "nobuffer",
        "analyzeduration": "100000",
        "probesize": "200000",
        "fpsprobesize": "0",
        "timeout": str(int(timeout_s * 1_000_000)),
    }
    if url.lower().startswith("rtsps:"):
        options["tls_verify"] = "1"
        if ca_file:
            options["ca_file"] = ca_file
    return options
