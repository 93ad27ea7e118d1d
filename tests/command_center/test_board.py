import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.board import Board, Change, Hole
from command_center.mailbox import ANSWERS_LIMIT, LIMIT, STUCK_S, Mailbox
from command_center.messages import Handling
from command_center.permissions import View
from command_center.rows import SignalFact, WallRow, wall_row
from contracts.incidents import IncidentState
from contracts.kinds import Severity
from tests.command_center.seeding import T0, call, incident, member, sight


def wall(number: int, revision: int = 1, **more: object) -> WallRow:
    return wall_row(incident(number, sight(number), revision=revision, **more), Handling(), {})


def secret(number: int, *, with_camera: bool = False) -> WallRow:
    """An incident of a confidential call, with a camera's observation or without."""
    words = call(number, confidential=True)
    members = [member(words, provisional=True, keeps_row=True)]
    if with_camera:
        members.append(member(sight(number)))
    fact = SignalFact(words.signal_id, Severity.LEVEL_2, True, words.content)
    return wall_row(incident(number, members=members), Handling(), {words.signal_id: fact})


def board(*rows: WallRow, seq: int = 0) -> Board:
    made = Board()
    made.load(seq, rows)
    return made


def change(made: Board, *rows: WallRow) -> None:
    made.apply([Change(made.seq + 1 + n, one.row.incident_id, T0) for n, one in enumerate(rows)], rows)


def read(message: bytes | None) -> dict[str, object]:
    assert message is not None
    found: dict[str, object] = orjson.loads(message)
    return found


def ids(message: bytes | None) -> list[tuple[str, int]]:
    incidents = read(message)["incidents"]
    assert isinstance(incidents, list)
    return [(one["incident_id"], one["revision"]) for one in incidents]


def test_a_snapshot_is_ordered_by_level_then_waiting_then_newest() -> None:
    done = wall_row(incident(4, sight(4), severity=1), Handling(state="dispatched"), {})
    made = board(wall(1, severity=3), wall(2, severity=1), wall(3, severity=1), done)
    assert [one for one, _ in ids(made.snapshot("police", T0))] == [
        "incident-3", "incident-2", "incident-4", "incident-1",
    ]  # fmt: skip


@pytest.mark.parametrize("state", [IncidentState.CLOSED, IncidentState.REJECTED, IncidentState.MERGED])
def test_what_is_over_is_told_once_and_is_not_in_the_next_snapshot(state: IncidentState) -> None:
    made = board(wall(1))
    change(made, wall(1, 2, state=state))
    assert ids(made.changes("police", 0, T0)) == [("incident-1", 2)]
    assert ids(made.snapshot("police", T0)) == []
    assert len(made) == 0


def test_changes_hold_each_incident_once_at_its_newest() -> None:
    made = board(wall(1), wall(2), seq=40)
    change(made, wall(1, 2))
    change(made, wall(2, 2))
    change(made, wall(1, 3))
    message = read(made.changes("police", 40, T0))
    assert (message["from"], message["to"]) == (41, 43)
    assert sorted(ids(made.changes("police", 40, T0))) == [("incident-1", 3), ("incident-2", 2)]
    assert ids(made.changes("police", 42, T0)) == [("incident-1", 3)]


def test_seats_at_the_same_number_share_the_very_same_bytes() -> None:
    made = board(wall(1))
    change(made, wall(1, 2))
    assert made.changes("police", 0, T0) is made.changes("police", 0, T0)


@pytest.mark.parametrize("seqs", [[43], [42, 44], [41, 41]], ids=["beyond", "inside", "twice"])
def test_a_hole_in_the_log_is_never_passed_over(seqs: list[int]) -> None:
    made = board(wall(1), seq=40)
    with pytest.raises(Hole):
        made.apply([Change(seq, "incident-1", T0) for seq in seqs], [wall(1, 2)])
    assert made.seq == 40


@pytest.mark.parametrize(("since", "known"), [(2, True), (1, False), (6, False)], ids=["last", "before", "future"])
def test_who_asks_for_more_than_the_log_holds_must_reload(since: int, known: bool) -> None:
    made = Board(log_length=3)
    made.load(0, [])
    for number in range(1, 6):
        change(made, wall(number))
    assert (made.changes("police", since, T0) is not None) == known


def test_a_closed_row_leaves_the_memory_with_the_last_number_that_names_it() -> None:
    made = Board(log_length=2)
    made.load(0, [wall(1)])
    change(made, wall(1, 2, state=IncidentState.CLOSED))
    change(made, wall(2))
    assert made.held() == 2
    change(made, wall(3))
    assert made.held() == 2


def test_a_reloaded_board_answers_for_the_stretch_of_the_log_it_was_given() -> None:
    made = Board()
    made.load(10, [wall(1, 4)], [Change(9, "incident-1", T0), Change(10, "incident-1", T0)])
    assert ids(made.changes("police", 8, T0)) == [("incident-1", 4)]
    assert made.changes("police", 7, T0) is None


def test_the_street_is_not_told_of_what_is_confidential_altogether() -> None:
    made = board(secret(1), secret(2, with_camera=True))
    street = read(made.snapshot("street", T0))["incidents"]
    assert isinstance(street, list)
    assert [one["incident_id"] for one in street] == ["incident-2"]
    assert street[0]["place_text"] == ""
    assert [one["text"] for one in street[0]["nested"]] == [""]
    police = read(made.snapshot("police", T0))["incidents"]
    assert isinstance(police, list)
    assert {one["nested"][0]["text"] for one in police} == {call().content}
    assert read(made.snapshot("none", T0))["incidents"] == []


def test_what_becomes_confidential_is_taken_off_the_street_walls() -> None:
    made = board(wall(1))
    change(made, secret(1))
    assert read(made.changes("street", 0, T0))["gone"] == ["incident-1"]
    assert "gone" not in read(made.changes("police", 0, T0))


@pytest.mark.parametrize("view", ["police", "street", "none"])
def test_no_row_carries_personal_data(view: View) -> None:
    made = board(secret(1), wall(2))
    assert b"caller" not in made.snapshot(view, T0)


@given(st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=4), max_size=12), st.data())
def test_who_drops_off_anywhere_ends_with_the_same_wall(batches: list[list[int]], data: st.DataObject) -> None:
    made = board()
    held: dict[str, int] = {}
    cursor = 0
    for revision, numbers in enumerate(batches, start=1):
        change(made, *(wall(number, revision) for number in numbers))
        if data.draw(st.booleans()):
            message = made.changes("police", cursor, T0)
            assert read(message)["from"] == cursor + 1
            held |= dict(ids(message))
            cursor = made.seq
    held |= dict(ids(made.changes("police", cursor, T0)))
    assert held == dict(ids(made.snapshot("police", T0)))


def test_a_snapshot_holds_every_open_incident_after_a_change_too() -> None:
    made = board(*(wall(number) for number in range(1_000)))
    made.snapshot("police", T0)
    change(made, wall(5, 2))
    assert len(ids(made.snapshot("police", T0))) == 1_000
    assert ("incident-5", 2) in ids(made.snapshot("police", T0))


# ── a seat's mailbox


@pytest.mark.parametrize(
    ("cursor", "state"), [(None, "waiting"), (3, "current"), (2, "behind"), (0, "behind"), (4, "lost"), (-1, "lost")]
)
def test_a_seat_is_where_its_number_says(cursor: int | None, state: str) -> None:
    made = board()
    change(made, wall(1), wall(2), wall(3))
    box = Mailbox("police")
    box.cursor = cursor
    assert box.state(made) == state


@pytest.mark.parametrize(("incidents", "state"), [(LIMIT, "behind"), (LIMIT + 1, "lost")])
def test_a_seat_too_far_behind_must_reload(incidents: int, state: str) -> None:
    made = board()
    made.apply([Change(n, f"incident-{n}", T0) for n in range(1, incidents + 1)], [])
    assert Mailbox("police", cursor=0).state(made) == state


def test_many_changes_of_few_incidents_are_not_far_behind() -> None:
    made = board()
    made.apply([Change(n, f"incident-{n % 10}", T0) for n in range(1, LIMIT + 500)], [])
    assert Mailbox("police", cursor=0).state(made) == "behind"


@pytest.mark.parametrize(
    ("readings", "verdicts"),
    [
        ([(0, 100)], ["no"]),
        ([(0, 101), (STUCK_S, 101), (STUCK_S + 0.1, 101)], ["wait", "wait", "cut"]),
        ([(0, 900), (STUCK_S, 800), (STUCK_S + 1, 700), (2 * STUCK_S, 100)], ["wait", "wait", "wait", "no"]),
    ],
    ids=["takes all", "takes nothing", "takes slowly"],
)
def test_only_a_socket_that_takes_nothing_is_cut(readings: list[tuple[float, int]], verdicts: list[str]) -> None:
    box = Mailbox("police")
    assert [box.stuck(backlog, 100, at) for at, backlog in readings] == verdicts


def test_a_slow_seat_keeps_a_bounded_number_of_answers() -> None:
    box = Mailbox("police")
    for number in range(ANSWERS_LIMIT + 10):
        box.answer(f"action-{number}", b"")
    assert len(box.answers) == ANSWERS_LIMIT
    assert "action-0" not in box.answers
