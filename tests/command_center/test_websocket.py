import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from command_center import mailbox, room
from command_center.passwords import hash_token
from contracts.actions import ActionResult
from contracts.bus import Record
from contracts.topics import ACTION_RESULTS
from contracts.wire import encode
from hub.loopback import LoopbackBus
from tests.command_center.console import Console, console_of, serving
from tests.command_center.seeding import T0, call, camera, fuse, incident, register, sight
from tests.command_center.suppressing import order

HANDSHAKE = (
    b"GET /ws/board HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer token-of-dispatcher\r\n\r\n"
)
"""of a client written by hand, which then reads nothing"""


@pytest.fixture
async def live(engine: AsyncEngine, tmp_path: Path, loopback: LoopbackBus) -> AsyncIterator[tuple[Console, str]]:
    """A console on a socket, with one incident."""
    await register(engine, camera(1))
    await fuse(engine, incident(1, call(1)), signals=[call(1)])
    async with (
        console_of(engine, tmp_path, "dispatcher", "grid_operator", "integrator") as console,
        serving(console, engine, loopback) as url,
    ):
        yield console, url


@asynccontextmanager
async def seat(
    live: tuple[Console, str], role: str = "dispatcher", since: int | None = None
) -> AsyncIterator[ClientConnection]:
    console, url = live
    async with connect(url, additional_headers=console.as_(role), compression=None, max_size=None) as ws:
        await ws.send(json.dumps({"type": "hello", "since": since}))
        yield ws


async def until(
    ws: ClientConnection, kind: str, such: Callable[[dict[str, Any]], bool] = lambda one: True
) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = json.loads(await ws.recv())
            if message["type"] == kind and such(message):
                return message


async def first_of(ws: ClientConnection, *kinds: str) -> dict[str, dict[str, Any]]:
    """The first message of each of these kinds, in whatever order they come."""
    found: dict[str, dict[str, Any]] = {}
    async with asyncio.timeout(10):
        while found.keys() != set(kinds):
            message: dict[str, Any] = json.loads(await ws.recv())
            if message["type"] in kinds:
                found.setdefault(message["type"], message)
    return found


async def end_of(ws: ClientConnection) -> int | None:
    """The code with which the console closes."""
    with contextlib.suppress(ConnectionClosed):
        async with asyncio.timeout(10):
            while True:
                await ws.recv()
    return ws.close_code


async def test_a_seat_gets_the_wall_then_cameras_sources_and_every_change(
    live: tuple[Console, str], engine: AsyncEngine
) -> None:
    async with seat(live) as ws:
        snapshot = await until(ws, "snapshot")
        assert [one["incident_id"] for one in snapshot["incidents"]] == ["incident-1"]
        first = await first_of(ws, "cameras", "source_status", "suppressions")
        assert first["cameras"]["cameras"][0]["health"] == "offline"
        assert first["source_status"]["database"] is True
        assert first["suppressions"]["suppressions"] == []
        await fuse(engine, incident(2, sight(2)), signals=[sight(2)])
        change = await until(ws, "changes")
        assert (change["from"], change["to"]) == (snapshot["seq"] + 1, snapshot["seq"] + 1)
        assert [one["incident_id"] for one in change["incidents"]] == ["incident-2"]


async def test_a_seat_that_comes_back_is_sent_what_it_missed_once_at_its_newest(
    live: tuple[Console, str], engine: AsyncEngine
) -> None:
    async with seat(live) as ws:
        seq = (await until(ws, "snapshot"))["seq"]
    for revision in (2, 3):
        await fuse(engine, incident(1, call(1), revision=revision))
    await fuse(engine, incident(2, sight(2)), signals=[sight(2)])
    async with seat(live, since=seq) as ws:
        change = await until(ws, "changes", lambda one: one["to"] == seq + 3)
        found = {one["incident_id"]: one["revision"] for one in change["incidents"]}
        assert found["incident-2"] == 1
        assert found.get("incident-1", 3) == 3


@pytest.mark.parametrize("since", [-5, 10_000], ids=["before the log", "after the log"])
async def test_a_seat_that_cannot_be_brought_up_to_date_is_told_to_reload(
    live: tuple[Console, str], since: int
) -> None:
    async with seat(live, since=since) as ws:
        assert (await until(ws, "reload"))["why"]
        await ws.send('{"type":"hello","since":null}')
        assert (await until(ws, "snapshot"))["incidents"]


async def test_a_pruned_log_makes_the_board_load_itself_anew(live: tuple[Console, str], engine: AsyncEngine) -> None:
    async with seat(live) as ws:
        seq = (await until(ws, "snapshot"))["seq"]
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE change_counter SET n = n + 5"))
        await fuse(engine, incident(2, sight(2)), signals=[sight(2)])
        await until(ws, "reload")
        await ws.send('{"type":"hello","since":null}')
        again = await until(ws, "snapshot")
        assert again["seq"] == seq + 6
        assert {one["incident_id"] for one in again["incidents"]} == {"incident-1", "incident-2"}


async def test_an_integrator_is_sent_cameras_and_no_incident(live: tuple[Console, str], engine: AsyncEngine) -> None:
    async with seat(live, "integrator") as ws:
        assert (await until(ws, "snapshot"))["incidents"] == []
        assert (await until(ws, "cameras"))["cameras"]
        await fuse(engine, incident(2, sight(2)), signals=[sight(2)])
        assert (await until(ws, "changes"))["incidents"] == []


async def test_seats_see_who_looks_at_what(live: tuple[Console, str]) -> None:
    async with seat(live) as mine, seat(live, "grid_operator") as other:
        await until(mine, "snapshot")
        await other.send('{"type":"presence","incident_id":"incident-1"}')
        seats = (await until(mine, "presence", lambda one: bool(one["seats"])))["seats"]
        assert seats == {"incident-1": ["席位 grid_operator"]}
        await other.close()
        assert (await until(mine, "presence", lambda one: not one["seats"]))["seats"] == {}


async def test_fusions_answer_goes_to_the_seat_that_acted_and_to_no_other(
    live: tuple[Console, str], loopback: LoopbackBus
) -> None:
    console, _ = live
    async with seat(live) as mine, seat(live, "grid_operator") as other:
        await until(mine, "snapshot")
        await until(other, "snapshot")
        body = {"action_id": "action-0001", "action": "confirm", "expected_revision": 1}
        answer = await console.client.post(
            "/api/incidents/incident-1/actions", json=body, headers=console.as_("dispatcher")
        )
        assert answer.json()["status"] == "accepted"
        result = ActionResult(
            action_id="action-0001", incident_id="incident-1", district="990199-east", accepted=True, revision=2, at=T0
        )
        value = encode(result, event_id="1", source="/fusion", event_type=ACTION_RESULTS.event_type, time=T0)
        await loopback.publish([Record(ACTION_RESULTS, "990199-east", value)])
        assert (await until(mine, "action_result"))["revision"] == 2
        await other.send('{"type":"ping","n":9}')
        async with asyncio.timeout(10):
            while (message := json.loads(await other.recv())).get("n") != 9:
                assert message["type"] != "action_result"


async def test_a_pulse_comes_unasked_and_a_ping_is_answered(
    live: tuple[Console, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PULSE_S", 0.1)
    async with seat(live) as ws:
        await until(ws, "snapshot")
        assert (await until(ws, "pong"))["n"] == 0
        await ws.send('{"type":"ping","n":7}')
        assert (await until(ws, "pong", lambda one: one["n"] == 7))["seq"] == 1


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 4401),
        ({"Authorization": "Bearer nobody"}, 4401),
        ({"Cookie": "hub_session=nobody", "Origin": "http://evil.example"}, 4403),
    ],
    ids=["nobody", "a wrong token", "another site's page"],
)
async def test_who_may_not_sit_down_is_told_why(live: tuple[Console, str], headers: dict[str, str], code: int) -> None:
    async with connect(live[1], additional_headers=headers) as ws:
        assert await end_of(ws) == code


@pytest.mark.parametrize("said", ["nonsense", '{"type":"hello","extra":1}', '{"type":"dance"}', "x" * 5000])
async def test_what_no_client_says_ends_the_connection(live: tuple[Console, str], said: str) -> None:
    async with seat(live) as ws:
        await until(ws, "snapshot")
        await ws.send(said)
        assert await end_of(ws) == 4400


async def test_bytes_instead_of_text_end_the_connection_as_garbage_does(live: tuple[Console, str]) -> None:
    async with seat(live) as ws:
        await ws.send(b"\x00\xff")
        assert await end_of(ws) == 4400


async def test_signing_out_closes_the_seat(live: tuple[Console, str], monkeypatch: pytest.MonkeyPatch) -> None:
    console, url = live
    people = console.ports.stores.people
    await people.open_session(hash_token("secret"), "dispatcher", console.time(), console.ports.config.session_life)
    async with connect(url, additional_headers={"Cookie": "hub_session=secret"}) as ws:
        await ws.send('{"type":"hello","since":null}')
        await until(ws, "snapshot")
        await people.close_session(hash_token("secret"))
        console.ports.room.end_sessions({hash_token("secret")})
        assert await end_of(ws) == 4401


async def test_a_client_that_reads_nothing_holds_up_nobody_and_is_cut(
    live: tuple[Console, str], engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "BACKLOG_LIMIT", 0)
    monkeypatch.setattr(mailbox, "STUCK_S", 0.5)
    console, url = live
    with closing(socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])))) as deaf:
        deaf.sendall(HANDSHAKE + bytes([0x81, 0x80 | 16, 0, 0, 0, 0]) + b'{"type":"hello"}')
        async with seat(live) as ws:
            await until(ws, "snapshot")
            large = [incident(number, sight(number), place_text="长" * 100_000) for number in range(2, 27)]
            await fuse(engine, *large)
            assert (await until(ws, "changes"))["to"] == 26
            while len(console.ports.room.seats) > 1:
                await ws.send('{"type":"ping","n":1}')
                await until(ws, "pong")


async def test_an_order_to_suppress_is_told_to_every_seat_with_its_counters(
    live: tuple[Console, str], engine: AsyncEngine
) -> None:
    console = live[0]
    operator = console.as_("grid_operator")
    body = order(ends_at=(console.time() + timedelta(hours=1)).isoformat())
    async with seat(live) as ws:
        await until(ws, "snapshot")
        await console.client.post("/api/suppressions", json=body, headers=operator)
        told = (await until(ws, "suppressions", lambda one: bool(one["suppressions"])))["suppressions"][0]
        assert told["suppression"]["owner"] == "grid_operator"
        seen = sight(9, observed_at=console.time())
        await fuse(engine, incident(9, seen), signals=[seen], at=console.time())
        change = await until(ws, "changes")
        assert change["incidents"][0]["suppressed"] == [told["suppression"]["suppression_id"]]
        counted = await until(ws, "suppressions", lambda one: one["suppressions"][0]["signals"] == 1)
        assert counted["suppressions"][0]["hiding"] == 1
