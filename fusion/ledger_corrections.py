"""Reading a correction and what was heard around it from PostgreSQL."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.actions import Action
from contracts.errors import Refused
from contracts.incidents import Decision
from contracts.signals import SIGNAL, Signal
from fusion.correcting.case import Case, action_line, signal_line
from fusion.correcting.cutting import Placed, make_case, near, touched_by
from fusion.journal import Stored, read_action
from fusion.ledger import Ledger, Outages
from fusion.policy import Params

AROUND = timedelta(hours=6)
"""how long before the first and after the last signal others are looked for"""
AROUND_DEG = 0.02
"""about two kilometres: more than any gate"""

_ACTION = text("""
    SELECT district, position, record_type, arrived_at, record FROM journal
    WHERE district = ANY(:districts) AND identity = :identity
""")
_UNDONE = text("SELECT 1 FROM handling_log WHERE action_id = :action_id AND undone_by IS NOT NULL")
_MEMBERS = text("SELECT DISTINCT signal_id FROM decisions WHERE incident_id = ANY(:incidents)")
_DECISIONS = text("""
    SELECT position, doc FROM decisions WHERE district = :district AND signal_id = ANY(:signals)
    ORDER BY position, decision_id
""")
_SIGNALS = text("SELECT doc FROM signals WHERE signal_id = ANY(:signals) ORDER BY observed_at, signal_id")
_AROUND = text("""
    SELECT doc FROM signals
    WHERE source IN ('camera', 'police_110', 'grid') AND received_at BETWEEN :since AND :until
      AND district = :district
      AND (doc->'place'->>'lat')::float8 BETWEEN :south AND :north
      AND (doc->'place'->>'lon')::float8 BETWEEN :west AND :east
    ORDER BY observed_at, signal_id
""")
_RECORDS = text("""
    SELECT position, record_type, arrived_at, record FROM journal
    WHERE district = :district AND identity = ANY(:identities) ORDER BY position
""")


class Corrections:
    """Exports what people corrected. `numbers`: what fusion decides by now, whose gates say what lies near."""

    def __init__(self, engine: AsyncEngine, outages: Outages, numbers: Callable[[], Awaitable[Params]]) -> None:
        self._engine, self._outages, self._numbers = engine, outages, numbers
        self._ledger = Ledger(engine, outages)

    async def export(self, action_id: str) -> bytes:
        """The case of an action, as the bytes of its file.

        Raises:
            Refused: there is no such action, it was undone or refused, or it says nothing to hold to.
            DatabaseUnavailable: no answer.
        """
        districts, params = await self._ledger.districts(), await self._numbers()
        with self._outages():
            async with self._engine.connect() as connection:
                return await _cut(connection, districts, params, action_id)


async def _cut(connection: AsyncConnection, districts: list[str], params: Params, action_id: str) -> bytes:
    district, stored = await _action(connection, districts, action_id)
    action = read_action(stored.raw).body
    assert isinstance(action, Action)
    members = await _column(connection, _MEMBERS, incidents=touched_by(action))
    found = await connection.execute(_DECISIONS, {"district": district, "signals": members})
    decisions = [Placed(row.position, Decision.model_validate(row.doc)) for row in found]
    seated = await _signals(connection, _SIGNALS, signals=members)
    case = make_case(action, stored.position, decisions, [one.signal_id for one in seated])
    inside = [one for one in seated if one.signal_id in {*case.own, *case.other}]
    around = await _signals(connection, _AROUND, **_window(inside, district))
    wanted = {one.signal_id for one in inside} | set(near(inside, around, params))
    heard = [one for one in {one.signal_id: one for one in (*around, *inside)}.values() if one.signal_id in wanted]
    return await _lines(connection, district, action_id, heard, case)


async def _lines(
    connection: AsyncConnection, district: str, action_id: str, heard: Sequence[Signal], case: Case
) -> bytes:
    identities = [
        f"{one.source}|{one.source_ref}|{update}" for one in heard for update in range(one.update + 1)
    ]  # fmt: skip
    rows = await connection.execute(
        _RECORDS, {"district": district, "identities": [*identities, f"action|{action_id}"]}
    )
    stored = [Stored(row.position, row.record_type, row.arrived_at, bytes(row.record)) for row in rows]
    return b"".join(signal_line(one) if one.record_type == "signal" else action_line(one, case) for one in stored)


async def _action(connection: AsyncConnection, districts: list[str], action_id: str) -> tuple[str, Stored]:
    row = (await connection.execute(_ACTION, {"districts": districts, "identity": f"action|{action_id}"})).first()
    if row is None:
        raise Refused(f"没有这一步 · fusion has journalled no action {action_id}")
    if (await connection.execute(_UNDONE, {"action_id": action_id})).first() is not None:
        raise Refused("这一步已撤销或未被采纳 · it was undone, or fusion would not do it: nothing was said")
    return row.district, Stored(row.position, row.record_type, row.arrived_at, bytes(row.record))


async def _column(connection: AsyncConnection, statement: Any, **values: Any) -> list[str]:
    return list((await connection.execute(statement, values)).scalars())


async def _signals(connection: AsyncConnection, statement: Any, **values: Any) -> list[Signal]:
    return [SIGNAL.validate_python(row.doc) for row in await connection.execute(statement, values)]


def _window(inside: Sequence[Signal], district: str) -> dict[str, Any]:
    arrivals, place = [one.received_at for one in inside], inside[0].place
    return {
        "since": min(arrivals) - AROUND, "until": max(arrivals) + AROUND, "district": district,
        "south": place.lat - AROUND_DEG, "north": place.lat + AROUND_DEG,
        "west": place.lon - AROUND_DEG, "east": place.lon + AROUND_DEG,
    }  # fmt: skip
