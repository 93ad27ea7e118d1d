"""Basic (RFC 7617) and Digest (RFC 7616: MD5 and SHA-256, with and without qop) as a client answers them. Pure."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ingest.rtsp_client.target import Account
from ingest.rtsp_client.unsupported import Unsupported

_EACH = re.compile(r"(?i)(?:^|,)\s*(?=(?:digest|basic)(?:\s|$))")
_PAIR = re.compile(r'([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_STRENGTH = ("SHA-256", "MD5")


@dataclass(slots=True)
class Authenticator:
    """Answers the challenges of one connection; `cnonce` gives a fresh random text each time."""

    account: Account
    cnonce: Callable[[], str]
    _digest: Mapping[str, str] | None = None
    _basic: bool = False
    _count: int = field(default=0)

    def challenged(self, headers: Iterable[str]) -> None:
        """Take over the strongest of the camera's `WWW-Authenticate` headers.

        Raises:
            Unsupported: none of them can be answered.
        """
        challenges = [one.strip() for header in headers for one in _EACH.split(header) if one.strip()]
        digests = [_pairs(one) for one in challenges if one.lower().startswith("digest")]
        known = [one for one in digests if _algorithm(one)[0] in _HASHES and _qop(one) is not None]
        known.sort(key=lambda one: _STRENGTH.index(_algorithm(one)[0]))
        self._digest, self._count = (known[0] if known else None), 0
        self._basic = any(one.lower().startswith("basic") for one in challenges)
        if self._digest is None and not self._basic:
            raise Unsupported("the camera asks for the password in a way of its own")

    def header(self, method: str, uri: str) -> str:
        """The `Authorization` of one request; empty before the first challenge."""
        if self._digest is not None:
            return self._answer(self._digest, method, uri)
        if self._basic:
            token = f"{self.account.user}:{self.account.password}".encode()
            return "Basic " + base64.b64encode(token).decode()
        return ""

    def _answer(self, challenge: Mapping[str, str], method: str, uri: str) -> str:
        name, session = _algorithm(challenge)
        realm, nonce, qop = challenge.get("realm", ""), challenge.get("nonce", ""), _qop(challenge)

        def digest(text: str) -> str:
            return _HASHES[name](text.encode(), usedforsecurity=False).hexdigest()

        self._count += 1
        count, cnonce = f"{self._count:08x}", self.cnonce()
        secret = digest(f"{self.account.user}:{_plain(realm)}:{self.account.password}")
        if session:
            secret = digest(f"{secret}:{nonce}:{cnonce}")
        asked = digest(f"{method}:{uri}")
        middle = f"{nonce}:{count}:{cnonce}:auth" if qop else nonce
        fields = [
            f'username="{_quoted(self.account.user)}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"',
            f'response="{digest(f"{secret}:{middle}:{asked}")}"',
        ]  # fmt: skip
        fields += [f"algorithm={challenge['algorithm']}"] if "algorithm" in challenge else []
        fields += [f'opaque="{challenge["opaque"]}"'] if "opaque" in challenge else []
        fields += ["qop=auth", f"nc={count}"] if qop else []
        fields += [f'cnonce="{cnonce}"'] if qop or session else []
        return "Digest " + ", ".join(fields)


def _pairs(challenge: str) -> dict[str, str]:
    """Quoted values as they stand, escapes included: they are sent back as they came."""
    return {name.lower(): quoted or bare for name, quoted, bare in _PAIR.findall(challenge)}


def _algorithm(challenge: Mapping[str, str]) -> tuple[str, bool]:
    name = challenge.get("algorithm", "MD5").upper()
    return name.removesuffix("-SESS"), name.endswith("-SESS")


def _qop(challenge: Mapping[str, str]) -> str | None:
    """`auth`, empty where the camera asks for none (RFC 2069), None where it wants something else."""
    offered = [one.strip().lower() for one in challenge.get("qop", "").split(",") if one.strip()]
    if not offered:
        return ""
    return "auth" if "auth" in offered else None


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


def _quoted(text: str) -> str:
    return re.sub(r'(["\\])', r"\\\1", text)
