from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import Refused
from contracts.incidents import Incident
from fusion.correcting.case import read_case
from fusion.correcting.check import run_case
from fusion.correcting.store import Corrections
from fusion.journal import Incoming, read_action, read_signal
from fusion.ledger import Ledger
from fusion.ledger_rows import Page
from fusion.policy import Params
from fusion.shards import Shards
from hub.database import outages
from tests.fusion.scene import DISTRICT, Town, action_bytes, at, call, grid, seen, signal_bytes

HEARD = (seen(), call(), grid(), seen("far", 60, north=500), seen("elsewhere", 70, north=3000))


class Hub:
    """A ledger with what was heard, and a town that thinks the same."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.ledger, self.town = engine, Ledger(engine, outages), Town()
        self.shards = Shards(self.ledger, Params())
        self.cases = Corrections(engine, outages, Params())

    async def hear(self) -> None:
        self.town.hear(*HEARD)
        await self._write([read_signal(signal_bytes(one)) for one in HEARD], at(500))

    async def act(self, name: str, incident: Incident, **arguments: Any) -> str:
        action = self.town.action(name, incident.incident_id, incident.revision, **arguments)
        await self._write([read_action(action_bytes(action))], at(600))
        return action.action_id

    async def _write(self, incoming: list[Incoming], when: datetime) -> None:
        await self.shards.hold(DISTRICT)
        await self.ledger.write(Page(self.shards.take(incoming, when), []), at=when)


@pytest.fixture
async def hub(engine: AsyncEngine) -> Hub:
    made = Hub(engine)
    await made.hear()
    return made


async def test_a_correction_is_cut_out_of_the_journal_with_what_was_near(hub: Hub) -> None:
    action_id = await hub.act("split", hub.town.of(seen()), signal_ids=["grid-1"])
    file = read_case(await hub.cases.export(action_id))
    heard = [line.incoming.identity.split("|")[1] for line in file.before]
    assert heard == ["cam-1", "call-1", "grid-1"]
    assert file.case.person.apart == (("grid-1",), ("cam-1", "call-1"))
    assert {one.signal_id for one in file.case.machine.decisions} == {"cam-1", "call-1", "grid-1"}
    assert run_case(file, Params()).holds


async def test_the_other_incident_comes_along(hub: Hub) -> None:
    there = hub.town.of(seen("far"))
    file = read_case(await hub.cases.export(await hub.act("merge", hub.town.of(seen()), other=there.incident_id)))
    assert file.case.other == ("far",)
    assert run_case(file, Params()).holds


async def test_what_was_taken_back_or_never_done_is_no_case(hub: Hub) -> None:
    with pytest.raises(Refused, match="journalled no action nothing"):
        await hub.cases.export("nothing")
    action_id = await hub.act("split", hub.town.of(seen()), signal_ids=["grid-1"])
    async with hub.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO handling_log (action_id, incident_id, action, login, at, reason, arguments, undone_by) "
                "VALUES (:id, 'i', 'split', 'd', now(), '', '{}', 'u')"
            ),
            {"id": action_id},
        )
    with pytest.raises(Refused, match="undone"):
        await hub.cases.export(action_id)
