"""Each role on every part of the API: what it is given, masked, or refused (P5)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.looks import MOST_NEAR
from command_center.permissions import Role
from contracts.geo import GeoPoint
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import call, camera, fuse, incident, register, report, sight

NAME, PHONE, MASKED = "张三丰", "13812345678", "张** 138****5678"
SECRET = "家中发生暴力"


@pytest.fixture
async def console(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Console]:
    """One open incident with all three sources, one of a confidential call only."""
    signals = [call(1), sight(1), report(1)]
    await register(engine, camera(1))
    await fuse(engine, incident(1, *signals), signals=signals)
    hidden = call(2, confidential=True, content=SECRET, address="某小区 3 号楼")
    await fuse(engine, incident(2, hidden, place_text="某小区 3 号楼"), signals=[hidden])
    async with console_of(engine, tmp_path, *Role) as made:
        made.ports.camera_views.register([camera(1)])
        await made.ports.evidence.put("ev/2026/11/24/cam-1.jpg", b"a picture")
        await made.ports.evidence.put(f"last/{camera(1).camera_id}.jpg", b"the last picture")
        yield made


CAMERA = camera(1).camera_id
READS = {
    "/api/incidents": "DLGWUS",
    "/api/incidents/incident-1": "DLGWUS",
    "/api/incidents/incident-2": "DL",
    "/api/incidents/incident-1/cameras": "DLGSI",
    "/api/cameras": "DLGSI",
    f"/api/cameras/{CAMERA}": "DLGSI",
    "/api/cameras/rates": "DLGSI",
    "/api/cameras/rates?format=csv": "DLGSI",
    f"/api/cameras/{CAMERA}/picture?reason=例行巡检": "DLGI",
    "/api/evidence/ev/2026/11/24/cam-1.jpg?incident_id=incident-1": "DLGS",
    "/api/incidents/incident-1/related": "DLGWUS",
    "/api/webhooks": "LI",
    "/api/suppressions": "DLGWUS",
    "/api/prevention/recurrence": "DLGWUS",
    "/api/prevention/work-items": "DLGS",
    "/api/work-items": "DLGS",
    "/api/sources": "DLGSI12",
    "/api/rejected": "LI",
    "/api/map": "DLGWUSI",
    "/api/audit": "A",
    "/api/session": "DLGWUSI12A",
    "/api/meta": "DLGWUSI12A",
    "/api/units": "DLGWUSI12A",
}
LETTERS = {
    Role.DISPATCHER: "D", Role.DUTY_LEADER: "L", Role.GRID_OPERATOR: "G", Role.GRID_WORKER: "W",
    Role.UNIT_HANDLER: "U", Role.SUPERVISOR: "S", Role.INTEGRATOR: "I", Role.SYS_ADMIN: "1", Role.SEC_ADMIN: "2",
    Role.AUDITOR: "A",
}  # fmt: skip


async def test_each_role_reads_what_is_its_own_and_no_more(console: Console) -> None:
    found = {}
    for path in READS:
        answers = {role: await console.client.get(path, headers=console.as_(role)) for role in Role}
        found[path] = "".join(sorted(LETTERS[role] for role, answer in answers.items() if answer.status_code == 200))
        assert {answer.status_code for answer in answers.values()} <= {200, 403, 404}
    assert found == {path: "".join(sorted(letters)) for path, letters in READS.items()}


async def test_without_a_session_nothing_is_read(console: Console) -> None:
    for path in READS:
        answer = await console.client.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", Role)
async def test_a_caller_is_masked_absent_or_never_read(console: Console, role: Role) -> None:
    answer = await console.client.get("/api/incidents/incident-1", headers=console.as_(role))
    assert NAME not in answer.text
    assert PHONE not in answer.text
    masked = role in (Role.DISPATCHER, Role.DUTY_LEADER, Role.GRID_OPERATOR)
    assert (MASKED in answer.text) == masked
    assert bool(console.callers.read) == masked
    if answer.status_code == 200:
        by_id = {one["signal_id"]: one for one in answer.json()["views"]}
        assert by_id["call-1"]["can_reveal"] == (role in (Role.DISPATCHER, Role.DUTY_LEADER))


@pytest.mark.parametrize("role", Role)
async def test_a_confidential_call_is_read_by_the_police_side_only(console: Console, role: Role) -> None:
    pages = [
        await console.client.get(path, headers=console.as_(role))
        for path in ("/api/incidents", "/api/incidents/incident-2", "/api/incidents?q=某小区")
    ]
    told = any(SECRET in one.text or "3 号楼" in one.text for one in pages)
    assert told == (role in (Role.DISPATCHER, Role.DUTY_LEADER))


@pytest.mark.parametrize("role", Role)
async def test_revealing_a_caller_is_the_police_sides_for_a_reason_that_is_written_down(
    console: Console, engine: AsyncEngine, role: Role
) -> None:
    body = {"signal_id": "call-1", "reason": "回拨核实位置"}
    answer = await console.client.post("/api/incidents/incident-1/reveal", json=body, headers=console.as_(role))
    lines = await audited(engine, "caller.reveal")
    if role in (Role.DISPATCHER, Role.DUTY_LEADER):
        assert answer.json()["phone"] == PHONE
        assert lines == [(role.value, "县公安局指挥中心", "incident-1", "回拨核实位置")]
    else:
        assert (answer.status_code, lines) == (403, [])
        assert PHONE not in answer.text


async def test_no_list_of_incidents_can_be_filtered_by_a_person(console: Console) -> None:
    for wanted in (NAME, PHONE, "张"):
        answer = await console.client.get("/api/incidents", params={"q": wanted}, headers=console.as_("dispatcher"))
        assert answer.json()["items"] == []
    by_number = await console.client.get(
        "/api/incidents", params={"q": call(1).call_no}, headers=console.as_("dispatcher")
    )
    assert [one["incident_id"] for one in by_number.json()["items"]] == ["incident-1"]


@pytest.mark.parametrize(
    ("path", "act", "what"),
    [
        ("/api/evidence/ev/2026/11/24/cam-1.jpg", "evidence.look", "ev/2026/11/24/cam-1.jpg"),
        (f"/api/cameras/{CAMERA}/picture", "picture.look", CAMERA),
    ],
    ids=["evidence", "picture"],
)
@pytest.mark.parametrize(
    ("query", "status", "why"),
    [
        ({}, 422, None),
        ({"reason": "看一看"}, 422, None),
        ({"reason": "   看  "}, 422, None),
        ({"reason": "例行巡检"}, 200, "例行巡检"),
        ({"incident_id": "incident-1"}, 200, "incident INC-000001"),
        ({"incident_id": "incident-9"}, 404, None),
    ],
    ids=["none", "three signs", "blanks", "four signs", "an incident", "no such incident"],
)
async def test_every_look_has_a_reason_and_is_written_down(
    console: Console, engine: AsyncEngine, path: str, act: str, what: str, query: dict[str, str], status: int,
    why: str | None,
) -> None:  # fmt: skip
    answer = await console.client.get(path, params=query, headers=console.as_("dispatcher"))
    assert answer.status_code == status
    if status == 422:
        assert "reason=" in answer.json()["errors"][0]["hint"]
    expected = [("dispatcher", "县公安局指挥中心", what, why)] if why else []
    assert await audited(engine, act) == expected


async def test_lists_come_in_pages_without_a_hole_or_a_repeat(console: Console, engine: AsyncEngine) -> None:
    await fuse(engine, *(incident(number, sight(number)) for number in range(3, 10)))
    seen, cursor = [], None
    while True:
        query = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = (await console.client.get("/api/incidents", params=query, headers=console.as_("dispatcher"))).json()
        seen += [one["incident_id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"incident-{number}" for number in range(9, 0, -1)]


async def audited(engine: AsyncEngine, act: str) -> list[tuple[str, str, str, str]]:
    async with engine.connect() as connection:
        found = await connection.execute(
            text("SELECT login, unit, object, reason FROM audit WHERE act = :act ORDER BY seq"), {"act": act}
        )
        return [tuple(row) for row in found]  # type: ignore[misc]


async def test_an_incident_is_a_reason_for_its_own_pictures_only(console: Console, engine: AsyncEngine) -> None:
    await fuse(engine, incident(3, report(3)), signals=[report(3)])
    ref, dispatcher = "/api/evidence/ev/2026/11/24/cam-1.jpg", console.as_("dispatcher")
    for query, status in (({"incident_id": "incident-1"}, 200), ({"incident_id": "incident-3"}, 403)):
        assert (await console.client.get(ref, params=query, headers=dispatcher)).status_code == status
    assert (await console.client.get(ref, params={"reason": "复盘需要"}, headers=dispatcher)).status_code == 200


async def test_an_incident_is_a_reason_for_cameras_nearby_only(console: Console) -> None:
    cameras = [camera(number) for number in range(1, MOST_NEAR + 1)]
    distant = camera(MOST_NEAR + 1).model_copy(update={"place": GeoPoint(lat=34.9, lon=118.9)})
    console.ports.camera_views.register([*cameras, distant])
    await console.ports.evidence.put(f"last/{distant.camera_id}.jpg", b"another town")
    path, dispatcher = f"/api/cameras/{distant.camera_id}/picture", console.as_("dispatcher")
    answer = await console.client.get(path, params={"incident_id": "incident-1"}, headers=dispatcher)
    assert answer.status_code == 403
    assert (await console.client.get(path, params={"reason": "例行巡检"}, headers=dispatcher)).status_code == 200


@pytest.mark.parametrize(("role", "found"), [("duty_leader", 1), ("grid_operator", 0)])
async def test_the_address_of_a_confidential_call_is_neither_shown_nor_found_by_others(
    console: Console, engine: AsyncEngine, role: str, found: int
) -> None:
    hidden, open_one = call(4, confidential=True, content=SECRET, address="某小区 4 号楼"), sight(4)
    await fuse(engine, incident(4, hidden, open_one, place_text="某小区 4 号楼"), signals=[hidden, open_one])
    headers = console.as_(role)
    listed = (await console.client.get("/api/incidents", params={"q": "4 号楼"}, headers=headers)).json()["items"]
    assert len(listed) == found
    for path in ("/api/incidents", "/api/incidents/incident-4"):
        text_of = (await console.client.get(path, headers=headers)).text
        assert ("某小区 4 号楼" in text_of) is bool(found)
