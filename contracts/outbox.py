"""The port to the outbox: what the hub accepts is stored first, published from there, cleared once journalled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.bus import Record


@dataclass(frozen=True, slots=True)
class Pending:
    """A record with the identity under which fusion's journal will know it."""

    identity: str
    record: Record
    camera_id: str = ""
    """the camera that it speaks of; who no longer holds that camera may not store it"""


class HandsOn(Protocol):
    """A short way from an outbox to the bus, within one process: what is stored and marked as published goes out
    without another look into the database."""

    def has_room(self, records: int) -> bool:
        """Whether so many more may be given."""
        ...

    def give(self, stored: Sequence[Pending]) -> None:
        """Rows that are committed."""
        ...


class Outbox(Protocol):
    """Accepting is storing."""

    async def put(self, pending: Sequence[Pending]) -> None:
        """Store, durable on return; an identity already there is left alone.

        Raises:
            DatabaseUnavailable: nothing was stored.
        """
        ...
