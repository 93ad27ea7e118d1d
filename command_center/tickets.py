"""Permission to open one live picture once: given for a stated reason, used within seconds, by the same person.

A ticket is the permission itself, sealed with a key that all consoles of a hub share: whichever console the browser
comes to opens it, and nobody else can read the reason that stands in it.
"""

import base64
import binascii
import hashlib
import os
from collections import OrderedDict
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import AwareDatetime, ValidationError

from contracts.contract import StrictContract

GOOD_FOR = timedelta(seconds=30)
MOST = 20_000
"""used tickets remembered; the oldest are long past their time"""
_PURPOSE = b"hub live ticket 1"
_NONCE_BYTES = 12


class Permission(StrictContract):
    """What a ticket opens."""

    camera_id: str
    login: str
    sub: bool
    hevc: bool
    reason: str
    incident_id: str | None
    until: AwareDatetime


class Tickets:
    """Each console remembers which tickets it has opened: one opens one look there. Another console could open the
    same ticket once more, to the same person and within the same half minute, and would write that look down too."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: the same for all consoles of a hub; of any length."""
        self._box = AESGCM(hashlib.blake2b(secret, key=_PURPOSE, digest_size=32).digest())
        self._used: OrderedDict[str, None] = OrderedDict()

    def give(self, permission: Permission) -> str:
        """The ticket, safe in a URL."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._box.encrypt(nonce, permission.model_dump_json().encode(), _PURPOSE)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def take(self, token: str, camera_id: str, login: str, now: AwareDatetime) -> Permission | None:
        """What it opens, once; None when it is used, too old, another camera's or another person's, or none of ours."""
        opened = self._opened(token)
        if opened is None or token in self._used:
            return None
        self._used[token] = None
        while len(self._used) > MOST:
            self._used.popitem(last=False)
        fits = (opened.camera_id, opened.login) == (camera_id, login)
        return opened if fits and now <= opened.until else None

    def _opened(self, token: str) -> Permission | None:
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            # Two spellings of the same bytes would be two tickets.
            if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
                return None
            plain = self._box.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _PURPOSE)
            return Permission.model_validate_json(plain)
        except (binascii.Error, ValueError, InvalidTag, ValidationError):
            return None
