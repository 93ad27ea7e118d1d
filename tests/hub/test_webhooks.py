"""Webhooks from the change log to a real HTTP server of this machine: told, tried again, given up, tried once more."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.permissions import Role
from command_center.store.database import Database
from command_center.store.webhooks import LEASE, MISSED, WebhookBox
from command_center.webhook_desk import WebhookDesk
from command_center.webhooks import WAITS, Target, signature
from contracts.incidents import IncidentState
from hub.embedded.ports import free_port
from hub.processes.console import open_ports
from hub.settings import ConsoleSettings, Settings
from hub.webhook_post import WebhookSilent, post
from tests.command_center.console import console_of
from tests.command_center.seeding import T0, call, fuse, incident

SECRET = b"a long enough sentence of words"


@dataclass
class Receiver:
    """An HTTP/1.1 server that notes what it is sent and answers what it is told to."""

    url: str = ""
    status: int = 204
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def causes(self) -> list[str]:
        return [json.loads(body)["data"]["cause"] for _, body in self.heard]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        found = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in found.items()}
        self.heard.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(f"HTTP/1.1 {self.status} X\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    async with server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        yield made


class Hall:
    """A desk with a clock that the test moves."""

    def __init__(self, engine: AsyncEngine, url: str) -> None:
        self.engine, self.now = engine, T0
        self.target = Target("bureau", url, SECRET, exercise=True)
        self.desk = self.another()

    def another(self) -> WebhookDesk:
        """As a second console has it."""
        return WebhookDesk(WebhookBox(Database(self.engine)), [self.target], post, lambda: self.now, Random(1))

    async def tell(self) -> int:
        return await self.desk.tell(self.target)

    async def counts(self) -> tuple[int, int]:
        return (await self.desk.box.waiting()).get("bureau", (0, 0))

    async def happens(self, revision: int = 1, cause: str = "fusion", **more: Any) -> None:
        await fuse(self.engine, incident(1, call(1), revision=revision, **more), signals=[call(1)], cause=cause)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def hall(engine: AsyncEngine, receiver: Receiver) -> Hall:
    """A target that has heard nothing, with nothing in the log yet."""
    made = Hall(engine, receiver.url)
    await made.tell()
    return made


async def test_each_change_is_told_once_signed_and_in_order(hall: Hall, receiver: Receiver) -> None:
    await hall.happens(1)
    await hall.happens(2, cause="dispatch")
    assert await hall.tell() == 2
    assert await hall.tell() == 0
    assert receiver.causes() == ["fusion", "dispatch"]
    headers, body = receiver.heard[0]
    expected = signature(SECRET, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert await hall.counts() == (0, 0)


async def test_a_merge_tells_where_the_incident_went(hall: Hall, receiver: Receiver) -> None:
    await hall.happens(2, state=IncidentState.MERGED, merged_into="incident-9")
    await hall.tell()
    told = json.loads(receiver.heard[0][1])["data"]["incident"]
    assert (told["state"], told["merged_into"]) == ("merged", "incident-9")


async def test_what_was_before_the_target_is_not_told(engine: AsyncEngine, receiver: Receiver) -> None:
    hall = Hall(engine, receiver.url)
    await hall.happens()
    assert await hall.tell() == 0
    await hall.happens(2)
    assert await hall.tell() == 1


async def test_what_left_the_log_before_it_was_told_is_counted(hall: Hall, receiver: Receiver) -> None:
    await hall.happens(1)
    await hall.tell()
    before = MISSED.labels("bureau")._value.get()
    for revision in (2, 3, 4):
        await hall.happens(revision)
    await Database(hall.engine).execute("DELETE FROM changes WHERE seq <= (SELECT max(seq) - 1 FROM changes)")
    await hall.tell()
    assert MISSED.labels("bureau")._value.get() - before == 2
    assert len(receiver.heard) == 2


@pytest.mark.parametrize("status", [500, 404, 301], ids=["broken", "not there", "redirected"])
async def test_it_is_tried_again_with_the_same_id_until_it_is_taken(
    hall: Hall, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    await hall.happens()
    assert await hall.tell() == 0
    assert await hall.counts() == (1, 0)
    assert await hall.tell() == 0
    assert len(receiver.heard) == 1
    receiver.status = 204
    hall.now += WAITS[0] * 1.2
    assert await hall.tell() == 1
    (first, body), (second, again) = receiver.heard
    assert first["webhook-id"] == second["webhook-id"]
    assert body == again


async def test_a_receiver_that_is_away_is_a_dead_letter_after_a_day_and_may_be_tried_once_more(
    engine: AsyncEngine, receiver: Receiver, tmp_path: Path
) -> None:
    hall = Hall(engine, f"http://127.0.0.1:{free_port()}/hook")
    await hall.tell()
    await hall.happens()
    for wait in (timedelta(), *WAITS):
        hall.now += wait * 1.2
        assert await hall.tell() == 0
    assert await hall.counts() == (0, 1)
    async with console_of(engine, tmp_path, *Role) as console:
        page = (await console.client.get("/api/webhooks", headers=console.as_(Role.INTEGRATOR))).json()
        (letter,) = page["items"]
        assert (letter["target"], letter["tries"]) == ("bureau", len(WAITS) + 1)
        assert "ConnectError" in letter["last_error"]
        path = f"/api/webhooks/{letter['id']}/retry"
        assert (await console.client.post(path, headers=console.as_(Role.DISPATCHER))).status_code == 403
        assert (await console.client.post(path, headers=console.as_(Role.INTEGRATOR))).status_code == 204
        assert (await console.client.post(path, headers=console.as_(Role.INTEGRATOR))).status_code == 404
    hall.target = Target("bureau", receiver.url, SECRET, exercise=True)
    hall.now = datetime.max.replace(tzinfo=T0.tzinfo) - 2 * LEASE
    assert await hall.tell() == 1


async def test_who_is_gone_is_given_up_at_once(hall: Hall, receiver: Receiver) -> None:
    receiver.status = 410
    await hall.happens()
    await hall.tell()
    assert await hall.counts() == (0, 1)


async def test_two_consoles_tell_each_change_once(hall: Hall, receiver: Receiver) -> None:
    other = hall.another()
    await hall.happens(1)
    await hall.happens(2)
    async with asyncio.TaskGroup() as group:
        for desk in (hall.desk, other):
            group.create_task(desk.tell(hall.target), name="tell")
    assert sorted(headers["webhook-id"] for headers, _ in receiver.heard) == ["bureau-1", "bureau-2"]


async def test_what_a_console_took_and_did_not_tell_another_tells_after_the_lease(
    hall: Hall, receiver: Receiver
) -> None:
    await hall.happens()
    await hall.desk.box.feed("bureau", lambda change, cause, row: b'{"data":{"cause":"x"}}', hall.now)
    assert len(await hall.desk.box.take("bureau", hall.now)) == 1
    assert await hall.another().tell(hall.target) == 0
    hall.now += LEASE
    assert await hall.another().tell(hall.target) == 1


async def test_a_host_that_does_not_exist_is_an_outage() -> None:
    with pytest.raises(WebhookSilent):
        await post("http://no.such.host.invalid/", {}, b"")


async def test_targets_are_settings_and_their_secrets_are_told_to_nobody(engine: AsyncEngine, tmp_path: Path) -> None:
    hooks = {"bureau": {"url": "https://bureau.example/hook?token=1", "secret": SECRET.decode()}}
    settings = Settings(data_dir=tmp_path, console=ConsoleSettings.model_validate({"webhooks": hooks}))
    assert SECRET.decode() not in repr(settings)
    ports = open_ports(settings, engine)
    ports.passwords.close()
    async with console_of(engine, tmp_path, *Role, webhooks=ports.webhooks) as console:
        page = await console.client.get("/api/webhooks", headers=console.as_(Role.INTEGRATOR))
        assert page.json()["targets"] == [
            {"name": "bureau", "url": "https://bureau.example/hook", "exercise": False, "waiting": 0, "dead": 0}
        ]
