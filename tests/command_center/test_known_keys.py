"""A source's key is asked for once per moment; one that was revoked is soon refused."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.known_keys import REMEMBERED_FOR, KnownKeys
from command_center.passwords import hash_token
from command_center.store.database import Database
from command_center.store.people import People
from tests.command_center.seeding import T0


@pytest.mark.parametrize(
    ("after", "known"),
    [(REMEMBERED_FOR - timedelta(milliseconds=1), True), (REMEMBERED_FOR, False)],
    ids=["remembered", "asked again"],
)
async def test_a_revoked_key_opens_nothing_after_a_moment(engine: AsyncEngine, after: timedelta, known: bool) -> None:
    people, now = People(Database(engine)), [T0]
    keys = KnownKeys(people, lambda: now[0])
    assert await keys.source_of("key") is None
    await people.add_key(hash_token("key"), "police-990199", ["police_110"], T0)
    assert await keys.source_of("key") is not None
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE source_keys SET revoked_at = :at"), {"at": T0})
    now[0] = T0 + after
    assert (await keys.source_of("key") is not None) is known
