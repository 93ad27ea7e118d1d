"""The device list of a wvp gateway, against a small one of our own."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from contracts.errors import ConfigurationError, Outage
from hub.streams.gateway import Channel, Gateway, entry_of
from tests.hub.answering import answering

NVR = "99019901081180000001"


def channel(number: int, **changed: Any) -> dict[str, Any]:
    code = f"9901990105132{number:07d}"
    return {"deviceId": code, "name": f"路口{number}", "status": "ON", "latitude": 34.1, "longitude": 118.1} | changed


CHANNELS = [channel(n) for n in range(250)]
CHANNELS[1] |= {"latitude": 0, "longitude": 0, "directionType": 4, "status": "OFF"}
CHANNELS[2] = {"channelId": "99019901051320000002", "deviceId": NVR, "name": "old", "status": True, "directionType": 1}
CHANNELS[3] |= {"deviceId": "99019901081340000003"}  # an alarm input


def wvp(target: str, body: str) -> tuple[int, str, str]:
    parts, query = urlsplit(target), parse_qs(urlsplit(target).query)
    if parts.path == "/api/user/login":
        right = query["password"] == [hashlib.md5(b"sesame").hexdigest()]
        data = {"code": 0, "data": {"accessToken": "t"}} if right else {"code": 100, "msg": "用户名或密码错误"}
        return 200, "application/json", json.dumps(data)
    items = {
        "/api/device/query/devices": [{"deviceId": NVR}],
        f"/api/device/query/devices/{NVR}/channels": CHANNELS,
    }.get(parts.path)
    if items is None:
        servers = [{"streamIp": "10.0.0.9", "rtspPort": 554}]
        return 200, "application/json", json.dumps({"code": 0, "data": servers})
    page, count = int(query["page"][0]), int(query["count"][0])
    shown = items[(page - 1) * count : page * count]
    return 200, "application/json", json.dumps({"code": 0, "data": {"total": len(items), "list": shown}})


async def test_every_camera_of_every_page_is_listed_and_what_is_none_is_not() -> None:
    async with answering(wvp) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        gateway = Gateway(client)
        await gateway.sign_in("admin", "sesame")
        found = [one async for one in gateway.channels()]
        assert await gateway.media() == "10.0.0.9:554"
    assert len(found) == 249
    assert found[1] == Channel(NVR, "99019901051320000001", "路口1", False, None, None, "4")
    assert (found[2].code, found[2].online, found[2].direction) == ("99019901051320000002", True, "1")
    assert client.headers["access-token"] == "t"


def test_a_channel_becomes_an_entry() -> None:
    entry = entry_of(Channel(NVR, "99019901051320000001", "a", True, 34.1, 118.1, "5"), "m:554")
    assert entry == {
        "id": "99019901051320000001", "name": "a", "bureau": "traffic", "bearing_deg": 135,
        "url": f"rtsp://m:554/rtp/{NVR}_99019901051320000001",
        "place": {"lat": 34.1, "lon": 118.1, "datum": "WGS-84"},
    }  # fmt: skip


async def test_a_wrong_password_is_told_in_the_gateway_s_words() -> None:
    async with answering(wvp) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        with pytest.raises(ConfigurationError, match="用户名或密码错误"):
            await Gateway(client).sign_in("admin", "wrong")


@pytest.mark.parametrize("body", ["<html>", "[]", '{"a": 1}'])
async def test_what_is_no_gateway_is_told(body: str) -> None:
    async with (
        answering(lambda target, asked: (200, "text/html", body)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        with pytest.raises(ConfigurationError, match="not as wvp does"):
            await Gateway(client).media()


async def test_a_gateway_that_is_not_there_is_an_outage() -> None:
    async with httpx.AsyncClient(base_url="http://127.0.0.1:1") as client:
        with pytest.raises(Outage, match="does not answer"):
            await Gateway(client).media()
