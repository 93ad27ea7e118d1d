"""Versions of the parameters in PostgreSQL: what fits proposed, and which of them a person put into force.

A version that is put into force reaches every district's journal as a record of its own before the next signal
(`fusion.journal.params_record`): from that position on it holds, and a replay follows. Taking it back does the same.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.errors import ConfigurationError, Refused
from contracts.wire import unreadable
from fusion.learning.history import Word
from fusion.ledger import Outages
from fusion.policy import Params

KEEP = text("""
    INSERT INTO parameter_versions (version, made_at, params, report)
    VALUES (:version, :at, :params, CAST(:report AS jsonb)) ON CONFLICT (version) DO NOTHING
""")
ACT = text("""
    INSERT INTO parameter_acts (version, act, login, reason, at) VALUES (:version, :act, :login, :reason, :at)
    RETURNING id
""")
NEWEST = text("SELECT id, version FROM parameter_acts ORDER BY id DESC LIMIT 1")
PARAMS = text("SELECT params FROM parameter_versions WHERE version = :version")
REPORT = text("SELECT CAST(report AS text) FROM parameter_versions WHERE version = :version")
MADE = text("SELECT version, made_at FROM parameter_versions ORDER BY made_at, version")
# The acts that still hold, as a stack: an apply lays one on, a take-back takes the topmost off.
ACTS = text("SELECT version, act, login, reason, at FROM parameter_acts ORDER BY id")
AUDITS = text("""
    SELECT signal_id, incident_id, same, weight FROM labels
    WHERE CAST(:since AS timestamptz) IS NULL OR at >= :since ORDER BY at, decision_id
""")


HELD = text("""
    SELECT district, position, arrived_at, split_part(identity, '|', 2) AS version FROM journal
    WHERE record_type = 'params' ORDER BY arrived_at, district
""")
HOMES = text("SELECT signal_id, incident_id FROM signals WHERE signal_id = ANY(:signals)")


@dataclass(frozen=True, slots=True)
class Held:
    """Where in a district's journal a version began to hold."""

    version: str
    district: str
    position: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A version, and once each time that a person did something with it."""

    version: str
    made_at: datetime
    act: str
    login: str
    reason: str
    at: datetime | None


class Versions:
    """The tables `parameter_versions` and `parameter_acts`. All raise `DatabaseUnavailable` when it is away."""

    def __init__(self, engine: AsyncEngine, outages: Outages) -> None:
        self._engine, self._outages = engine, outages
        self._known: tuple[int, Params | None] | None = None

    async def keep(self, params: Params, report: dict[str, Any], *, at: datetime) -> None:
        """Store a version; the same one again changes nothing."""
        row = {"version": params.version, "at": at, "params": params.model_dump_json()}
        with self._outages():
            async with self._engine.begin() as connection:
                await connection.execute(KEEP, row | {"report": json.dumps(report, ensure_ascii=False)})

    async def apply(self, version: str, *, login: str, reason: str, at: datetime) -> None:
        """A person puts a version into force.

        Raises:
            Refused: there is no such version, no reason was given, or it is in force already.
        """
        await self.params(version)
        with self._outages():
            async with self._engine.begin() as connection:
                if (stack := await _stack(connection)) and stack[-1] == version:
                    raise Refused(f"{version} is in force already")
                await _act(connection, version, "apply", login, reason, at)

    async def take_back(self, *, login: str, reason: str, at: datetime) -> str | None:
        """A person takes the version in force back; which one holds now, None: the settings' file or the built-in one.

        Raises:
            Refused: none is in force, or no reason was given.
        """
        with self._outages():
            async with self._engine.begin() as connection:
                stack = await _stack(connection)
                if not stack:
                    raise Refused("no version is in force: fusion goes by its settings")
                before = stack[-2] if len(stack) > 1 else None
                await _act(connection, before, "take_back", login, reason, at)
                return before

    async def in_force(self) -> Params | None:
        """What a person put into force last; None when nothing is. Read again only after a change.

        Raises:
            ConfigurationError: it was stored by another release and cannot be read.
        """
        with self._outages():
            async with self._engine.connect() as connection:
                newest = (await connection.execute(NEWEST)).first()
        if newest is None:
            return None
        if self._known is None or self._known[0] != newest.id:
            self._known = (newest.id, None if newest.version is None else await self.params(newest.version))
        return self._known[1]

    async def name_in_force(self) -> str | None:
        """The name of what a person put into force last, whether or not this release can read it."""
        with self._outages():
            async with self._engine.connect() as connection:
                newest = (await connection.execute(NEWEST)).first()
        return newest.version if newest is not None else None

    async def params(self, version: str) -> Params:
        """A stored version.

        Raises:
            Refused: there is none of that name.
            ConfigurationError: it was stored by another release and cannot be read.
        """
        stored: str = await self._one(PARAMS, version)
        try:
            return Params.model_validate_json(stored)
        except ValidationError as bad:
            raise ConfigurationError(
                str(unreadable(bad)), where=f"parameter version {version}", hint="fit again with this release"
            ) from None

    async def report(self, version: str) -> dict[str, Any]:
        """What a fit said of a version. Raises Refused when there is none of that name."""
        found: dict[str, Any] = json.loads(await self._one(REPORT, version))
        return found

    async def listed(self) -> list[Listed]:
        """Every version, oldest first, and beside it who did what with it."""
        with self._outages():
            async with self._engine.connect() as connection:
                made = list(await connection.execute(MADE))
                _, acts = _stacked(await connection.execute(ACTS))
        untouched = [("", "", "", None)]
        return [Listed(row.version, row.made_at, *act) for row in made for act in acts.get(row.version, untouched)]

    async def held(self) -> list[Held]:
        """From which record on each version held, oldest first."""
        with self._outages():
            async with self._engine.connect() as connection:
                rows = await connection.execute(HELD)
                return [Held(row.version, row.district, row.position, row.arrived_at) for row in rows]

    async def homes(self, signals: Sequence[str]) -> dict[str, str | None]:
        """signal → the incident in which it sits now."""
        with self._outages():
            async with self._engine.connect() as connection:
                rows = await connection.execute(HOMES, {"signals": list(signals)})
                return {row.signal_id: row.incident_id for row in rows}

    async def audits(self, since: datetime | None) -> Sequence[Word]:
        """What people answered about silent decisions; the incident's id stands for its signals."""
        with self._outages():
            async with self._engine.connect() as connection:
                rows = await connection.execute(AUDITS, {"since": since})
                return [Word(row.signal_id, frozenset({row.incident_id}), row.same, row.weight) for row in rows]

    async def _one(self, statement: Any, version: str) -> str:
        with self._outages():
            async with self._engine.connect() as connection:
                found: str | None = await connection.scalar(statement, {"version": version})
        if found is None:
            raise Refused(f"there is no parameter version {version}: see hub fusion versions")
        return found


Done = tuple[str, str, str, datetime | None]
"""(act, login, reason, at)"""


def _stacked(acts: Iterable[Any]) -> tuple[list[str], dict[str, list[Done]]]:
    """The versions that were put into force and not taken back, the one that holds last; and what was done with each:
    a take-back was done with the version that held until then, not with the one that holds from then on."""
    stack: list[str] = []
    done: dict[str, list[Done]] = defaultdict(list)
    for row in acts:
        if row.act == "apply":
            stack.append(row.version)
        if stack:
            done[stack[-1]].append((row.act, row.login, row.reason, row.at))
        if row.act != "apply":
            del stack[-1:]
    return stack, done


async def _stack(connection: AsyncConnection) -> list[str]:
    # Two people at once: the second waits, and then sees what the first did.
    await connection.execute(text("LOCK TABLE parameter_acts IN SHARE ROW EXCLUSIVE MODE"))
    return _stacked(await connection.execute(ACTS))[0]


async def _act(
    connection: AsyncConnection, version: str | None, act: str, login: str, reason: str, at: datetime
) -> None:
    if not reason.strip():
        raise Refused("a reason is needed: it is kept beside the version")
    await connection.execute(ACT, {"version": version, "act": act, "login": login, "reason": reason.strip(), "at": at})
