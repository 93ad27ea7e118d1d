"""Bad input gets what, where and how to mend it; the page's headers are on every answer; intake by key."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.app import bare_app, create_app
from command_center.gate import MAX_BODY
from command_center.passwords import hash_token
from contracts.errors import DatabaseUnavailable
from contracts.intake import Feed, IntakeAnswer, IntakeStatus
from contracts.rejected import FieldError
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import T0


class Door:
    """An intake that answers by what the body says."""

    async def accept(self, feed: Feed, body: bytes, *, source: str, now: datetime) -> IntakeAnswer:
        if body == b"down":
            raise DatabaseUnavailable("gone")
        status = IntakeStatus(body.decode())
        errors = (FieldError(field="data.position.datum", reason="missing", hint="WGS-84"),)
        kept = feed is not Feed.PETITION
        return IntakeAnswer(status=status, signal_id="s-1", rejected_id="r-1", errors=errors, kept=kept)

    async def refuse_too_large(self, feed: Feed, size: int, *, source: str, now: datetime) -> IntakeAnswer:
        error = FieldError(field="", reason=f"{source}: {size} bytes", hint="pictures by reference")
        return IntakeAnswer(status=IntakeStatus.REJECTED, rejected_id="r-large", errors=(error,), kept=False)


@pytest.fixture
async def console(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Console]:
    """A console with a key for 110 calls."""
    async with console_of(engine, tmp_path, "dispatcher") as made:
        await made.ports.stores.people.add_key(hash_token("key"), "police-990199", ["police_110", "petition"], T0)
        transport = httpx.ASGITransport(create_app(replace(made.ports, intake=Door())))
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
            yield replace(made, client=client)


@pytest.mark.parametrize(
    ("body", "status"),
    [("accepted", 202), ("duplicate", 200), ("rejected", 422), ("refused", 422), ("down", 503)],
)
@pytest.mark.parametrize("headers", [{"X-Api-Key": "key"}, {"Authorization": "Bearer key"}], ids=["key", "bearer"])
async def test_intake_says_what_became_of_a_report(
    console: Console, body: str, status: int, headers: dict[str, str]
) -> None:
    answer = await console.client.post("/api/intake/police-alerts", content=body, headers=headers)
    assert answer.status_code == status
    if status < 300:
        assert (answer.json()["signal_id"], answer.json()["status"]) == ("s-1", body)
    if status == 422:
        assert answer.json()["errors"] == [{"field": "data.position.datum", "reason": "missing", "hint": "WGS-84"}]
    if status == 503:
        assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/intake/police-alerts", {}, 401),
        ("/api/intake/police-alerts", {"X-Api-Key": "wrong"}, 401),
        ("/api/intake/grid-reports", {"X-Api-Key": "key"}, 403),
        ("/api/intake/police-alerts", {"Authorization": "Bearer token-of-dispatcher"}, 401),
    ],
    ids=["no key", "a wrong key", "another feed", "a person's token"],
)
async def test_only_a_sources_own_key_opens_its_feed(
    console: Console, path: str, headers: dict[str, str], status: int
) -> None:
    assert (await console.client.post(path, content="accepted", headers=headers)).status_code == status


async def _in_pieces() -> AsyncIterator[bytes]:
    for _ in range(6):
        yield b"x" * MAX_BODY


@pytest.mark.parametrize("content", [b"x" * 5 * MAX_BODY, _in_pieces], ids=["declared", "in pieces"])
async def test_a_body_of_five_megabytes_is_refused(console: Console, content: Any) -> None:
    body = content() if callable(content) else content
    answer = await console.client.post("/api/intake/police-alerts", content=body, headers={"X-Api-Key": "key"})
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["hint"]
    assert answer.json()["rejected_id"] == "r-large"


@pytest.mark.parametrize(
    ("path", "words"),
    [("police-alerts", "kept for 30 days"), ("petitions", "was not kept")],
    ids=["a call", "a petition whose class cannot be read"],
)
async def test_an_unread_body_is_only_said_to_be_kept_when_it_is(console: Console, path: str, words: str) -> None:
    answer = await console.client.post(f"/api/intake/{path}", content="rejected", headers={"X-Api-Key": "key"})
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


async def test_a_body_without_a_senders_key_is_not_even_counted(console: Console) -> None:
    assert (await console.client.post("/api/intake/police-alerts", content=b"x" * 5 * MAX_BODY)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("POST", "/api/nothing", 404),
        ("POST", "/api/incidents", 405),
        ("GET", "/api/incidents?severity=9", 422),
        ("GET", "/api/incidents?cursor=nonsense", 422),
        ("GET", "/api/incidents?limit=100000", 422),
        ("GET", "/api/cameras/none", 404),
        ("GET", "/api/map/none.geojson", 404),
        ("GET", "/api/evidence/ev/%2e%2e/%2e%2e/keys?reason=abcd", 404),
    ],
)
async def test_every_error_is_a_problem_document(console: Console, method: str, path: str, status: int) -> None:
    answer = await console.client.request(method, path, headers=console.as_("dispatcher"))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    if status == 422:
        assert body["errors"][0]["field"] in path


async def test_a_malformed_document_is_told_where(console: Console) -> None:
    answer = await console.client.post(
        "/api/session", content='{"login": ', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    extra = await console.client.post("/api/session", json={"login": "a", "password": "b", "otp": "1"})
    assert extra.json()["errors"][0] | {"reason": ""} == {
        "field": "otp", "reason": "", "hint": "remove it: this document has no such member",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/api/nothing", "/healthz"])
async def test_the_page_is_closed_to_other_sites(console: Console, path: str) -> None:
    headers = (await console.client.get(path)).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


async def test_health_is_told(console: Console) -> None:
    assert (await console.client.get("/healthz")).status_code == 200
    assert (await console.client.get("/readyz")).status_code == 503
    console.ports.board.load(0, [])
    assert (await console.client.get("/readyz")).json()["parts"] == {"database": True, "board": True}
    assert "hub_board_seats" in (await console.client.get("/metrics")).text


async def test_without_its_build_the_page_says_what_to_run(console: Console, tmp_path: Path) -> None:
    ports = replace(console.ports, config=replace(console.ports.config, static_dir=tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(ports)), base_url="http://console") as client:
        assert "make console" in (await client.get("/")).text
        (tmp_path / "index.html").write_text("<html>")
        (tmp_path / "app.js").write_text("js")
        assert (await client.get("/incidents/7")).text == "<html>"
        assert (await client.get("/app.js")).text == "js"
        assert (await client.get("/other.js")).status_code == 404
        assert (await client.get("/..%2f..%2fetc%2fpasswd")).text == "<html>"


def test_the_openapi_document_is_whole() -> None:
    document = bare_app().openapi()
    assert {"ServerMessage", "ClientMessage", "ProblemDetails", "Row", "IncidentDetail"} <= set(
        document["components"]["schemas"]
    )
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)
            assert any(status.startswith(("2", "3")) for status in operation["responses"])
