"""Signing in: passwords, links, cookies, idle seats, and what another site's page may not do."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.passwords import Passwords, hash_token, weakness
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import T0

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse 7"


@pytest.fixture
async def console(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Console]:
    """A console with one dispatcher who has a password."""
    async with console_of(engine, tmp_path, "dispatcher", "integrator") as made:
        await made.ports.stores.people.set_password("dispatcher", CHEAP.hash(PASSWORD))
        yield made


async def login(console: Console, password: str = PASSWORD, name: str = "dispatcher") -> int:
    body = {"login": name, "password": password}
    return (await console.client.post("/api/session", json=body)).status_code


async def test_a_password_opens_a_session_whose_cookie_no_script_reads(console: Console) -> None:
    body = {"login": "dispatcher", "password": PASSWORD}
    answer = await console.client.post("/api/session", json=body)
    assert answer.json()["role"] == "dispatcher"
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))
    assert (await console.client.get("/api/session")).json()["login"] == "dispatcher"
    assert (await console.client.delete("/api/session")).status_code == 204
    assert (await console.client.get("/api/session")).status_code == 401


async def test_a_wrong_password_and_an_unknown_login_are_answered_alike(console: Console) -> None:
    wrong = await console.client.post("/api/session", json={"login": "dispatcher", "password": "no"})
    unknown = await console.client.post("/api/session", json={"login": "nobody", "password": "no"})
    without = await console.client.post("/api/session", json={"login": "integrator", "password": "no"})
    assert wrong.status_code == unknown.status_code == without.status_code == 401
    assert wrong.json() == unknown.json() == without.json()


async def test_five_wrong_passwords_lock_the_login_for_a_quarter_of_an_hour(console: Console) -> None:
    for _ in range(5):
        assert await login(console, "wrong") == 401
    assert await login(console) == 401
    console.time.ahead = timedelta(minutes=14, seconds=50)
    assert await login(console) == 401
    console.time.ahead = timedelta(minutes=15, seconds=10)
    assert await login(console) == 200


@pytest.mark.parametrize(
    ("idle", "status"),
    [(timedelta(minutes=14, seconds=50), 200), (timedelta(minutes=15, seconds=10), 401)],
    ids=["awake", "locked"],
)
async def test_an_idle_seat_is_locked(console: Console, idle: timedelta, status: int) -> None:
    await login(console)
    console.time.ahead = idle
    assert (await console.client.get("/api/session")).status_code == status


async def test_a_page_that_refreshes_itself_does_not_keep_a_seat_awake(console: Console) -> None:
    await login(console)
    for minutes in range(5, 16, 5):
        console.time.ahead = timedelta(minutes=minutes, seconds=10)
        answer = await console.client.get("/api/cameras", headers={"Hub-Background": "1"})
    assert answer.status_code == 401


async def test_a_person_who_works_stays_signed_in_until_the_shift_is_over(console: Console) -> None:
    await login(console)
    for minutes in range(10, 720, 10):
        console.time.ahead = timedelta(minutes=minutes)
        assert (await console.client.get("/api/session")).status_code == 200
    console.time.ahead = timedelta(hours=12, seconds=10)
    assert (await console.client.get("/api/session")).status_code == 401


async def test_a_link_signs_in_once_and_for_its_time_only(console: Console) -> None:
    people, now = console.ports.stores.people, console.time()
    await people.add_link(hash_token("good"), "integrator", now + timedelta(minutes=15))
    await people.add_link(hash_token("late"), "integrator", now - timedelta(seconds=1))
    assert (await console.client.get("/sign-in/late")).status_code == 401
    first = await console.client.get("/sign-in/good")
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert (await console.client.get("/api/session")).json()["role"] == "integrator"
    console.client.cookies.clear()
    assert (await console.client.get("/sign-in/good")).status_code == 401


async def test_a_disabled_user_is_out_at_once(console: Console) -> None:
    await login(console)
    await console.ports.stores.people.disable("dispatcher", T0)
    assert (await console.client.get("/api/session")).status_code == 401
    assert (await console.client.get("/api/session", headers=console.as_("dispatcher"))).status_code == 401
    assert await login(console) == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Origin": "http://console"}, 204),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
    ids=["no browser", "own page", "another site", "a sandbox", "another site without origin"],
)
async def test_another_sites_page_changes_nothing_with_our_cookie(
    console: Console, headers: dict[str, str], status: int
) -> None:
    await login(console)
    assert (await console.client.delete("/api/session", headers=headers)).status_code == status


async def test_a_password_is_checked_off_the_event_loop_and_never_for_a_user_without_one() -> None:
    passwords = Passwords(CHEAP)
    assert await passwords.matches(await passwords.hash(PASSWORD), PASSWORD)
    assert not await passwords.matches(await passwords.hash(PASSWORD), "other")
    assert not await passwords.matches(None, PASSWORD)
    passwords.close()


@pytest.mark.parametrize(
    ("password", "weak"),
    [("short1", True), ("aaaaaaaaaa", True), ("dispatcher-01", True), ("correct horse 7", False)],
)
def test_a_weak_password_is_told_why(password: str, weak: bool) -> None:
    assert (weakness(password, "dispatcher") is not None) == weak
