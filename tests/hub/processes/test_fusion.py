from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.processes.fusion import dead_letters
from tests.hub.reports import VAULT


async def test_an_unreadable_record_of_our_own_topic_is_kept_sealed_and_told(engine: AsyncEngine) -> None:
    reject = dead_letters(engine, VAULT)
    for _ in range(2):
        await reject(source="signals", reason="not JSON", field="data", hint="send it again", body=b"{")
    async with engine.connect() as connection:
        [row] = (await connection.execute(text("SELECT * FROM rejected"))).all()
        told = (await connection.execute(text("SELECT topic FROM outbox"))).scalars().all()
    assert (row.source, row.reason, row.field, row.status) == ("signals", "not JSON", "data", "waiting")
    assert VAULT.unseal(bytes(row.sealed), of=row.rejected_id) == b"{"
    assert set(told) == {"rejected"}
