"""The cameras that a GB/T 28181 gateway (wvp-GB28181-pro) holds, by its HTTP API, as entries of streams.yaml."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from contracts.errors import ConfigurationError, Outage
from hub.streams.records import DIRECTIONS, INDUSTRIES
from ingest import gb28181

PAGE = 200
ANSWER_S = 15.0


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of one device of the gateway."""

    device: str
    code: str
    name: str
    online: bool
    lat: float | None
    lon: float | None
    direction: str | None


class Gateway:
    """A signed-in session."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def sign_in(self, user: str, password: str) -> None:
        """wvp takes the MD5 of the password, and gives a token for the header `access-token`.

        Raises:
            ConfigurationError: it refuses.
        """
        digest = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        data = await self._get("/api/user/login", {"username": user, "password": digest})
        token = data.get("accessToken") if isinstance(data, Mapping) else None
        if token:
            self._client.headers["access-token"] = token

    async def channels(self) -> AsyncIterator[Channel]:
        """Every camera of every device; other channels (alarm inputs, groups) are left out."""
        async for device in self._pages("/api/device/query/devices"):
            code = str(device.get("deviceId") or "")
            async for item in self._pages(f"/api/device/query/devices/{code}/channels"):
                channel = _channel(code, item)
                parsed = gb28181.parse(channel.code)
                if parsed is not None and parsed.is_camera:
                    yield channel

    async def media(self) -> str | None:
        """host:port of the RTSP of the first media server that is there; None when the gateway does not say."""
        servers = await self._get("/api/server/media_server/online/list", {})
        for server in servers if isinstance(servers, list) else []:
            host = server.get("streamIp") or server.get("ip")
            if host and server.get("rtspPort"):
                return f"{host}:{server['rtspPort']}"
        return None

    async def _pages(self, path: str) -> AsyncIterator[dict[str, Any]]:
        page = seen = 0
        while True:
            page += 1
            data = await self._get(path, {"page": page, "count": PAGE})
            items = data.get("list") or [] if isinstance(data, Mapping) else []
            for item in items:
                yield item
            seen += len(items)
            if not items or seen >= int(data.get("total") or 0):
                return

    async def _get(self, path: str, query: Mapping[str, Any]) -> Any:
        where = str(self._client.base_url).rstrip("/") + path
        try:
            answer = await self._client.get(path, params=dict(query))
            body = answer.json()
        except httpx.HTTPError as problem:
            raise Outage(f"the gateway does not answer: {where} ({type(problem).__name__})") from None
        except ValueError:
            raise ConfigurationError("answers, and not as wvp does", where=where, hint="http://host:18080") from None
        if not isinstance(body, Mapping) or "code" not in body:
            raise ConfigurationError("answers, and not as wvp does", where=where, hint="http://host:18080")
        if body["code"] != 0 or answer.is_error:
            hint = "user and password of the gateway's own pages: --user, --password-env"
            raise ConfigurationError(f"the gateway refuses: {body.get('msg')}", where=where, hint=hint)
        return body.get("data")


def _channel(device: str, item: Mapping[str, Any]) -> Channel:
    """Versions differ: older ones have the channel's code in `channelId`, newer ones in `deviceId`."""
    code = str(item.get("channelId") or item.get("deviceId") or "")
    lat, lon = (_degrees(item.get(key)) for key in ("latitude", "longitude"))
    direction = item.get("directionType")
    return Channel(
        device, code, str(item.get("name") or code), item.get("status") in (True, 1, "ON", "on"),
        lat, lon, None if direction in (None, 0) else str(direction),
    )  # fmt: skip


def _degrees(value: Any) -> float | None:
    """0 is how a device says that it does not know."""
    return float(value) if isinstance(value, int | float) and value else None


def entry_of(channel: Channel, media: str) -> dict[str, Any]:
    """A channel as an entry; the media server starts the stream when it is asked for. Positions come in WGS-84.

    A place that the gateway does not know is left out, so that the check of the list says so.
    """
    parsed = gb28181.parse(channel.code)
    bureau = INDUSTRIES.get(parsed.industry) if parsed else None
    entry: dict[str, Any] = {
        "id": channel.code, "name": channel.name, "bureau": bureau.value if bureau else None,
        "url": f"rtsp://{media}/rtp/{channel.device}_{channel.code}",
        "bearing_deg": DIRECTIONS.get(channel.direction or ""),
    }  # fmt: skip
    if channel.lat is not None and channel.lon is not None:
        entry["place"] = {"lat": channel.lat, "lon": channel.lon, "datum": "WGS-84"}
    return {key: value for key, value in entry.items() if value is not None}
