from datetime import timedelta

import pytest

from command_center import tickets
from command_center.tickets import GOOD_FOR, Permission, Tickets
from tests.command_center.seeding import T0

MINE = Permission(
    camera_id="cam-1", login="zhang", sub=False, hevc=False, reason="看路口", incident_id=None, until=T0 + GOOD_FOR
)
SECRET = b"one for all consoles"


def test_a_ticket_opens_once() -> None:
    given = Tickets(SECRET)
    token = given.give(MINE)
    assert given.take(token, "cam-1", "zhang", T0 + GOOD_FOR) == MINE
    assert given.take(token, "cam-1", "zhang", T0) is None


@pytest.mark.parametrize(
    ("camera_id", "login", "late"),
    [("cam-2", "zhang", timedelta()), ("cam-1", "li", timedelta()), ("cam-1", "zhang", timedelta(seconds=1))],
    ids=["another camera", "another person", "too late"],
)
def test_a_ticket_opens_nothing_else_and_is_used_up(camera_id: str, login: str, late: timedelta) -> None:
    given = Tickets(SECRET)
    token = given.give(MINE)
    assert given.take(token, camera_id, login, MINE.until + late) is None
    assert given.take(token, "cam-1", "zhang", T0) is None


def test_another_console_with_the_same_secret_opens_it_and_one_with_another_does_not() -> None:
    token = Tickets(SECRET).give(MINE)
    assert Tickets(SECRET).take(token, "cam-1", "zhang", T0) == MINE
    assert Tickets(b"another hub").take(token, "cam-1", "zhang", T0) is None


def test_a_ticket_tells_nobody_why_somebody_looks() -> None:
    first, second = Tickets(SECRET).give(MINE), Tickets(SECRET).give(MINE)
    assert first != second
    assert "zhang" not in first


@pytest.mark.parametrize("change", range(0, 200, 7))
def test_a_ticket_that_was_touched_opens_nothing(change: int) -> None:
    given = Tickets(SECRET)
    token = given.give(MINE)
    at = change % len(token)
    touched = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    assert given.take(touched, "cam-1", "zhang", T0) is None


@pytest.mark.parametrize("token", ["", "x", "票", "AAAA", "=" * 9, "A" * 5_000])
def test_what_is_no_ticket_opens_nothing(token: str) -> None:
    assert Tickets(SECRET).take(token, "cam-1", "zhang", T0) is None


def test_used_tickets_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "MOST", 2)
    given = Tickets(SECRET)
    tokens = [given.give(MINE) for _ in range(3)]
    assert [given.take(token, "cam-1", "zhang", T0) for token in tokens] == [MINE] * 3
    assert given.take(tokens[-1], "cam-1", "zhang", T0) is None
