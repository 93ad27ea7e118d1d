"""Dead letters: what could not be read, with the reason, its body sealed for 30 days, to be listed and sent again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts import wire
from contracts.bus import Record
from contracts.errors import Refused, Unreadable
from contracts.intake import Feed, Intake, IntakeAnswer, IntakeStatus
from contracts.outbox import Pending
from contracts.rejected import FieldError, Rejected
from contracts.signals import SIGNAL, identity_of
from contracts.topics import REJECTED, SIGNALS, partition_of
from hub.database import outages
from hub.outbox import put_on
from hub.personal import Vault

KEPT_FOR = timedelta(days=30)
MOST_KEPT_BYTES = 8 * 1024 * 1024
_ID_DIGITS = 26
SENT_AGAIN = frozenset({SIGNALS.name, *Feed})
"""sources whose rejected bodies can be sent again; an action is done again by whoever did it"""

_UPSERT = text(
    """
    INSERT INTO rejected
        (rejected_id, source, origin, source_ref, reason, field, hint, received_at, status, sealed, expires_at)
    VALUES (:rejected_id, :source, :origin, :source_ref, :reason, :field, :hint, :at, :status, :sealed, :expires_at)
    ON CONFLICT (rejected_id) DO UPDATE SET
        times = rejected.times + 1, received_at = EXCLUDED.received_at, status = EXCLUDED.status,
        source_ref = EXCLUDED.source_ref, reason = EXCLUDED.reason, field = EXCLUDED.field, hint = EXCLUDED.hint,
        sealed = EXCLUDED.sealed, expires_at = EXCLUDED.expires_at
    """
)
_AUDIT = text(
    """
    INSERT INTO audit (at, login, unit, role, act, object, reason, detail)
    VALUES (:at, :origin, '', 'source', 'petition_refused', :rejected_id, :reason, '{}')
    """
)
_COLUMNS = (
    "rejected_id, source, origin, source_ref, reason, field, hint, received_at, times, status, "
    "sealed IS NOT NULL AS has_body"
)
_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM rejected
    WHERE (CAST(:source AS text) IS NULL OR source = :source) AND (CAST(:status AS text) IS NULL OR status = :status)
      AND (CAST(:at AS timestamptz) IS NULL OR (received_at, rejected_id) < (:at, :id))
    ORDER BY received_at DESC, rejected_id DESC LIMIT :limit
    """
)
_ONE = text(f"SELECT {_COLUMNS} FROM rejected WHERE rejected_id = :id")
_SEALED = text("SELECT source, origin, status, sealed, received_at FROM rejected WHERE rejected_id = :id")
_RETRIED = text("UPDATE rejected SET status = 'retried', sealed = NULL WHERE rejected_id = :id")
# A person who tries again is no sign of life of the source, nor one more rejection.
_STILL_WAITING = text("UPDATE rejected SET times = times - 1, received_at = :at WHERE rejected_id = :id AND times > 1")
_EXPIRE = text(
    """
    UPDATE rejected SET status = CASE status WHEN 'waiting' THEN 'expired' ELSE status END, sealed = NULL
    WHERE expires_at <= :now AND (sealed IS NOT NULL OR status = 'waiting')
    """
)


@dataclass(frozen=True, slots=True)
class Dead:
    """One rejection on its way into the table."""

    feed: StrEnum
    """a feed, or the hub's own topic whose record could not be read"""
    origin: str
    source_ref: str
    errors: tuple[FieldError, ...]
    body: bytes
    """what the identity is made of"""
    keep: bytes | None
    """what is sealed; None: nothing"""
    refused: bool = False
    """an informant's petition: audited, never kept, never sent again"""

    def identity(self, vault: Vault) -> str:
        """The same for the same body from the same source, so that a repeat is counted and not piled up."""
        return vault.fingerprint(f"{self.feed.value}|{self.origin}|".encode() + self.body)[:_ID_DIGITS]


class RejectedRow(Rejected):
    """One line of the list: the reference and what has become of it."""

    origin: str
    times: int
    """how often the very same body came"""
    status: str
    """waiting, retried, expired, refused"""
    received_at: AwareDatetime


async def bury(connection: AsyncConnection, vault: Vault, dead: Dead, now: datetime) -> str:
    """Store one rejection and the reference for the topic `rejected` in the caller's transaction; its id."""
    rejected_id = dead.identity(vault)
    first = dead.errors[0]
    more = len(dead.errors) - 1
    keep = dead.keep if dead.keep is not None and len(dead.keep) <= MOST_KEPT_BYTES else None
    row = {
        "rejected_id": rejected_id, "source": dead.feed.value, "origin": dead.origin, "source_ref": dead.source_ref,
        "reason": f"{first.reason} (+{more})" if more else first.reason, "field": first.field, "hint": first.hint,
    }  # fmt: skip
    await connection.execute(
        _UPSERT,
        row
        | {
            "at": now,
            "status": "refused" if dead.refused else "waiting",
            "sealed": None if keep is None else vault.seal(keep, of=rejected_id),
            "expires_at": now + KEPT_FOR,
        },
    )
    if dead.refused:
        await connection.execute(_AUDIT, row | {"at": now})
    reference = Rejected(**row, received_at=now, has_body=keep is not None)
    event_id = f"{rejected_id}:{now.isoformat()}"
    body = wire.encode(
        reference, event_id=event_id, source=dead.origin or dead.feed.value, event_type=REJECTED.event_type, time=now
    )
    await put_on(connection, [Pending(f"rejected|{event_id}", Record(REJECTED, dead.feed.value, body))])
    return rejected_id


class DeadLetters:
    """The list of what could not be read, and the way back in."""

    def __init__(
        self, engine: AsyncEngine, vault: Vault, intake: Intake, partitions: Mapping[str, int] | None = None
    ) -> None:
        self._engine, self._vault, self._intake, self._partitions = engine, vault, intake, dict(partitions or {})

    async def page(
        self, *, source: str | None = None, status: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> tuple[list[RejectedRow], str | None]:
        """(rows, newest first; the cursor of the next page or None).

        Raises:
            Refused: the cursor is not one of ours.
            DatabaseUnavailable: PostgreSQL is away.
        """
        at, rejected_id = _cursor(cursor)
        asked = {"source": source, "status": status, "at": at, "id": rejected_id, "limit": limit + 1}
        with outages():
            async with self._engine.connect() as connection:
                rows = [_row(row) for row in await connection.execute(_LIST, asked)]
        if len(rows) <= limit:
            return rows, None
        last = rows[limit - 1]
        return rows[:limit], f"{last.received_at.isoformat()}~{last.rejected_id}"

    async def one(self, rejected_id: str) -> RejectedRow | None:
        """One reference, or None."""
        with outages():
            async with self._engine.connect() as connection:
                row = (await connection.execute(_ONE, {"id": rejected_id})).one_or_none()
        return None if row is None else _row(row)

    async def body(self, rejected_id: str) -> bytes | None:
        """The body as it came, or None when there is none any more. It may be personal: the caller audits why.

        Raises:
            ConfigurationError: it was sealed with another key.
        """
        with outages():
            async with self._engine.connect() as connection:
                row = (await connection.execute(_SEALED, {"id": rejected_id})).one_or_none()
        return None if row is None or row.sealed is None else self._vault.unseal(bytes(row.sealed), of=rejected_id)

    async def retry(self, rejected_id: str, now: datetime) -> IntakeAnswer:
        """Read the body once more, as if it came now. Taken: it is marked and its sealed body destroyed.

        Raises:
            Refused: there is no such rejection, or no body to send again.
            ConfigurationError: it was sealed with another key.
            DatabaseUnavailable: nothing was changed.
        """
        with outages():
            async with self._engine.connect() as connection:
                row = (await connection.execute(_SEALED, {"id": rejected_id})).one_or_none()
        if row is None:
            raise Refused(f"no rejected report {rejected_id}")
        if row.sealed is None:
            raise Refused(f"{rejected_id} is {row.status}: its body is no longer kept, ask the source to send it again")
        if row.source not in SENT_AGAIN:
            raise Refused(f"{rejected_id} is a record of the hub's own topic {row.source}: do it again on the console")
        body = self._vault.unseal(bytes(row.sealed), of=rejected_id)
        if row.source == SIGNALS.name:
            return await self._publish_again(rejected_id, body)
        answer = await self._intake.accept(Feed(row.source), body, source=row.origin, now=now)
        # Should the process die before this, the next retry finds a duplicate and ends here as well.
        taken = answer.status in (IntakeStatus.ACCEPTED, IntakeStatus.DUPLICATE)
        with outages():
            async with self._engine.begin() as connection:
                if taken:
                    await connection.execute(_RETRIED, {"id": rejected_id})
                elif answer.rejected_id == rejected_id:
                    await connection.execute(_STILL_WAITING, {"id": rejected_id, "at": row.received_at})
        return answer

    async def _publish_again(self, rejected_id: str, body: bytes) -> IntakeAnswer:
        """A signal that the hub itself made, and that fusion could not take in: onto its topic once more."""
        try:
            signal = wire.decode(body, SIGNAL)
        except Unreadable as bad:
            raise Refused(f"{rejected_id} can still not be read as one of signals: {bad}") from None
        record = Record(SIGNALS, signal.district, body, partition_of(signal.district, self._partitions))
        with outages():
            async with self._engine.begin() as connection:
                await put_on(connection, [Pending(identity_of(signal), record)])
                await connection.execute(_RETRIED, {"id": rejected_id})
        return IntakeAnswer(status=IntakeStatus.ACCEPTED, signal_id=signal.signal_id)

    async def expire(self, now: datetime) -> int:
        """Destroy the bodies that have been kept for 30 days; how many rows that concerned."""
        with outages():
            async with self._engine.begin() as connection:
                return int((await connection.execute(_EXPIRE, {"now": now})).rowcount)


def _row(row: Row[tuple[object, ...]]) -> RejectedRow:
    return RejectedRow.model_validate(row._asdict())


def _cursor(cursor: str | None) -> tuple[datetime | None, str]:
    if cursor is None:
        return None, ""
    at, _, rejected_id = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), rejected_id
    except ValueError:
        raise Refused("not a cursor of this list; start without one") from None


def first_errors(errors: Sequence[FieldError]) -> str:
    """The reasons in one line, for a log or a terminal; values never appear in reasons."""
    return "; ".join(f"{error.field}: {error.reason}" if error.field else error.reason for error in errors)
