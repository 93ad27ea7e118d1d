import pytest

from contracts.geo import distance_between
from contracts.incidents import Incident, IncidentState
from contracts.kinds import Kind
from fusion.state import load_state
from tests.fusion.scene import Town, call, dispute, grid, petition, place, seen


def square() -> tuple[Town, Incident]:
    town = Town()
    town.hear(seen(), call(sigma=150), grid())
    return town, town.of(seen())


def two() -> tuple[Town, Incident, Incident]:
    town = Town()
    far = call("far", 60, north=800)
    town.hear(seen(), far)
    return town, town.of(seen()), town.of(far)


def belief(town: Town) -> dict[str, object]:
    """What people see, less numbers that only grow."""
    shown = {}
    for name, incident in town.incidents.items():
        if incident.merged_into is None:
            shown[name] = incident.model_dump(exclude={"revision", "decided_at", "resounds", "redirects"})
            shown[name]["signals"] = sorted(map(str, shown[name]["signals"]))
            shown[name]["event_types"] = sorted(incident.event_types)
    return shown


def undo(town: Town, incident: Incident, number: int = 1) -> None:
    result = town.act("undo", incident, action_id=f"act-{number}")
    assert result.accepted, result.why
    assert load_state(town.state.dump()).dump() == town.state.dump()


ONE_INCIDENT = [
    pytest.param("confirm", {}, id="confirm"),
    pytest.param("confirm", {"kind": "violence"}, id="confirm as another kind"),
    pytest.param("dismiss", {"reason": "误检"}, id="dismiss"),
    pytest.param("close", {}, id="close"),
    pytest.param("split", {"signal_ids": ["grid-1"]}, id="split"),
    pytest.param("accept", {"signal_id": "call-1"}, id="accept"),
    pytest.param("refuse", {"signal_id": "call-1"}, id="refuse"),
    pytest.param("relocate", {"lat": 34.33, "lon": 118.01}, id="relocate"),
    pytest.param("set_severity", {"severity": 1}, id="set the severity"),
]


@pytest.mark.parametrize(("action", "arguments"), ONE_INCIDENT)
def test_what_an_action_does_undo_takes_back(action: str, arguments: dict[str, object]) -> None:
    town, incident = square()
    before = belief(town)
    result = town.act(action, incident, **arguments)
    assert result.accepted, result.why
    assert belief(town) != before
    undo(town, incident)
    assert belief(town) == before


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        pytest.param("merge", "other", id="merge"),
        pytest.param("never_merge", "other", id="never merge"),
        pytest.param("move", "to", id="move"),
    ],
)
def test_what_an_action_on_two_does_undo_takes_back(action: str, argument: str) -> None:
    town, one, other = two()
    before = belief(town)
    more = {"signal_id": "cam-1"} if action == "move" else {}
    result = town.act(action, one, **{argument: other.incident_id}, **more)
    assert result.accepted, result.why
    assert belief(town) != before
    undo(town, one)
    assert belief(town) == before


def test_a_confirmed_incident_is_confirmed_with_its_kind() -> None:
    town, incident = square()
    town.act("confirm", incident, kind="violence")
    now = town.now_of(incident)
    assert (now.state, now.kind) == (IncidentState.CONFIRMED, Kind.VIOLENCE)


def test_not_real_is_a_dismissal() -> None:
    town, incident = square()
    assert not town.act("confirm", incident, real=False).accepted
    assert town.act("confirm", incident, real=False, reason="演练").accepted
    assert town.now_of(incident).state is IncidentState.REJECTED


@pytest.mark.parametrize("action", ["dismiss", "close"])
def test_an_incident_closed_by_a_person_swallows_nothing(action: str) -> None:
    town, incident = square()
    town.act(action, incident, reason="已处理")
    decision = town.hear(seen("cam-2", 420, north=5))
    assert decision.chosen == "new"
    assert decision.constraints == (f"closed_by_person:{incident.incident_id}",)
    assert town.of(seen("cam-2")).related == (incident.incident_id,)


def test_a_merged_incident_leads_on() -> None:
    town, one, other = two()
    result = town.act("merge", one, other=other.incident_id)
    assert result.accepted
    assert town.now_of(one).redirects == (other.incident_id,)
    assert town.now_of(other).state is IncidentState.MERGED
    assert town.now_of(other).merged_into == one.incident_id
    assert town.now_of(one).sources == {"camera": 1, "police_110": 1}
    assert all(member.joined_by == "person" for member in town.now_of(one).signals[1:])
    refused = town.act("confirm", other)
    assert not refused.accepted
    assert one.label in refused.why


def test_undoing_a_merge_leaves_later_signals_where_they_came() -> None:
    town, one, other = two()
    town.act("merge", one, other=other.incident_id)
    late = seen("cam-2", 100, north=5)
    assert town.hear(late).incident_id == one.incident_id
    undo(town, one)
    assert town.of(late).incident_id == one.incident_id
    assert town.of(call("far")).incident_id == other.incident_id
    assert town.now_of(one).redirects == ()
    assert town.now_of(other).merged_into is None


def test_a_split_makes_an_incident_that_only_a_person_merges_again() -> None:
    town, incident = square()
    result = town.act("split", incident, signal_ids=["grid-1", "call-1"])
    [made] = result.created
    assert town.incidents[made].sources == {"grid": 1, "police_110": 1}
    assert town.incidents[made].never_with == (incident.incident_id,)
    assert town.act("merge", incident, other=made).accepted
    assert town.now_of(incident).never_with == ()
    undo(town, incident, 2)
    assert town.incidents[made].never_with == (incident.incident_id,)


def test_what_a_person_said_is_never_the_same_stays_apart() -> None:
    town, one, other = two()
    assert town.act("never_merge", one, other=other.incident_id).accepted
    assert "不是同一事件" in town.act("merge", one, other=other.incident_id).why


def test_a_refused_signal_gets_an_incident_of_its_own_and_stays_away() -> None:
    town, incident = square()
    result = town.act("refuse", incident, signal_id="call-1")
    [made] = result.created
    assert town.of(call()).incident_id == made
    town.hear(call(update=1, sigma=150))
    assert town.of(call()).incident_id == made


def test_an_accepted_signal_no_longer_waits() -> None:
    town, incident = square()
    assert incident.signals[1].keeps_row
    town.act("accept", incident, signal_id="call-1")
    member = town.now_of(incident).signals[1]
    assert (member.provisional, member.keeps_row) == (False, False)
    assert member.terms == incident.signals[1].terms
    assert not town.act("accept", incident, signal_id="call-1").accepted


def test_moving_the_last_signal_leads_on() -> None:
    town, one, other = two()
    town.act("move", one, signal_id="cam-1", to=other.incident_id)
    assert town.now_of(one).merged_into == other.incident_id
    assert town.now_of(other).redirects == (one.incident_id,)


def test_relocating_moves_the_place_and_later_signals_are_weighed_there() -> None:
    town, incident = square()
    there = place(500, 0, 10)
    town.act("relocate", incident, lat=there.lat, lon=there.lon)
    now = town.now_of(incident).place
    assert distance_between(now.lat, now.lon, there.lat, there.lon) < 0.1
    assert town.hear(seen("cam-2", 420, north=500)).incident_id == incident.incident_id


def test_a_person_s_severity_holds_until_something_graver_comes() -> None:
    town, incident = square()
    town.act("set_severity", incident, severity=4)
    assert town.now_of(incident).severity == 4
    town.hear(seen("cam-2", 400, severity=4))
    assert town.now_of(incident).severity == 4
    town.hear(seen("cam-3", 410, severity=1))
    assert town.now_of(incident).severity == 1


def test_people_link_petitions_and_disputes() -> None:
    town, incident = square()
    town.hear(petition(), dispute(north=5000))
    for item in ("petition-1", "dispute-1"):
        assert town.act("link", incident, signal_id=item).accepted
    links = town.now_of(incident).suggested_links
    assert [(link.item_no, link.source, link.linked) for link in links] == [
        ("petition-1", "petition", True), ("dispute-1", "dispute", True),
    ]  # fmt: skip
    undo(town, incident, 2)
    assert len(town.now_of(incident).suggested_links) == 1


REFUSED = [
    pytest.param("dismiss", {}, id="a dismissal without a reason"),
    pytest.param("confirm", {"kind": "ufo"}, id="a kind that does not exist"),
    pytest.param("merge", {"other": "nobody"}, id="a merge with what is not there"),
    pytest.param("merge", {}, id="a merge with nothing"),
    pytest.param("merge", {"other": "itself"}, id="a merge with itself"),
    pytest.param("split", {"signal_ids": []}, id="a split of nothing"),
    pytest.param("split", {"signal_ids": ["cam-1", "call-1", "grid-1"]}, id="a split of everything"),
    pytest.param("split", {"signal_ids": ["stranger"]}, id="a split of a stranger"),
    pytest.param("move", {"signal_id": "cam-1", "to": "itself"}, id="a move to where it is"),
    pytest.param("link", {"signal_id": "cam-1"}, id="a link with a signal"),
    pytest.param("accept", {"signal_id": "cam-1"}, id="accepting what does not wait"),
    pytest.param("relocate", {"lat": 91.0, "lon": 118.0}, id="a place off the earth"),
    pytest.param("relocate", {"lat": "north"}, id="a place in words"),
    pytest.param("set_severity", {"severity": 5}, id="a level 5"),
    pytest.param("set_severity", {"severity": True}, id="a level that is no number"),
    pytest.param("undo", {"action_id": "never done"}, id="undoing what was not done"),
    pytest.param("never_merge", {"other": "itself"}, id="never with itself"),
]


@pytest.mark.parametrize(("action", "arguments"), REFUSED)
def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(action: str, arguments: dict[str, object]) -> None:
    town, incident = square()
    arguments = {name: incident.incident_id if value == "itself" else value for name, value in arguments.items()}
    before = town.state.book.incidents[incident.incident_id].revision
    result = town.act(action, incident, **arguments)
    assert not result.accepted
    assert " · " in result.why
    assert town.state.book.incidents[incident.incident_id].revision == before == result.revision


def test_the_same_action_twice_is_done_once() -> None:
    town, incident = square()
    action = town.action("close", incident.incident_id, incident.revision)
    assert town.do(action).accepted
    assert town.do(action).accepted
    assert town.now_of(incident).revision == incident.revision + 1


def test_an_undo_is_done_once_and_is_not_undone() -> None:
    town, incident = square()
    town.act("confirm", incident)
    undo(town, incident)
    assert "已撤销" in town.act("undo", incident, action_id="act-1").why
    assert "不能再撤销" in town.act("undo", incident, action_id="act-2").why


def test_a_later_change_is_undone_first() -> None:
    town, incident = square()
    town.act("set_severity", incident, severity=3)
    town.act("set_severity", incident, severity=4)
    assert "先撤销后一步" in town.act("undo", incident, action_id="act-1").why
    undo(town, incident, 2)
    undo(town, incident, 1)
    assert town.now_of(incident).severity == 2


def test_signals_that_joined_since_do_not_stale_a_confirmation_but_a_dismissal() -> None:
    town, incident = square()
    town.hear(seen("cam-2", 400, north=4))
    assert "此后又有 1 条信号并入" in town.act("dismiss", incident, revision=incident.revision, reason="误检").why
    assert town.act("confirm", incident, revision=incident.revision).accepted


def test_an_action_after_another_person_s_is_refused() -> None:
    town, incident = square()
    town.act("set_severity", incident, severity=3)
    assert "他人已先一步处理" in town.act("confirm", incident, revision=incident.revision).why
