"""What `hub bench survive` compares at the end, in SQL that shares nothing with the code it judges."""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import clock

SETTLE_WITHIN_S = 300.0
CALM_LOOKS = 3

WRITE_DOWN = (
    "CREATE TABLE bench_accepted (identity text PRIMARY KEY, topic text NOT NULL)",
    "CREATE FUNCTION bench_write_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO bench_accepted VALUES (NEW.identity, NEW.topic) ON CONFLICT DO NOTHING; RETURN NEW; END $$",
    "CREATE TRIGGER bench_accepts AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION bench_write_down()",
)
COUNTS = {
    "identities": "SELECT count(*) FROM bench_accepted WHERE topic = 'signals'",
    "observations": "SELECT count(*) FROM bench_accepted WHERE topic = 'signals' AND identity LIKE 'camera|%'",
    "journalled": "SELECT count(*) FROM journal WHERE record_type = 'signal'",
    "not journalled": """
        SELECT count(*) FROM bench_accepted b WHERE topic = 'signals' AND NOT EXISTS
            (SELECT FROM journal j WHERE j.record_type = 'signal' AND j.identity = b.identity)""",
    "journalled twice": "SELECT count(*) - count(DISTINCT identity) FROM journal WHERE record_type = 'signal'",
    "without a signal": """
        SELECT count(*) FROM bench_accepted b WHERE topic = 'signals' AND NOT EXISTS
            (SELECT FROM signals s
             WHERE s.source = split_part(b.identity, '|', 1) AND s.source_ref = split_part(b.identity, '|', 2)
               AND s.update_no >= split_part(b.identity, '|', 3)::int)""",
    "in two incidents": """
        SELECT count(*) FROM (
            SELECT m ->> 'signal_id' FROM incidents, jsonb_array_elements(doc -> 'signals') m
            WHERE state <> 'merged' GROUP BY 1 HAVING count(*) > 1) twice""",
    "without an incident": """
        SELECT count(*) FROM signals s
        WHERE s.source IN ('police_110', 'grid', 'camera') AND NOT EXISTS
            (SELECT FROM incidents i, jsonb_array_elements(i.doc -> 'signals') m
             WHERE i.incident_id = s.incident_id AND m ->> 'signal_id' = s.signal_id)
          -- of a camera's storm only the number is kept, and the decision says so
          AND NOT EXISTS (SELECT FROM decisions d WHERE d.signal_id = s.signal_id AND d.chosen = 'duplicate')""",
    "twice in one incident": """
        SELECT count(*) FROM (
            SELECT i.incident_id, m ->> 'signal_id' FROM incidents i, jsonb_array_elements(doc -> 'signals') m
            GROUP BY 1, 2 HAVING count(*) > 1) twice""",
    "decided twice": """
        -- one step may seat a signal and then move it: that is a decision of its own
        SELECT count(*) FROM (SELECT district, position, signal_id FROM decisions WHERE doc ->> 'moved_from' IS NULL
                              GROUP BY 1, 2, 3 HAVING count(*) > 1) twice""",
    "gaps in the journal": """
        SELECT coalesce(sum(n), 0) FROM (SELECT max(position) - count(*) AS n FROM journal GROUP BY district) gaps""",
    "still in the outbox": "SELECT count(*) FROM outbox WHERE topic = 'signals'",
}
"""name → how many; every one but the first three should be 0"""
LOST = ("not journalled", "without a signal", "without an incident")
DOUBLED = ("journalled twice", "in two incidents", "twice in one incident", "decided twice")


async def write_down_what_is_accepted(engine: AsyncEngine) -> None:
    """From now on the database itself keeps a list of every identity that the hub ever put into its outbox."""
    async with engine.begin() as connection:
        for statement in WRITE_DOWN:
            await connection.execute(text(statement))


async def settled(engine: AsyncEngine) -> dict[str, int]:
    """The counts once nothing is on its way any more, or once it is late."""
    deadline, calm = clock.monotonic_s() + SETTLE_WITHIN_S, 0
    while calm < CALM_LOOKS and clock.monotonic_s() < deadline:
        calm = calm + 1 if await _count(engine, "still in the outbox") == 0 else 0
        await asyncio.sleep(1.0)
    return {name: await _count(engine, name) for name in COUNTS}


async def known(engine: AsyncEngine) -> tuple[set[str], dict[str, int]]:
    """The numbers that sources gave to the signals there are; and signal → newest update of every observation."""
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT signal_id, source, source_ref, update_no FROM signals"))).all()
    # A report's source_ref is the source's name and its own number.
    numbers = {row.source_ref.rpartition(":")[2] for row in rows}
    return numbers, {row.signal_id: row.update_no for row in rows if row.source == "camera"}


async def _count(engine: AsyncEngine, name: str) -> int:
    while True:
        try:
            async with engine.connect() as connection:
                return int((await connection.execute(text(COUNTS[name]))).scalar_one())
        except (SQLAlchemyError, OSError):
            await asyncio.sleep(0.5)
