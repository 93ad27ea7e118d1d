"""Ids that come from what they name, so that every replay gives the same ones."""

import base64
import hashlib


def name_from(text: str) -> str:
    """26 lower-case base32 letters of a 128-bit hash."""
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def label_of(incident_id: str) -> str:
    """INC-7Q2M4K, for people."""
    return f"INC-{incident_id[:6].upper()}"
