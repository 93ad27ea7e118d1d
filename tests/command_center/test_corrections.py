from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.permissions import Right, Role, may
from fusion.correcting.case import read_case
from tests.command_center.console import Console, console_of
from tests.fusion.journalled import Journalled
from tests.fusion.scene import seen


@pytest.fixture
async def console(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Console]:
    async with console_of(engine, tmp_path, *Role) as made:
        yield made


@pytest.mark.parametrize("role", Role)
async def test_a_correction_is_exported_by_those_who_correct(console: Console, role: Role) -> None:
    answer = await console.client.get("/api/corrections/nothing/case", headers=console.as_(role))
    assert answer.status_code == (404 if may(role, Right.CORRECT) else 403)


async def test_a_case_is_a_file_and_its_export_is_in_the_audit(console: Console, engine: AsyncEngine) -> None:
    hub = Journalled(engine)
    await hub.hear()
    action_id = await hub.act("split", hub.town.of(seen()), signal_ids=["grid-1"])
    answer = await console.client.get(f"/api/corrections/{action_id}/case", headers=console.as_(Role.DISPATCHER))
    assert answer.headers["content-disposition"] == f'attachment; filename="correction-{action_id}.jsonl"'
    assert read_case(answer.content).case.action_id == action_id
    async with engine.connect() as connection:
        written = (await connection.execute(text("SELECT act, object FROM audit"))).all()
    assert ("correction.export", action_id) in written


async def test_what_is_no_case_is_said_in_plain_words(console: Console) -> None:
    answer = await console.client.get("/api/corrections/nothing/case", headers=console.as_(Role.DISPATCHER))
    assert answer.json()["detail"].startswith("没有这一步")
