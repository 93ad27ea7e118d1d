"""Personal fields and rejected bodies: sealed before they are stored, unsealed only for a stated reason.

AES-256-GCM with a random nonce; what a text belongs to is bound into the seal, so that a row copied under another
identity does not open. The key is one file, readable by its owner only, or a setting where machines share it.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import ConfigurationError
from contracts.incidents import OVER_IN_SQL
from contracts.intake import CallerDetails
from hub.database import outages
from hub.settings import Settings

KEY_BYTES = 32
KEPT_DAYS = 90
"""after the report, and after its incident was closed, the personal fields are destroyed (domain (d) P12)"""
_EXPIRE = text(
    f"""
    DELETE FROM personal_fields AS p WHERE p.destroy_after <= :now AND NOT EXISTS (
        SELECT 1 FROM signals s JOIN incidents i USING (incident_id) WHERE s.signal_id = p.signal_id
          AND (i.state NOT IN {OVER_IN_SQL}
               OR i.decided_at > CAST(:now AS timestamptz) - make_interval(days => CAST(:kept_days AS int))))
    """
)
_VERSION = b"\x01"
_KEY_ID_BYTES, _NONCE_BYTES = 4, 12
_HEAD_BYTES = len(_VERSION) + _KEY_ID_BYTES + _NONCE_BYTES
_HINT = "openssl rand -base64 32"


class Vault:
    """Seals, unseals, and makes fingerprints that tell nothing to whoever lacks the key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._key_id = hashlib.sha256(b"id" + key).digest()[:_KEY_ID_BYTES]
        self._fingerprint_key = hmac.digest(key, b"fingerprint", "sha256")

    def seal(self, plain: bytes, *, of: str) -> bytes:
        """`plain`, sealed under what it belongs to (a signal's or a rejection's identity)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + self._key_id + nonce + self._cipher.encrypt(nonce, plain, of.encode())

    def unseal(self, sealed: bytes, *, of: str) -> bytes:
        """What was sealed for `of`.

        Raises:
            ConfigurationError: another key sealed it, or the row was changed or belongs to something else.
        """
        key_id = sealed[len(_VERSION) : len(_VERSION) + _KEY_ID_BYTES]
        if sealed[:1] != _VERSION or key_id != self._key_id:
            raise ConfigurationError(
                "sealed with another key", where="HUB_PERSONAL_KEY", hint="bring back the key that was used then"
            )
        try:
            nonce = sealed[_HEAD_BYTES - _NONCE_BYTES : _HEAD_BYTES]
            return self._cipher.decrypt(nonce, sealed[_HEAD_BYTES:], of.encode())
        except InvalidTag:
            raise ConfigurationError("a sealed row was changed", where=of, hint="restore it from a backup") from None

    def fingerprint(self, plain: bytes) -> str:
        """The same for the same text, and of no use for guessing it without the key. 64 hex digits."""
        return hmac.digest(self._fingerprint_key, plain, "sha256").hex()


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation; its key file is made on first use, with mode 0600.

    Raises:
        ConfigurationError: the key is not 32 bytes of base64, or the file cannot be read or made.
    """
    said = settings.personal_key.get_secret_value().strip()
    if said:
        return Vault(_key_of(said, "HUB_PERSONAL_KEY"))
    path = settings.data_dir / "keys" / "personal.key"
    try:
        if not path.exists():
            make_key(path)
        return Vault(_key_of(path.read_text(encoding="ascii").strip(), str(path)))
    except (OSError, UnicodeDecodeError) as bad:
        hint = f"make the folder writable for the hub, or set HUB_PERSONAL_KEY ({_HINT})"
        raise ConfigurationError(f"no key for personal fields: {bad}", where=str(path), hint=hint) from None


class PostgresPersonalFields:
    """`contracts.intake.PersonalFields`: who called and what was said in full."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault

    async def reveal(self, signal_id: str) -> CallerDetails | None:
        """The details of a signal, or None when there are none or they were destroyed. The caller audits the reason.

        Raises:
            ConfigurationError: they were sealed with another key.
            DatabaseUnavailable: PostgreSQL is away.
        """
        with outages():
            async with self._engine.connect() as connection:
                sealed = await connection.scalar(
                    text("SELECT sealed FROM personal_fields WHERE signal_id = :id"), {"id": signal_id}
                )
        if sealed is None:
            return None
        return CallerDetails.model_validate_json(self._vault.unseal(bytes(sealed), of=signal_id))


async def expire_personal(engine: AsyncEngine, now: datetime) -> int:
    """Destroy the personal fields whose time is over; of how many signals.

    Raises:
        DatabaseUnavailable: nothing was destroyed.
    """
    with outages():
        async with engine.begin() as connection:
            return int((await connection.execute(_EXPIRE, {"now": now, "kept_days": KEPT_DAYS})).rowcount)


def seal_details(vault: Vault, signal_id: str, details: CallerDetails) -> bytes:
    """A row of `personal_fields`."""
    return vault.seal(details.model_dump_json().encode(), of=signal_id)


def _key_of(text_form: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text_form, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"not {KEY_BYTES} bytes in base64", where=where, hint=f"make one with: {_HINT}")
    return key


def make_key(path: Path) -> None:
    """Make the key file whole or not at all; of several processes that start together the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
