"""Takes reports in: parsed, stored with their personal fields apart, and promised to the bus, in one statement.

A new number costs one round trip, alone or in a batch of hundreds. A known number with known content is a
duplicate; with new content it is the next update of the same signal. What cannot be read becomes a dead letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import wire
from contracts.bus import Record
from contracts.intake import Feed, IntakeAnswer, IntakeStatus
from contracts.outbox import Pending
from contracts.rejected import FieldError
from contracts.signals import Report, identity_of
from contracts.topics import SIGNALS, partition_of
from hub import intake_statements as sql
from hub.database import outages
from hub.demo.settings import MAP_DIR
from hub.gazetteer import load_gazetteer
from hub.outbox_handover import Handover
from hub.personal import KEPT_DAYS, Vault, open_vault, seal_details
from hub.rejected import Dead, bury
from hub.settings import Settings
from ingest.feeds.context import FeedContext, Gazetteer, Informant, Parsed, Unread
from ingest.feeds.parse import parse

REPORTS = Counter("hub_intake_reports_total", "reports by what became of them", ["feed", "status"])
WARNINGS = Counter("hub_intake_warnings_total", "reports taken in which something was not understood", ["feed"])

_INFORMANT_ERROR = FieldError(
    field="class_name",
    reason="检举控告类信访件不得进入本系统，内容未保存 (petitions of informants are refused, nothing was stored)",
    hint="信访工作条例 art. 30: keep it in the petition system",
)

_TOO_LARGE_HINT = "send one report per request, pictures by reference"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One report as it came to a door of the hub."""

    feed: Feed
    body: bytes
    source: str
    """the API key's source, or the raw topic"""


@dataclass(frozen=True, slots=True)
class Doors:
    """What holds for every report of this installation."""

    gazetteer: Gazetteer
    settings: Settings

    def context(self, source: str, now: datetime) -> FeedContext:
        """What a parser is told besides the bytes."""
        feeds = self.settings.feeds
        return FeedContext(
            now=now, source=source, gazetteer=self.gazetteer, datum=feeds.datum, bounds=feeds.bounds,
            future_tolerance=timedelta(seconds=feeds.future_tolerance_s), level_inverted=feeds.level_inverted,
            exercise=self.settings.exercise,
        )  # fmt: skip

    def partition(self, district: str) -> int:
        """The partition of `signals` for a district."""
        return partition_of(district, self.settings.fusion.partitions)


@dataclass(frozen=True, slots=True)
class _New:
    """A report that was read, with its place in the batch."""

    at: int
    feed: Feed
    number: str
    content_hash: str
    parsed: Parsed

    @property
    def key(self) -> str:
        return self.parsed.report.signal_id


class PostgresIntake:
    """`contracts.intake.Intake` over PostgreSQL and the outbox."""

    def __init__(self, engine: AsyncEngine, vault: Vault, doors: Doors, handover: Handover | None = None) -> None:
        self._engine, self._vault, self._doors, self._handover = engine, vault, doors, handover
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def accept(self, feed: Feed, body: bytes, *, source: str, now: datetime) -> IntakeAnswer:
        """Take one report; returns once it is stored.

        Raises:
            DatabaseUnavailable: it is not known to be stored; sending it again is safe.
        """
        return (await self.accept_many([Incoming(feed, body, source)], now=now))[0]

    async def accept_many(self, batch: Sequence[Incoming], *, now: datetime) -> list[IntakeAnswer]:
        """Take a batch, in its order; each report whole or not at all. The answers are in the same order.

        Raises:
            DatabaseUnavailable: some may have been stored; sending all again is safe.
        """
        answers: dict[int, IntakeAnswer] = {}
        new: list[_New] = []
        with outages():
            for at, one in enumerate(batch):
                outcome = parse(one.feed, one.body, self._doors.context(one.source, now))
                if isinstance(outcome, Parsed):
                    new.append(self._new(at, one.feed, outcome))
                else:
                    answers[at] = await self._reject(one, outcome, now)
            for wave in _waves(new):
                answers |= await self._store_wave(wave, now)
        for at, one in enumerate(batch):
            REPORTS.labels(one.feed.value, answers[at].status.value).inc()
            if answers[at].warnings:
                WARNINGS.labels(one.feed.value).inc()
        return [answers[at] for at in range(len(batch))]

    async def refuse_too_large(self, feed: Feed, size: int, *, source: str, now: datetime) -> IntakeAnswer:
        """Note a body that was too large to be read. The same size from the same source again is counted.

        Raises:
            DatabaseUnavailable: it was not noted.
        """
        error = FieldError(field="", reason=f"too large: {size} bytes", hint=_TOO_LARGE_HINT)
        with outages():
            async with self._engine.begin() as connection:
                dead = Dead(feed, source, "", (error,), f"too large: {size}".encode(), keep=None)
                rejected_id = await bury(connection, self._vault, dead, now)
        REPORTS.labels(feed.value, IntakeStatus.REJECTED.value).inc()
        return IntakeAnswer(status=IntakeStatus.REJECTED, rejected_id=rejected_id, errors=(error,), kept=False)

    def _new(self, at: int, feed: Feed, parsed: Parsed) -> _New:
        number = parsed.report.source_ref.removeprefix(f"{parsed.origin}:")
        return _New(at, feed, number, self._vault.fingerprint(parsed.canonical), parsed)

    async def _store_wave(self, wave: Sequence[_New], now: datetime) -> dict[int, IntakeAnswer]:
        """Store reports of which no two have the same number."""
        values = self._values(wave, 0, now)
        handed = self._handover is not None and self._handover.has_room(len(wave))
        async with self._at_once.connect() as connection:
            rows = await connection.execute(sql.STORE, values | {"handed_over": now if handed else None})
            stored = {row.signal_id for row in rows}
            if handed:
                self._hand_over(values, stored)
            known = [one for one in wave if one.key not in stored]
            repeated: set[str] = set()
            if known:
                again = await connection.execute(sql.HEAR_AGAIN, self._values(known, 0, now))
                repeated = {row.signal_id for row in again}
        for one in known:
            if one.key not in repeated and await self._store_update(one, now):
                stored.add(one.key)
        await self._audit_drops([one for one in wave if one.parsed.dropped and one.key in stored], now)
        return {
            one.at: IntakeAnswer(
                status=IntakeStatus.ACCEPTED if one.key in stored else IntakeStatus.DUPLICATE,
                signal_id=one.key,
                warnings=one.parsed.warnings,
            )
            for one in wave
        }

    async def _audit_drops(self, wave: Sequence[_New], now: datetime) -> None:
        """What of a report was personal and not taken: the names of the members, never a value."""
        if wave:
            async with self._at_once.connect() as connection:
                await connection.execute(
                    sql.AUDIT_DROP,
                    [
                        {
                            "at": now,
                            "origin": one.parsed.origin,
                            "signal_id": one.key,
                            "fields": list(one.parsed.dropped),
                        }
                        for one in wave
                    ],
                )

    def _hand_over(self, values: dict[str, Any], stored: set[str]) -> None:
        assert self._handover is not None
        columns = (values[name] for name in ("signal_ids", "identities", "keys", "partitions", "bodies"))
        self._handover.give([
            Pending(identity, Record(SIGNALS, key, body, partition))
            for signal_id, identity, key, partition, body in zip(*columns, strict=True)
            if signal_id in stored
        ])  # fmt: skip

    async def _store_update(self, one: _New, now: datetime) -> bool:
        """Store changed content under a known number as its next update; False if another process just did."""
        key = {"feed": one.feed.value, "origin": one.parsed.origin, "number": one.number}
        async with self._engine.begin() as connection:
            await connection.execute(sql.LOCK, {"signal_id": one.key})
            last = await connection.scalar(sql.LAST_UPDATE, key)
            if (await connection.execute(sql.HEAR_AGAIN, self._values([one], 0, now))).first() is not None:
                return False
            update = 0 if last is None else last + 1
            await connection.execute(sql.STORE, self._values([one], update, now) | {"handed_over": None})
        return True

    def _values(self, wave: Sequence[_New], update: int, now: datetime) -> dict[str, Any]:
        reports = [one.parsed.report.model_copy(update={"update": update}) for one in wave]
        return {
            "now": now,
            "kept_days": KEPT_DAYS,
            "feeds": [one.feed.value for one in wave],
            "origins": [one.parsed.origin for one in wave],
            "numbers": [one.number for one in wave],
            "updates": [update] * len(wave),
            "hashes": [one.content_hash for one in wave],
            "signal_ids": [one.key for one in wave],
            "reported": [one.parsed.reported_at for one in wave],
            "sealed": [self._sealed(one) for one in wave],
            "identities": [identity_of(report) for report in reports],
            "keys": [report.district for report in reports],
            "partitions": [self._doors.partition(report.district) for report in reports],
            "bodies": [_body(report, one) for report, one in zip(reports, wave, strict=True)],
        }

    def _sealed(self, one: _New) -> bytes | None:
        caller = one.parsed.caller
        return None if caller is None else seal_details(self._vault, one.key, caller)

    async def _reject(self, one: Incoming, outcome: Unread | Informant, now: datetime) -> IntakeAnswer:
        dead = _dead(one, outcome)
        async with self._engine.begin() as connection:
            rejected_id = await bury(connection, self._vault, dead, now)
        status = IntakeStatus.REFUSED if dead.refused else IntakeStatus.REJECTED
        kept = dead.keep is not None
        return IntakeAnswer(status=status, rejected_id=rejected_id, errors=dead.errors, kept=kept)


def open_intake(settings: Settings, engine: AsyncEngine, handover: Handover | None = None) -> PostgresIntake:
    """The intake of a process, with the county's map and the key for personal fields; `handover` is the short way to
    a process's own publisher.

    Raises:
        ConfigurationError: the map or the key cannot be read.
    """
    folder = settings.console.map_dir or MAP_DIR
    gazetteer = load_gazetteer(folder, default_district=settings.feeds.default_district, bounds=settings.feeds.bounds)
    return PostgresIntake(engine, open_vault(settings), Doors(gazetteer, settings), handover)


def _waves(new: Sequence[_New]) -> list[list[_New]]:
    """The reports in rounds, so that the second of the same number comes after the first is stored."""
    waves: list[list[_New]] = []
    seen: dict[str, int] = {}
    for one in new:
        turn = seen.get(one.key, 0)
        seen[one.key] = turn + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append(one)
    return waves


def _body(report: Report, one: _New) -> bytes:
    return wire.encode(
        report, event_id=f"{report.signal_id}:{report.update}", source=one.parsed.origin,
        event_type=SIGNALS.event_type, time=report.observed_at, subject=one.number,
    )  # fmt: skip


def _dead(one: Incoming, outcome: Unread | Informant) -> Dead:
    if isinstance(outcome, Informant):
        # The number makes the identity and is not stored: it would lead to the letter.
        return Dead(one.feed, outcome.origin, "", (_INFORMANT_ERROR,), outcome.number.encode(), None, refused=True)
    identity = one.body if outcome.keep is None else outcome.keep
    return Dead(one.feed, outcome.origin, outcome.source_ref, outcome.errors, identity, outcome.keep)
