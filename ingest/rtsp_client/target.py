"""An address taken apart: whom to connect to, what to ask for, and the credentials that are never part of it. Pure."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from ingest.rtsp_client.unsupported import Unsupported

_SHAPE = re.compile(
    r"(rtsps?)://(?:([^/?#]*)@)?(\[[0-9A-Fa-f:.]+(?:%[^\]]+)?\]|[^/?#:\[\]]+)(?::(\d+))?([/?].*|)", re.I
)
_PORTS = {"rtsp": 554, "rtsps": 322}


@dataclass(frozen=True, slots=True)
class Account:
    """User and password as the camera knows them, not percent-encoded."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """One stream of one camera."""

    host: str
    port: int
    tls: bool
    url: str
    """as it is asked for: with the port, without the credentials"""
    account: Account | None = None


def target_of(url: str) -> Target:
    """Take a resolved address apart; percent-encoding in the path is kept as it was typed.

    Raises:
        Unsupported: another scheme, or characters that do not go into a request line.
    """
    found = _SHAPE.fullmatch(url)
    if found is None or re.search(r"[\x00-\x20\x7f#]", url):
        raise Unsupported("the address has an unusual shape")
    scheme, userinfo, host, port_text, rest = found.groups()
    scheme = scheme.lower()
    port = int(port_text or _PORTS[scheme])
    if not 0 < port < 65_536:
        raise Unsupported("the address has an impossible port")
    account = None
    if userinfo:
        user, _, password = userinfo.partition(":")
        account = Account(unquote(user), unquote(password))
    return Target(host.strip("[]"), port, scheme == "rtsps", f"{scheme}://{host}:{port}{rest}", account)
