import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.actions import ActionDesk
from command_center.messages import ActionRequest
from command_center.permissions import Role
from command_center.sign_in import Operator
from command_center.store.database import Database
from command_center.store.desk import Desks
from contracts.actions import Action, ActionResult
from contracts.incidents import IncidentState
from contracts.outbox import Pending
from contracts.topics import partition_of
from contracts.wire import decode
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import T0, call, fuse, incident


@pytest.fixture
async def console(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Console]:
    """One open incident at revision 1."""
    await fuse(engine, incident(1, call(1)), signals=[call(1)])
    async with console_of(engine, tmp_path, *Role) as made:
        yield made


async def act(
    console: Console, action: str, role: str = "dispatcher", *, action_id: str = "", revision: int = 1,
    reason: str = "", incident_id: str = "incident-1", **arguments: object,
) -> httpx.Response:  # fmt: skip
    body = {
        "action_id": action_id or f"{action}-{role}", "action": action, "expected_revision": revision,
        "reason": reason, "arguments": arguments,
    }  # fmt: skip
    return await console.client.post(f"/api/incidents/{incident_id}/actions", json=body, headers=console.as_(role))


async def rows(engine: AsyncEngine, sql: str) -> list[Any]:
    async with engine.connect() as connection:
        return list(await connection.execute(text(sql)))


async def test_dispatching_is_one_transaction_of_handling_log_audit_and_change(
    console: Console, engine: AsyncEngine
) -> None:
    answer = (await act(console, "dispatch", unit="990199010100")).json()
    assert (answer["status"], answer["row"]["handling"]["state"]) == ("done", "dispatched")
    assert answer["row"]["handling"]["unit"] == "城关派出所"
    assert await rows(engine, "SELECT action, login FROM handling_log") == [("dispatch", "dispatcher")]
    assert await rows(engine, "SELECT act, login, unit FROM audit") == [
        ("action.dispatch", "dispatcher", "县公安局指挥中心")
    ]
    assert await rows(engine, "SELECT seq, cause FROM changes ORDER BY seq DESC LIMIT 1") == [(2, "dispatch")]
    assert await rows(engine, "SELECT 1 FROM outbox") == []


async def test_an_action_sent_twice_is_done_once(console: Console, engine: AsyncEngine) -> None:
    first = await act(console, "dispatch", unit="990199010100")
    again = await act(console, "dispatch", unit="990199010100")
    assert again.json() == first.json()
    assert len(await rows(engine, "SELECT 1 FROM handling_log")) == 1
    assert (await act(console, "claim", action_id="dispatch-dispatcher")).status_code == 409


async def test_a_correction_goes_to_fusion_through_the_outbox(console: Console, engine: AsyncEngine) -> None:
    answer = await act(console, "confirm", real=True)
    assert answer.json()["status"] == "accepted"
    ((identity, topic, key, partition, body),) = await rows(
        engine, "SELECT identity, topic, key, partition, body FROM outbox"
    )
    action = decode(bytes(body), TypeAdapter(Action))
    assert (identity, topic, key) == ("action|confirm-dispatcher", "actions", "990199-east")
    assert partition == partition_of("990199-east", {})
    assert (action.action, action.expected_revision, action.by.user) == ("confirm", 1, "dispatcher")


class Hand:
    """A way to the bus with so much room."""

    def __init__(self, room: int) -> None:
        self.room, self.given = room, list[Pending]()

    def has_room(self, records: int) -> bool:
        return records <= self.room

    def give(self, stored: Sequence[Pending]) -> None:
        self.given += stored


@pytest.mark.parametrize("room", [0, 1], ids=["no room: left to the relays", "room: handed on, marked as published"])
async def test_a_correction_takes_the_short_way_to_the_bus_where_there_is_room(
    console: Console, engine: AsyncEngine, room: int
) -> None:
    hand, ports = Hand(room), console.ports
    desk = ActionDesk(Desks(Database(engine), hand), ports.config, console.time, str, lambda action_id, login: None)
    operator = Operator("dispatcher", "值班", "110", "dispatcher")
    request = ActionRequest(action_id="confirmed", action="confirm", expected_revision=1, arguments={"real": True})
    await desk.act("incident-1", request, operator)
    [(identity, published, tries)] = await rows(engine, "SELECT identity, published_at, tries FROM outbox")
    assert (published is not None, tries) == (bool(room), room)
    assert [one.identity for one in hand.given] == [identity][:room]


@pytest.mark.parametrize(
    ("role", "action", "arguments", "status"),
    [
        ("dispatcher", "dispatch", {"unit": "x"}, 200),
        ("grid_operator", "dispatch", {"unit": "x"}, 403),
        ("grid_operator", "file_and_dispatch", {"unit": "x"}, 200),
        ("dispatcher", "file_and_dispatch", {"unit": "x"}, 403),
        ("duty_leader", "file_and_dispatch", {"unit": "x"}, 200),
        ("supervisor", "acknowledge", {}, 403),
        ("integrator", "acknowledge", {}, 403),
        ("auditor", "confirm", {}, 403),
        ("dispatcher", "dispatch", {}, 422),
        ("dispatcher", "split", {"signal_ids": []}, 422),
        ("dispatcher", "set_severity", {"severity": True}, 422),
        ("dispatcher", "dance", {}, 422),
        ("dispatcher", "dismiss", {}, 422),
    ],
)
async def test_each_action_is_its_roles_and_must_be_understood(
    console: Console, role: str, action: str, arguments: dict[str, object], status: int
) -> None:
    answer = await act(console, action, role, action_id="action-0001", **arguments)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"][0]["hint"]


async def test_a_passed_revision_is_told_with_what_changed(console: Console, engine: AsyncEngine) -> None:
    await fuse(engine, incident(1, call(1), revision=2))
    answer = await act(console, "confirm", revision=1)
    assert (answer.status_code, answer.json()["revision"]) == (409, 2)
    assert "has passed" in answer.json()["detail"]
    assert (await act(console, "acknowledge", revision=1)).status_code == 200


@pytest.mark.parametrize("state", [IncidentState.MERGED, IncidentState.CLOSED, IncidentState.REJECTED])
async def test_nothing_is_done_to_what_is_over(console: Console, engine: AsyncEngine, state: IncidentState) -> None:
    await fuse(engine, incident(1, call(1), revision=2, state=state, merged_into="incident-9"))
    answer = await act(console, "acknowledge", revision=2)
    assert answer.status_code == 409
    assert answer.json()["merged_into"] == "incident-9"


@pytest.mark.parametrize(
    ("role", "after_s", "status"),
    [("dispatcher", 25, 200), ("dispatcher", 31, 409), ("grid_operator", 5, 409), ("duty_leader", 5, 200)],
)
async def test_the_newest_step_is_undone_within_thirty_seconds(
    console: Console, role: str, after_s: float, status: int
) -> None:
    await act(console, "dispatch", unit="990199010100")
    console.time.ahead = timedelta(seconds=after_s)
    answer = await act(console, "undo", role)
    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["status"], answer.json()["row"]["handling"]["state"]) == ("done", "waiting")
        detail = await console.client.get("/api/incidents/incident-1", headers=console.as_(role))
        assert [(one["action"], one["undone"]) for one in detail.json()["history"]] == [
            ("dispatch", True), ("undo", False),
        ]  # fmt: skip


async def test_undoing_a_dismissal_opens_it_again_and_tells_fusion(console: Console, engine: AsyncEngine) -> None:
    dismissed = await act(console, "dismiss", reason="误报：广告牌")
    assert dismissed.json()["row"]["handling"]["state"] == "closed"
    answer = await act(console, "undo")
    assert (answer.json()["status"], answer.json()["row"]["handling"]["state"]) == ("accepted", "waiting")
    bodies = [json.loads(bytes(row.body))["data"] for row in await rows(engine, "SELECT body FROM outbox ORDER BY id")]
    assert [(one["action"], one["arguments"]) for one in bodies] == [
        ("dismiss", {}), ("undo", {"action_id": "dismiss-dispatcher"}),
    ]  # fmt: skip


async def test_a_dismissal_that_fusion_refuses_opens_the_handling_again(console: Console) -> None:
    await act(console, "dismiss", reason="误报：广告牌")
    ports = console.ports
    desk = ActionDesk(ports.stores.desks, ports.config, console.time, str, lambda action_id, login: None)
    refusal = ActionResult(
        action_id="dismiss-dispatcher", incident_id="incident-1", district="990199-east", accepted=False, revision=1,
        at=T0, why="已有新的信号",
    )  # fmt: skip
    for _ in range(2):
        await desk.answered(refusal)
    (step,) = await ports.stores.desks.history(["incident-1"])
    assert (step.undone, step.refused) == (True, "已有新的信号")
    (row,) = await ports.stores.wall.rows(["incident-1"])
    assert row.row.handling.state == "waiting"


async def test_two_seats_that_press_at_once_are_served_in_turn(console: Console) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(act(console, "dispatch", role, unit="990199010100"))
            for role in ("dispatcher", "duty_leader")
        ]
    assert sorted(task.result().status_code for task in tasks) == [200, 409]


async def test_an_unknown_incident_is_not_found(console: Console) -> None:
    assert (await act(console, "claim", incident_id="incident-9")).status_code == 404
