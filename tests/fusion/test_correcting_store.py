import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import Refused
from fusion.correcting.case import read_case
from fusion.correcting.check import run_case
from fusion.policy import Params
from tests.fusion.journalled import Journalled
from tests.fusion.scene import seen


@pytest.fixture
async def hub(engine: AsyncEngine) -> Journalled:
    made = Journalled(engine)
    await made.hear()
    return made


async def test_a_correction_is_cut_out_of_the_journal_with_what_was_near(hub: Journalled) -> None:
    action_id = await hub.act("split", hub.town.of(seen()), signal_ids=["grid-1"])
    file = read_case(await hub.cases.export(action_id))
    heard = [line.incoming.identity.split("|")[1] for line in file.before]
    assert heard == ["cam-1", "call-1", "grid-1"]
    assert file.case.person.apart == (("grid-1",), ("cam-1", "call-1"))
    assert {one.signal_id for one in file.case.machine.decisions} == {"cam-1", "call-1", "grid-1"}
    assert run_case(file, Params()).holds


async def test_the_other_incident_comes_along(hub: Journalled) -> None:
    there = hub.town.of(seen("far"))
    file = read_case(await hub.cases.export(await hub.act("merge", hub.town.of(seen()), other=there.incident_id)))
    assert file.case.other == ("far",)
    assert run_case(file, Params()).holds


async def test_what_was_taken_back_or_never_done_is_no_case(hub: Journalled) -> None:
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
