"""Basic and Digest (RFC 7616 with MD5, as cameras speak it): who may watch. Pure."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Literal

REALM = "camera-sim"


@dataclass(frozen=True, slots=True)
class Account:
    """The one account of a simulated camera."""

    scheme: Literal["basic", "digest"]
    user: str
    password: str = field(repr=False)

    def challenge(self, nonce: str) -> str:
        """The WWW-Authenticate header that goes with a 401."""
        if self.scheme == "basic":
            return f'Basic realm="{REALM}"'
        return f'Digest realm="{REALM}", nonce="{nonce}"'

    def admits(self, method: str, authorization: str, nonce: str) -> bool:
        """Whether an Authorization header answers the challenge with this nonce."""
        if self.scheme == "basic":
            token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return hmac.compare_digest(authorization.encode(), f"Basic {token}".encode())
        given = dict(re.findall(r'(\w+)="([^"]*)"', authorization))
        secret = _md5(f"{self.user}:{REALM}:{self.password}")
        wanted = _md5(f"{secret}:{nonce}:{_md5(method + ':' + given.get('uri', ''))}")
        right = hmac.compare_digest(given.get("response", "").encode(), wanted.encode())
        return right and given.get("nonce") == nonce and given.get("username") == self.user


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
