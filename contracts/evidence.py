"""The port to pictures and clips: written by vision, read by the console, named by reference everywhere else."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol


class EvidenceStore(Protocol):
    """Named blobs. A reference is a relative path such as `ev/2026/11/24/….jpg` or `last/<camera_id>.jpg`."""

    async def put(self, ref: str, data: bytes) -> str:
        """Store, replacing what was there, whole or not at all; returns the SHA-256 in hex.

        Raises:
            Outage: the store is full or away.
        """
        ...

    async def get(self, ref: str) -> bytes | None:
        """The bytes, or None when there is no such reference (or it tries to leave the store).

        Raises:
            Outage: the store is away.
        """
        ...

    async def days(self, before: date) -> Sequence[date]:
        """The days before this one of which there is evidence under `ev/`, oldest first."""
        ...

    async def of_day(self, day: date) -> Sequence[str]:
        """References of everything under `ev/` of a day."""
        ...

    async def delete(self, refs: Sequence[str]) -> None:
        """Remove; what is not there is not missed.

        Raises:
            Outage: the store is away or read-only.
        """
        ...
