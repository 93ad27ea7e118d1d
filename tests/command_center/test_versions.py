from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.permissions import Right, Role, may
from fusion.ledger_versions import Versions
from fusion.policy import Params
from hub.database import outages
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import T0
from tests.fusion.journalled import Journalled
from tests.fusion.scene import DISTRICT

ROW = {"said": 0.9, "was": 0.8, "weight": 10.0}
JOIN = {"signal_id": "call-1", "with_signal": "cam-1", "p": 0.93}


def report(version: str) -> dict[str, Any]:
    """As `fusion.learning.proposal` writes it."""
    odds = {"rows": [ROW], "ece": 0.02}
    week = {"signals": 5, "incidents_now": 3, "incidents_then": 2, "provisional_now": 1, "provisional_then": 1}
    joins = {"gained": [JOIN], "gained_count": 1, "gained_by_source": {"camera + police_110": 1}}
    lost: dict[str, Any] = {"lost": [], "lost_count": 0, "lost_by_source": {}}
    learned = {
        "signals": 5, "days": 1.5, "confirmed": 2, "dismissed": 1, "share_of_signals_judged": 0.4, "words_on_joins": 3,
        "answers": 7, "rates_changed": False,
    }  # fmt: skip
    return {
        "version": version, "compared_with": "2026-11-24a", "learned_from": learned,
        "held_out": {"answers": 2, "log_loss_in_force": 0.5, "log_loss_proposed": 0.4},
        "reliability": {"in force": odds, "proposed": odds}, "last_week": week | joins | lost,
    }  # fmt: skip


@pytest.fixture
async def console(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Console]:
    await Journalled(engine).hear()
    versions = Versions(engine, outages)
    for name in ("one", "two"):
        await versions.keep(Params(version=name), report(name), at=T0)
    async with console_of(engine, tmp_path, *Role) as made:
        yield made


async def listed(console: Console) -> dict[str, Any]:
    found: dict[str, Any] = (
        await console.client.get("/api/parameter-versions", headers=console.as_(Role.INTEGRATOR))
    ).json()
    return found


async def post(console: Console, path: str, reason: str = "试一天") -> Any:
    path, role = f"/api/parameter-versions/{path}", Role.DUTY_LEADER
    return await console.client.post(path, json={"reason": reason}, headers=console.as_(role))


@pytest.mark.parametrize("role", Role)
async def test_versions_are_for_those_who_may_change_them(console: Console, role: Role) -> None:
    for path in ("", "/one"):
        answer = await console.client.get(f"/api/parameter-versions{path}", headers=console.as_(role))
        assert answer.status_code == (200 if may(role, Right.LEARN) else 403)


async def test_a_version_is_put_into_force_and_taken_back_with_a_reason_that_stays(
    console: Console, engine: AsyncEngine
) -> None:
    assert (await listed(console))["in_force"] is None
    for name in ("one", "two"):
        assert (await post(console, f"{name}/apply", reason="误并少一些")).json() == {"in_force": name}
    assert (await post(console, "take-back", reason="河对岸又并错")).json() == {"in_force": "one"}
    found = await listed(console)
    assert found["in_force"] == "one"
    assert {one["version"]: one["in_force"] for one in found["items"]} == {"one": True, "two": False}
    assert [act["reason"] for one in found["items"] for act in one["acts"]].count("误并少一些") == 2
    async with engine.connect() as connection:
        kept = (await connection.execute(text("SELECT act, object, login FROM audit ORDER BY at"))).all()
    assert [row for row in kept if row.act.startswith("parameters")] == [
        ("parameters.apply", "one", "duty_leader"), ("parameters.apply", "two", "duty_leader"),
        ("parameters.take_back", "one", "duty_leader"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "reason", "status"),
    [
        pytest.param("one/apply", "短", 422, id="no reason"),
        pytest.param("nothing/apply", "试一天看", 409, id="no such version"),
        pytest.param("take-back", "试一天看", 409, id="nothing in force"),
    ],
)
async def test_what_cannot_be_done_is_refused(console: Console, path: str, reason: str, status: int) -> None:
    assert (await post(console, path, reason)).status_code == status


async def test_a_version_of_another_release_is_refused_in_words_and_still_listed(
    console: Console, engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE parameter_versions SET params = '{\"of_old\": 1}' WHERE version = 'one'"))
    refused = await post(console, "one/apply", reason="误并少一些")
    assert refused.status_code == 409
    assert "请重新拟合" in refused.json()["detail"]
    assert {one["version"] for one in (await listed(console))["items"]} == {"one", "two"}


async def test_a_report_names_the_incident_in_which_each_changed_join_sits(
    console: Console, engine: AsyncEngine
) -> None:
    answer = await console.client.get("/api/parameter-versions/one", headers=console.as_(Role.DUTY_LEADER))
    [gained] = answer.json()["last_week"]["gained"]
    async with engine.connect() as connection:
        home = await connection.scalar(text("SELECT incident_id FROM signals WHERE signal_id = 'call-1'"))
    assert gained["home"] == home
    missing = await console.client.get("/api/parameter-versions/none", headers=console.as_(Role.DUTY_LEADER))
    assert missing.status_code == 404


async def test_a_version_says_from_which_record_on_it_held(console: Console, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE journal SET identity = 'params|one|1' WHERE record_type = 'params'"))
    [one] = [row for row in (await listed(console))["items"] if row["version"] == "one"]
    assert [(held["district"], held["position"]) for held in one["held_from"]] == [(DISTRICT, 1)]
