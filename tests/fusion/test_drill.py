"""演练 and the real live side by side in one district and never touch: not by the machine, not by a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.signals import Signal
from fusion.related import relations
from tests.fusion.scene import Town, call, dispute, grid, seen
from tests.fusion.test_crossing import EAST, WEST, Border, cession, members

DRILL_AND_REAL = [(True, False), (False, True)]


@pytest.mark.parametrize(("first", "second"), DRILL_AND_REAL, ids=["drill first", "real first"])
def test_the_same_place_and_minute_do_not_join_them(first: bool, second: bool) -> None:
    town = Town()
    town.hear(seen("a", exercise=first))
    decision = town.hear(call("b", 30, north=0, east=0, event_type="call_crowd", exercise=second))
    assert decision.chosen == "new"
    assert decision.candidates == ()


@pytest.mark.parametrize("action", ["merge", "move", "link"])
@pytest.mark.parametrize(("first", "second"), DRILL_AND_REAL, ids=["drill into real", "real into drill"])
def test_no_person_can_put_them_together(action: str, first: bool, second: bool) -> None:
    town = Town()
    town.hear(dispute("item", exercise=first))
    town.hear(seen("a", exercise=first), seen("b", 30, exercise=second))
    one, other = town.of(seen("a")), town.of(seen("b"))
    arguments = {
        "merge": {"other": other.incident_id}, "move": {"signal_id": "a", "to": other.incident_id},
        "link": {"signal_id": "item"},
    }[action]  # fmt: skip
    answer = town.act(action, other if action == "link" else one, **arguments)
    assert not answer.accepted
    assert "演练" in answer.why
    assert town.now_of(one).revision == town.now_of(other).revision == 1


def test_a_dead_camera_of_a_drill_says_nothing_of_the_real_and_is_another_fault() -> None:
    town = Town()
    town.hear(seen("crowd", exercise=False), seen("also", 5, event_type="crowd_gathering", exercise=True))
    town.hear(seen("down", 60, event_type="camera_offline", camera="c", exercise=True))
    assert town.of(seen("crowd")).annotations == ()
    assert len(town.of(seen("also")).annotations) == 1
    town.hear(seen("really", 70, event_type="camera_offline", camera="c", exercise=False))
    assert town.of(seen("really")).incident_id != town.of(seen("down")).incident_id


def test_no_dispute_of_a_drill_is_suggested_to_the_real() -> None:
    town = Town()
    town.hear(dispute("item", exercise=True))
    town.hear(call("a", 0, event_type="call_dispute", exercise=False))
    assert town.of(call("a")).suggested_links == ()


def test_the_words_of_a_drill_are_not_usual_in_the_real_and_count_while_there_is_nothing_else() -> None:
    town = Town()
    town.hear(call("drill", 0, words=("红色轿车",), exercise=True))
    assert town.state.book.rarity == {"红色轿车": 1}
    town.hear(call("real", 9000, words=("蓝色货车",), exercise=False))
    town.hear(call("more", 9500, words=("红色轿车",), exercise=True))
    assert town.state.book.rarity == {"蓝色货车": 1}


def test_a_storm_of_a_drill_does_not_swallow_what_the_same_camera_really_sees() -> None:
    town = Town()
    for number in range(40):
        town.hear(seen(f"drill-{number}", number / 10, camera="c", exercise=True))
    assert town.hear(seen("real", 5, camera="c", exercise=False)).chosen == "new"


def test_what_turns_out_to_be_of_a_drill_leaves_the_real_and_the_other_way_round() -> None:
    for first in (True, False):
        town = Town()
        town.hear(seen("a", exercise=first), call("b", 30, north=0, east=0, event_type="call_crowd", exercise=first))
        together = town.of(seen("a"))
        assert town.of(call("b")).incident_id == together.incident_id
        again = call("b", 30, north=0, east=0, event_type="call_crowd", exercise=not first, update=1)
        decision = town.hear(again)
        assert (decision.chosen, decision.constraints) == ("new", ("odd:exercise_changed",))
        assert town.of(call("b")).exercise is not first
        assert [one.signal_id for one in town.now_of(together).signals] == ["a"]
        assert town.now_of(together).exercise is first


def test_one_that_is_alone_changes_sides_where_it_is_and_its_ties_are_gone() -> None:
    town = Town()
    town.hear(seen("a", exercise=False), seen("b", 400, north=200, exercise=False))
    assert town.of(seen("b")).relations
    was = town.of(seen("b"))
    town.hear(seen("b", 400, north=200, exercise=True, update=1))
    now = town.of(seen("b"))
    assert (now.incident_id, now.exercise, now.relations) == (was.incident_id, True, ())


def test_a_tie_to_what_changed_sides_afterwards_is_told_no_more() -> None:
    town = Town()
    town.hear(seen("a", exercise=False), seen("b", 400, north=200, exercise=False))
    newer = town.state.book.incidents[town.of(seen("b")).incident_id]
    assert relations(town.state, newer)
    town.hear(seen("a", exercise=True, update=1))
    assert relations(town.state, newer) == ()


def test_a_signal_that_turns_out_to_be_of_a_drill_leaves_the_real_beyond_the_border_too() -> None:
    border = Border()
    east = border.hear(seen(exercise=False))
    west = border.hear(seen("cam-2", district=WEST, exercise=False))
    border.merge(east, west)
    border.hear(seen("cam-2", 5, district=WEST, update=1, exercise=True))
    border.deliver()
    left = border.incident(east.incident_id)
    assert (members(left), left.exercise) == (["cam-1"], False)
    [made] = [one for one in border.towns[EAST].incidents.values() if members(one) == ["cam-2"]]
    assert made.exercise
    assert "odd:exercise_changed" in border.towns[EAST].decisions[-1].constraints


def test_what_crosses_while_its_place_turns_out_to_be_of_a_drill_founds_an_incident_of_its_own() -> None:
    border = Border()
    east, west = border.hear(seen(exercise=False)), border.hear(call(district=WEST, exercise=False))
    border.post(cession(east, west))
    border.hear(seen(exercise=True, update=1))
    border.deliver()
    [made] = [one for one in border.towns[EAST].incidents.values() if members(one) == ["call-1"]]
    assert not made.exercise
    assert border.incident(east.incident_id).exercise


@given(st.lists(st.tuples(st.sampled_from(["seen", "call", "grid"]), st.booleans(), st.integers(0, 20)), max_size=14))
def test_whatever_is_heard_no_incident_holds_both(what: list[tuple[str, bool, int]]) -> None:
    town, sides = Town(), {}
    for number, (source, drill, minute) in enumerate(what):
        make = {"seen": seen, "call": call, "grid": grid}[source]
        signal: Signal = make(f"s{number}", minute * 60, north=5.0 * number, exercise=drill)
        sides[signal.signal_id] = drill
        town.hear(signal)
    for incident in town.incidents.values():
        assert {sides[one.signal_id] for one in incident.signals} <= {incident.exercise}
        for tie in incident.relations:
            assert town.incidents[tie.incident_id].exercise == incident.exercise


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["seen", "call", "grid"]), st.booleans(), st.integers(0, 20), st.none() | st.booleans()
        ),
        max_size=14,
    )
)
def test_whatever_changes_sides_no_incident_holds_both(
    what: list[tuple[str, bool, int, bool | None]],
) -> None:
    town, sides = Town(), {}
    for number, (source, drill, minute, afterwards) in enumerate(what):
        make = {"seen": seen, "call": call, "grid": grid}[source]
        for update, side in enumerate((drill, afterwards)):
            if side is not None:
                signal: Signal = make(f"s{number}", minute * 60, north=5.0 * number, exercise=side, update=update)
                sides[signal.signal_id] = side
                town.hear(signal)
    for incident in town.incidents.values():
        assert {sides[one.signal_id] for one in incident.signals} <= {incident.exercise}
    for happening in town.state.book.incidents.values():
        for tie in relations(town.state, happening):
            assert town.incidents[tie.incident_id].exercise is town.incidents[happening.incident_id].exercise
