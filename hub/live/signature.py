"""Who may fetch live pictures from a worker: whoever shares its secret. The secret itself is never sent."""

import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path

from contracts.errors import ConfigurationError
from hub.personal import make_key
from hub.settings import Settings

SCHEME = "Hub-Live"
GOOD_FOR = timedelta(seconds=60)
"""how far the clocks of two machines may be apart, and how long a signature that somebody overheard is of any use"""


def secret_of(settings: Settings) -> bytes:
    """`HUB_LIVE_SECRET`, else a key file that all processes of one machine share; made on first use, mode 0600.

    Raises:
        ConfigurationError: the file cannot be read or made.
    """
    said = settings.live_secret.get_secret_value().strip()
    if said:
        return said.encode()
    path: Path = settings.data_dir / "keys" / "live.key"
    try:
        if not path.exists():
            make_key(path)
        return path.read_bytes().strip()
    except OSError as bad:
        hint = "make the folder writable for the hub, or set HUB_LIVE_SECRET to the same text for every process"
        raise ConfigurationError(f"no secret for live pictures: {bad}", where=str(path), hint=hint) from None


def signed(secret: bytes, target: str, now: datetime) -> str:
    """The Authorization header of a request for `target` (path and query)."""
    stamp = str(int(now.timestamp()))
    return f"{SCHEME} {stamp}.{_digest(secret, target, stamp)}"


def admits(secret: bytes, target: str, authorization: str, now: datetime) -> bool:
    """Whether the header was made for this target, lately, by one who knows the secret."""
    scheme, _, rest = authorization.partition(" ")
    stamp, _, digest = rest.partition(".")
    if scheme != SCHEME or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        return False
    fresh = abs(now.timestamp() - int(stamp)) <= GOOD_FOR.total_seconds()
    return fresh and hmac.compare_digest(digest.encode(), _digest(secret, target, stamp).encode())


def _digest(secret: bytes, target: str, stamp: str) -> str:
    return hmac.new(secret, f"{stamp}\n{target}".encode(), hashlib.sha256).hexdigest()
