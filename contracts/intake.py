"""The port between the console's HTTP routes and the parsers of `ingest`; `hub` wires the two."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from contracts.contract import Contract
from contracts.rejected import FieldError


class Feed(StrEnum):
    """Where a report comes from; the values are the signals' `source`."""

    POLICE_110 = "police_110"
    GRID = "grid"
    DISPUTE = "dispute"
    PETITION = "petition"


class IntakeStatus(StrEnum):
    """What became of one report."""

    ACCEPTED = "accepted"
    """stored: 202"""
    DUPLICATE = "duplicate"
    """this number with this content is known: 200"""
    REJECTED = "rejected"
    """422; the body lies in the dead letters"""
    REFUSED = "refused"
    """422; the law forbids to keep it (检举控告), nothing of its content was stored"""


class IntakeAnswer(Contract):
    """What the sender is told."""

    status: IntakeStatus
    signal_id: str | None = None
    rejected_id: str | None = None
    errors: tuple[FieldError, ...] = Field(default=())
    kept: bool = True
    """rejected: whether the body lies sealed in the dead letters. A petition whose class cannot be read does not."""
    warnings: tuple[FieldError, ...] = Field(default=())
    """taken all the same, but something was not understood: an unknown category, no place"""


class Intake(Protocol):
    """Takes one report, whole or not at all."""

    async def accept(self, feed: Feed, body: bytes, *, source: str, now: datetime) -> IntakeAnswer:
        """Parse, store with its personal fields apart, and promise to publish.

        `source` is the name of the API key or of the raw topic. Returns only once the report is stored.

        Raises:
            DatabaseUnavailable: nothing was stored; the sender should try again (503).
        """
        ...

    async def refuse_too_large(self, feed: Feed, size: int, *, source: str, now: datetime) -> IntakeAnswer:
        """A body beyond the limit was not read: it is counted and listed without one. `size`: bytes, as far as known.

        Raises:
            DatabaseUnavailable: it was not noted.
        """
        ...


class CallerDetails(Contract):
    """The personal fields of a call, kept apart from everything else and encrypted."""

    name: str = ""
    phone: str = ""
    content_original: str = ""


class PersonalFields(Protocol):
    """The one owner of personal fields. Reading is always for a reason, which the caller has audited."""

    async def reveal(self, signal_id: str) -> CallerDetails | None:
        """The details, or None when there are none or they were destroyed."""
        ...
