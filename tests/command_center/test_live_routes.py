import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from command_center.gate import content_policy
from command_center.live import LiveRelay
from command_center.passwords import hash_token
from contracts.cameras import CameraHealth, CameraStatus, Zone
from hub import clock
from hub.loopback import LoopbackBus
from tests.command_center.console import Console, console_of, serving
from tests.command_center.live_cameras import INIT, Worker, delta, key
from tests.command_center.seeding import camera, fuse, incident, register, sight

ONE, DEAD, ELSEWHERE, MASKED = (camera(number).camera_id for number in range(1, 5))
MASK = Zone(name="window", points=((0, 0), (1, 0), (1, 1)))
MEDIA = "https://media.example/cam3.mp4"


@pytest.fixture
async def watched(engine: AsyncEngine, tmp_path: Path, loopback: LoopbackBus) -> AsyncIterator[tuple[Console, Worker]]:
    cameras = (
        camera(1), camera(2), camera(3, live_url=MEDIA), camera(4, live_url=MEDIA, masks=(MASK,)),
    )  # fmt: skip
    await register(engine, *cameras)
    await fuse(engine, incident(1, sight(1)), signals=[sight(1)])
    worker = Worker()
    async with console_of(engine, tmp_path, "dispatcher", "grid_operator", "supervisor", "auditor") as console:
        views = console.ports.camera_views
        console.ports = replace(console.ports, live=LiveRelay(worker, views.live_at, clock.monotonic_s))
        for one in cameras:
            health = CameraHealth.OFFLINE if one.camera_id == DEAD else CameraHealth.ONLINE
            now = console.time()
            status = CameraStatus(camera_id=one.camera_id, health=health, at=now, since=now, live_at="worker:1")
            views.hear(status.model_copy(update={"codec": "h264", "why_zh": "密码错误"}))
        views.register(cameras)
        async with serving(console, engine, loopback):
            yield console, worker


async def ask(console: Console, camera_id: str, role: str = "dispatcher", **body: object) -> tuple[int, dict[str, Any]]:
    async with asyncio.timeout(10):
        answer = await console.client.post(f"/api/cameras/{camera_id}/live", json=body, headers=console.as_(role))
    return answer.status_code, answer.json()


def look(console: Console, url: str, role: str = "dispatcher", **headers: str) -> connect:
    address = console.url.replace("http", "ws", 1) + url
    return connect(address, additional_headers=console.as_(role) | headers, compression=None)


async def code_of(ws: ClientConnection) -> int | None:
    try:
        async with asyncio.timeout(10):
            while True:
                await ws.recv()
    except ConnectionClosed:
        return ws.close_code


async def register_of(console: Console) -> list[dict[str, Any]]:
    return [row for row in await console.ports.stores.audit.page(before=None, limit=50) if row["act"][:4] == "live"]


async def test_a_look_for_an_incident_is_shown_and_both_ends_are_in_the_register(
    watched: tuple[Console, Worker],
) -> None:
    console, worker = watched
    status, grant = await ask(console, ONE, incident_id="incident-1")
    assert status == 201
    assert (grant["via"], grant["codec"]) == ("hub", "h264")
    assert "席位 dispatcher dispatcher 20" in grant["watermark"]
    async with look(console, grant["url"]) as ws:
        worker.say(INIT, key(1), delta(2))
        head = json.loads(await ws.recv())
        assert (head["mime"], head["width"]) == ('video/mp4; codecs="avc1.640028"', 1920)
        assert [await ws.recv() for _ in range(3)] == [INIT.data, key(1).data, delta(2).data]
    while len(entries := await register_of(console)) < 2:
        await console.client.get("/healthz")
    end, begin = entries
    assert (begin["act"], begin["object"], begin["reason"]) == ("live.look", ONE, "incident INC-000001")
    assert (end["act"], end["detail"]["pictures"], end["detail"]["incident_id"]) == ("live.end", 2, "incident-1")


@pytest.mark.parametrize(
    ("camera_id", "role", "body", "status"),
    [
        (ONE, "dispatcher", {"reason": "例行巡检"}, 201),
        (ONE, "grid_operator", {"reason": "例行巡检", "stream": "sub", "hevc": True}, 201),
        (ONE, "dispatcher", {}, 422),
        (ONE, "dispatcher", {"reason": "看看"}, 422),
        (ONE, "dispatcher", {"reason": "例行巡检", "stream": "third"}, 422),
        (ONE, "dispatcher", {"incident_id": "no such"}, 404),
        (ONE, "auditor", {"reason": "例行巡检"}, 403),
        (ONE, "supervisor", {"reason": "例行巡检"}, 403),
        ("no-such-camera", "dispatcher", {"reason": "例行巡检"}, 404),
        (DEAD, "dispatcher", {"reason": "例行巡检"}, 409),
    ],
    ids=["a reason", "the small picture", "no reason", "too short", "no such stream", "no such incident",
         "auditor", "supervisor", "no such camera", "no picture"],
)  # fmt: skip
async def test_who_may_look_at_what(
    watched: tuple[Console, Worker], camera_id: str, role: str, body: dict[str, object], status: int
) -> None:
    console, _ = watched
    assert (await ask(console, camera_id, role, **body))[0] == status
    assert len(await register_of(console)) == (status == 201)


async def test_a_dead_camera_says_why(watched: tuple[Console, Worker]) -> None:
    _, problem = await ask(watched[0], DEAD, reason="例行巡检")
    assert "密码错误" in problem["detail"]


async def test_a_media_server_takes_over_but_never_for_a_masked_camera(watched: tuple[Console, Worker]) -> None:
    _, grant = await ask(watched[0], ELSEWHERE, reason="例行巡检")
    assert (grant["via"], grant["url"], grant["ticket"]) == ("media_server", MEDIA, "")
    _, grant = await ask(watched[0], MASKED, reason="例行巡检")
    assert (grant["via"], grant["url"][:4]) == ("hub", "/ws/")


async def test_a_ticket_is_for_one_look_of_one_person(watched: tuple[Console, Worker]) -> None:
    console, _ = watched
    _, grant = await ask(console, ONE, reason="例行巡检")
    async with look(console, grant["url"], "grid_operator") as ws:
        assert await code_of(ws) == 4401
    async with look(console, grant["url"]) as ws:
        assert await code_of(ws) == 4401
    _, grant = await ask(console, ONE, reason="例行巡检")
    console.time.ahead = timedelta(seconds=31)
    async with look(console, grant["url"]) as ws:
        assert await code_of(ws) == 4401


async def test_another_sites_page_is_turned_away(watched: tuple[Console, Worker]) -> None:
    console, _ = watched
    address = console.url.replace("http", "ws", 1) + f"/ws/cameras/{ONE}/live?ticket=x"
    async with connect(address, additional_headers={"Origin": "http://evil.example", "Cookie": "hub_session=x"}) as ws:
        assert await code_of(ws) == 4403


async def test_a_session_that_ends_takes_its_pictures_with_it(watched: tuple[Console, Worker]) -> None:
    console, worker = watched
    people = console.ports.stores.people
    await people.open_session(hash_token("secret"), "dispatcher", console.time(), console.ports.config.session_life)
    cookie = {"Cookie": "hub_session=secret", "Origin": console.url}
    body = {"reason": "例行巡检"}
    answer = await console.client.post(
        f"/api/cameras/{ONE}/live", json=body, headers=cookie | {"Host": console.url[7:]}
    )
    address = console.url.replace("http", "ws", 1) + answer.json()["url"]
    async with connect(address, additional_headers=cookie) as ws:
        worker.say(INIT)
        await ws.recv()
        console.ports.live.end_sessions({hash_token("secret")})
        assert await code_of(ws) == 4401


async def test_a_viewer_has_nothing_to_say(watched: tuple[Console, Worker]) -> None:
    console, _ = watched
    _, grant = await ask(console, ONE, reason="例行巡检")
    async with look(console, grant["url"]) as ws:
        await ws.send("hello")
        assert await code_of(ws) == 4400


def test_a_page_plays_from_the_hub_and_from_named_media_servers_only() -> None:
    assert "media-src 'self' blob:;" in content_policy(frozenset())
    named = content_policy(frozenset({"https://media.example"}))
    assert "media-src 'self' blob: https://media.example;" in named
    assert "connect-src 'self' https://media.example wss://media.example;" in named
