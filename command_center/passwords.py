"""Passwords and tokens: argon2 on a thread of its own, random tokens that are stored as a hash only."""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_PASSWORD = 10
"""characters"""


class Passwords:
    """One thread: argon2 takes tens of milliseconds and 64 MB, and must never hold up the event loop.

    A login that does not exist costs the same time as a wrong password, so that neither can be told from the other.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="argon2")
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The argon2id hash, with its parameters and salt."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._hasher.hash, password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; False for a user without one, after the same work."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._verify, password_hash, password)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe())
        try:
            return self._hasher.verify(password_hash or self._nobody, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def new_token(prefix: str = "") -> str:
    """256 random bits, safe in a URL."""
    return prefix + secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token: with so many random bits a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def weakness(password: str, login: str) -> str | None:
    """Why a password is not accepted, or None."""
    if len(password) < MIN_PASSWORD:
        return f"at least {MIN_PASSWORD} characters"
    if login.lower() in password.lower():
        return "it must not hold the login"
    classes = (str.islower, str.isupper, str.isdigit, lambda one: not one.isalnum())
    if sum(any(test(one) for one in password) for test in classes) < 2:
        return "mix at least two of: small letters, capitals, digits, other signs"
    return None
