from fusion.book import Happening
from fusion.heard import Seat
from fusion.model import Calibration
from fusion.policy import Params, Regrouping
from fusion.reassociate import move
from fusion.rethink import look_around
from fusion.seating import settle
from fusion.splitting import is_scattered, try_split
from fusion.turn import Turn
from tests.fusion.scene import FITTED, Town, at, call, grid, seen

FLAME = {"event_type": "flame_detected", "sigma": 5}


def two_flames(params: Params | None = None) -> Town:
    """Two cameras' flames 120 m apart, taken for two fires."""
    town = Town(params)
    town.hear(seen("a", 0, **FLAME), seen("b", 30, north=120, camera="z", **FLAME))
    assert town.of(seen("a")).incident_id != town.of(seen("b")).incident_id
    return town


def test_a_signal_between_two_incidents_may_show_that_they_are_one() -> None:
    town = two_flames()
    one, other = town.of(seen("a")).incident_id, town.of(seen("b")).incident_id
    town.hear(seen("c", 60, north=60, camera="y", **FLAME))
    town.hear(call("d", 90, north=60, east=0, sigma=30, event_type="call_fire"))
    assert len({town.of(seen(name)).incident_id for name in "abcd"}) == 1
    kept = town.of(seen("a"))
    gone = town.incidents[({one, other} - {kept.incident_id}).pop()]
    assert gone.merged_into == kept.incident_id
    assert gone.incident_id in kept.redirects
    [moved] = [decision for decision in town.decisions if decision.moved_from is not None]
    assert (moved.moved_from, moved.incident_id) == (gone.incident_id, kept.incident_id)
    assert moved.constraints == ("machine:regrouped",)
    assert moved.p >= 0.9


def test_what_a_person_judged_is_never_regrouped() -> None:
    town = two_flames()
    town.act("confirm", town.of(seen("a")))
    town.act("confirm", town.of(seen("b")))
    town.hear(seen("c", 60, north=60, camera="y", **FLAME))
    town.hear(call("d", 90, north=60, east=0, sigma=30, event_type="call_fire"))
    assert not [decision for decision in town.decisions if decision.moved_from is not None]


def test_regrouping_can_be_turned_off() -> None:
    town = two_flames(Params(model=FITTED, regrouping=Regrouping(most=0)))
    town.hear(seen("c", 60, north=60, camera="y", **FLAME))
    town.hear(call("d", 90, north=60, east=0, sigma=30, event_type="call_fire"))
    assert not [decision for decision in town.decisions if decision.moved_from is not None]


def in_doubt(params: Params | None = None) -> Town:
    """Two crashes' calls 280 m apart, and a grid report in the middle that may be of either."""
    town = Town(params)
    words = ("红色轿车", "消防栓")
    town.hear(call("p", 0, north=0, east=0, sigma=40, event_type="call_traffic"))
    town.hear(call("q", 60, north=280, east=0, sigma=40, event_type="call_traffic", words=words))
    town.hear(grid("m", 300, north=140, east=0, sigma=15, kind="traffic_accident"))
    return town


def test_a_decision_in_doubt_is_looked_at_again_and_the_move_is_a_decision_of_its_own() -> None:
    town = in_doubt()
    doubtful = [name for name, heard in town.state.book.signals.items() if heard.incident
                and town.state.book.incidents[heard.incident].seats[name].ambiguous]  # fmt: skip
    assert doubtful
    assert all(name in town.state.ambiguous for name in doubtful)
    crash = {"event_type": "traffic_accident_suspected", "sigma": 5, "received_at": at(330)}
    town.hear(seen("s", 120, north=275, **crash), seen("s2", 130, north=283, camera="k", **crash))
    moved = [decision for decision in town.decisions if decision.moved_from is not None]
    assert moved
    for decision in moved:
        assert decision.moved_from in town.incidents
        assert "machine:regrouped" in decision.constraints
        member = next(
            m for m in town.incidents[decision.incident_id or ""].signals if m.signal_id == decision.signal_id
        )
        assert member.provisional is (decision.chosen == "provisional")
        assert member.sentence_zh


def test_silence_settles_what_is_in_doubt() -> None:
    town = in_doubt()
    town.wait(3700)
    assert not any(
        seat.ambiguous for incident in town.state.book.incidents.values() for seat in incident.seats.values()
    )
    assert all(name not in town.state.ambiguous for name in town.state.book.signals)


def thrown_together() -> tuple[Town, Happening]:
    """Two crowds 200 m apart in one incident, as if the machine had once been wrong."""
    town = Town()
    crowd = [seen(f"a{n}", 10 * n, north=n, camera=f"a{n}") for n in range(4)]
    other = [seen(f"b{n}", 10 * n + 5, north=200 + n, camera=f"b{n}") for n in range(3)]
    town.hear(*crowd, *other)
    incident = town.state.book.incidents[town.of(crowd[0]).incident_id]
    turn = Turn(town.state, town.state.book.position, 1e9)
    for signal in other:
        move(turn, town.state.book.signals[signal.signal_id], incident, why="test", seat=Seat(revision=0))
    settle(turn)
    return town, incident


def test_an_incident_that_lies_too_wide_is_parted_where_it_is_likelier() -> None:
    town, incident = thrown_together()
    assert is_scattered(town.state, incident)
    turn = Turn(town.state, town.state.book.position, 1e9)
    assert try_split(turn, incident)
    assert sorted(incident.seats) == ["a0", "a1", "a2", "a3"]
    assert [decision.constraints for decision in turn.decisions] == [("machine:split",)] * 3
    assert {decision.moved_from for decision in turn.decisions} == {incident.incident_id}
    assert turn.decisions[0].chosen == "new"


def test_what_a_person_put_together_is_not_parted() -> None:
    town, incident = thrown_together()
    incident.judged = 1
    assert not try_split(Turn(town.state, town.state.book.position, 1e9), incident)


def test_an_incident_that_falls_silent_looks_around_and_what_is_one_by_all_that_is_known_is_merged() -> None:
    town = two_flames()
    one, other = town.of(seen("a")), town.of(seen("b"))
    incident = town.state.book.incidents[other.incident_id]
    turn = Turn(town.state, town.state.book.position, town.now.timestamp())
    assert not look_around(turn, incident)
    town.state.take_params(
        Params(model=FITTED.model_copy(update={"calibration": {"camera": Calibration(offset=20.0)}}))
    )
    assert look_around(turn, incident)
    assert incident.merged_into == one.incident_id
    assert turn.decisions[0].moved_from == other.incident_id


def test_a_merge_by_the_machine_is_no_news() -> None:
    town = two_flames()
    town.hear(seen("c", 60, north=60, camera="y", **FLAME))
    heard_at = town.state.book.incidents[town.of(seen("c")).incident_id].heard_at
    assert heard_at == at(61).timestamp()
