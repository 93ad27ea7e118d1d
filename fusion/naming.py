"""Ids that come from what they name, so that every replay gives the same ones."""

import hashlib

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [one + other for one in _LETTERS for other in _LETTERS]


def name_from(text: str) -> str:
    """26 lower-case base32 letters of a 128-bit hash."""
    # 130 bits, the last two of them nothing: `base64` does the same at a third of the speed.
    bits = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest()) << 2
    return "".join([_PAIRS[bits >> place & 1023] for place in range(120, -1, -10)])


def label_of(incident_id: str) -> str:
    """INC-7Q2M4K, for people."""
    return f"INC-{incident_id[:6].upper()}"
