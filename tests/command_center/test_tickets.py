from datetime import timedelta

import pytest

from command_center import tickets
from command_center.tickets import GOOD_FOR, Permission, Tickets
from tests.command_center.seeding import T0

MINE = Permission("cam-1", "zhang", sub=False, hevc=False, reason="why", incident_id=None, until=T0 + GOOD_FOR)


def test_a_ticket_opens_once() -> None:
    given = Tickets()
    token = given.give(MINE)
    assert given.take(token, "cam-1", "zhang", T0 + GOOD_FOR) == MINE
    assert given.take(token, "cam-1", "zhang", T0) is None


@pytest.mark.parametrize(
    ("camera_id", "login", "late"),
    [("cam-2", "zhang", timedelta()), ("cam-1", "li", timedelta()), ("cam-1", "zhang", timedelta(seconds=1))],
    ids=["another camera", "another person", "too late"],
)
def test_a_ticket_opens_nothing_else_and_is_used_up(camera_id: str, login: str, late: timedelta) -> None:
    given = Tickets()
    token = given.give(MINE)
    assert given.take(token, camera_id, login, MINE.until + late) is None
    assert given.take(token, "cam-1", "zhang", T0) is None


def test_unused_tickets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "MOST", 2)
    given = Tickets()
    first, _, last = (given.give(MINE) for _ in range(3))
    assert given.take(first, "cam-1", "zhang", T0) is None
    assert given.take(last, "cam-1", "zhang", T0) == MINE
