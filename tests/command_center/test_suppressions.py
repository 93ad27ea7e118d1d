"""Suppressions from the order to the wall: over HTTP, in the database, on the board, in the audit."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.board_feed import BoardFeed
from command_center.permissions import Role
from command_center.store.database import Database
from contracts.incidents import Incident, IncidentState
from contracts.signals import Signal
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import call, fuse, incident, sight
from tests.command_center.suppressing import order

PATH = "/api/suppressions"
SOON = timedelta(seconds=5)


class Hall:
    """A console whose board and suppressions are brought up to date when the test says so."""

    def __init__(self, console: Console, engine: AsyncEngine) -> None:
        self.console, self.engine, self.ports = console, engine, console.ports
        self.feed = BoardFeed(console.ports, Database(engine))

    async def happens(self, number: int, *signals: Signal, **more: object) -> Incident:
        """Fusion believes in an incident of signals that are observed now."""
        fresh = [one.model_copy(update={"observed_at": self.console.time()}) for one in signals]
        made = incident(number, *fresh, **more)
        await fuse(self.engine, made, signals=fresh, at=self.console.time())
        await self.catch_up()
        return made

    async def catch_up(self) -> None:
        """The loops of a running console, once."""
        await self.feed.catch_up()
        await self.ports.suppressions.keep(self.console.time())
        await self.feed.catch_up()

    async def order(self, role: str = Role.GRID_OPERATOR, **more: object) -> httpx.Response:
        """Order a suppression, of an hour unless it says otherwise."""
        body = order(ends_at=(self.console.time() + timedelta(hours=1)).isoformat(), **more)
        return await self.console.client.post(PATH, json=body, headers=self.console.as_(role))

    async def listed(self, state: str = "current") -> dict[str, Any]:
        """GET, as a dispatcher."""
        answer = await self.console.client.get(f"{PATH}?state={state}", headers=self.console.as_(Role.DISPATCHER))
        found: dict[str, Any] = answer.json()
        return found

    async def audited(self) -> list[tuple[str, str]]:
        """(who, what) of the suppressions' lines in the audit."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                text("SELECT login, act FROM audit WHERE act LIKE 'suppression.%' ORDER BY seq")
            )
            return [(row.login, row.act) for row in found]


@pytest.fixture
async def hall(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Hall]:
    """An empty board at number 0."""
    async with console_of(engine, tmp_path, *Role) as console:
        console.ports.board.load(0, [])
        yield Hall(console, engine)


async def test_what_happens_from_then_on_is_fused_and_kept_but_off_the_wall(hall: Hall) -> None:
    await hall.happens(1, sight(1))
    assert (await hall.order()).status_code == 201
    await hall.happens(2, sight(2), sight(3))
    assert hall.ports.board.shown() == ["incident-1"]
    page = await hall.listed()
    assert page["hidden"] == 1
    (one,) = page["items"]
    assert (one["hiding"], one["signals"], one["incidents"]) == (1, 2, 1)
    assert one["suppression"]["reason"] == "广场舞比赛，已报备"
    detail = await hall.console.client.get("/api/incidents/incident-2", headers=hall.console.as_(Role.DISPATCHER))
    assert detail.json()["suppressed"] == [one["suppression"]["suppression_id"]]


async def test_a_call_that_joins_brings_the_row_back_and_claims_do_too(hall: Hall) -> None:
    await hall.order()
    await hall.happens(1, sight(1))
    await hall.happens(2, sight(2))
    assert hall.ports.board.shown() == []
    await hall.happens(1, sight(1), call(1), revision=2)
    assert hall.ports.board.shown() == ["incident-1"]
    body = {"action_id": "claim-it-now", "action": "claim", "expected_revision": 1}
    answer = await hall.console.client.post(
        "/api/incidents/incident-2/actions", json=body, headers=hall.console.as_(Role.DISPATCHER)
    )
    assert answer.json()["row"]["suppressed"] == []
    await hall.catch_up()
    assert hall.ports.board.shown() == ["incident-1", "incident-2"]


async def test_at_its_end_what_is_still_open_comes_back_and_what_closed_does_not(hall: Hall) -> None:
    await hall.order()
    await hall.happens(1, sight(1))
    await hall.happens(2, sight(2))
    await hall.happens(2, sight(2), state=IncidentState.CLOSED, revision=2)
    before = hall.ports.board.seq
    hall.console.time.ahead += timedelta(hours=1)
    await hall.catch_up()
    assert hall.ports.board.shown() == ["incident-1"]
    assert hall.ports.board.seq == before + 1
    (one,) = (await hall.listed("ended"))["items"]
    assert (one["suppression"]["ended_why"], one["signals"], one["hiding"]) == ("expired", 2, 0)
    assert await hall.audited() == [("grid_operator", "suppression.order"), ("hub", "suppression.ended")]


async def test_one_that_covers_nothing_for_its_idle_time_ends_early(hall: Hall) -> None:
    body = {"ends_at": (hall.console.time() + timedelta(hours=9)).isoformat()}
    answer = await hall.console.client.post(PATH, json=order(**body), headers=hall.console.as_(Role.GRID_OPERATOR))
    assert answer.status_code == 201
    hall.console.time.ahead += timedelta(hours=2) - SOON
    await hall.happens(1, sight(1))
    hall.console.time.ahead += timedelta(hours=2) - SOON
    await hall.catch_up()
    assert len((await hall.listed())["items"]) == 1
    hall.console.time.ahead += SOON + SOON
    await hall.catch_up()
    assert (await hall.listed())["items"] == []
    assert (await hall.listed("ended"))["items"][0]["suppression"]["ended_why"] == "idle"


async def test_a_planned_one_begins_by_itself_and_hides_only_what_follows(hall: Hall) -> None:
    starts_at = hall.console.time() + timedelta(minutes=10)
    assert (await hall.order(starts_at=starts_at.isoformat())).json()["suppression"]["state"] == "planned"
    await hall.happens(1, sight(1))
    hall.console.time.ahead += timedelta(minutes=10)
    await hall.catch_up()
    await hall.happens(2, sight(2))
    assert hall.ports.board.shown() == ["incident-1"]
    assert [act for _, act in await hall.audited()] == ["suppression.order", "suppression.active"]


async def test_ended_by_hand_it_stays_ended_and_says_who(hall: Hall) -> None:
    made = (await hall.order()).json()["suppression"]["suppression_id"]
    await hall.happens(1, sight(1))
    leader = hall.console.as_(Role.DUTY_LEADER)
    assert (await hall.console.client.post(f"{PATH}/{made}/end", json={}, headers=leader)).json()["items"] == []
    await hall.catch_up()
    assert hall.ports.board.shown() == ["incident-1"]
    assert (await hall.console.client.post(f"{PATH}/{made}/end", json={}, headers=leader)).status_code == 409
    assert (await hall.console.client.post(f"{PATH}/none/end", json={}, headers=leader)).status_code == 404
    assert (await hall.listed("ended"))["items"][0]["suppression"]["ended_by"] == "席位 duty_leader"


async def test_a_console_that_starts_later_hides_and_counts_the_same(hall: Hall, tmp_path: Path) -> None:
    await hall.order()
    await hall.happens(1, sight(1))
    async with console_of(hall.engine, tmp_path / "second") as second:
        other = Hall(second, hall.engine)
        loaded = await second.ports.stores.wall.load(1_000)
        second.ports.board.load(loaded.seq, loaded.rows, loaded.log)
        second.ports.suppressions.look(loaded.rows)
        await other.catch_up()
        assert second.ports.board.shown() == []
        assert [(view.hiding, view.signals) for view in second.ports.suppressions.views()] == [(1, 1)]


@pytest.mark.parametrize(
    ("role", "sources", "status"),
    [
        (Role.GRID_OPERATOR, ["camera", "grid"], 201), (Role.GRID_OPERATOR, ["police_110"], 422),
        (Role.DUTY_LEADER, ["police_110"], 201), (Role.DISPATCHER, ["camera"], 403), (Role.SUPERVISOR, ["camera"], 403),
        (Role.INTEGRATOR, ["camera"], 403),
    ],
)  # fmt: skip
async def test_who_may_hide_what(hall: Hall, role: str, sources: list[str], status: int) -> None:
    assert (await hall.order(role, sources=sources)).status_code == status


async def test_without_an_end_nothing_is_ordered(hall: Hall) -> None:
    answer = await hall.console.client.post(PATH, json=order(), headers=hall.console.as_(Role.DUTY_LEADER))
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["ends_at"]
