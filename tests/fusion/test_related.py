"""Ties between incidents of one situation: told, never merged by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.incidents import Incident
from contracts.signals import Signal
from fusion.related import NEAR_REPEAT_M
from fusion.state import load_state
from tests.fusion.scene import Town, call, grid, seen

MINUTE = 60.0


def accident(**more: object) -> Signal:
    return call("accident", 0, event_type="call_traffic", sigma=20, **({"north": 0, "east": 0} | more))  # type: ignore[arg-type]


def jam(t: float = 12 * MINUTE, **more: object) -> Signal:
    return seen("jam", t, event_type="traffic_congestion", **({"north": 180} | more))  # type: ignore[arg-type]


def told(*signals: Signal) -> tuple[Town, list[Incident]]:
    """The incidents of these signals, in their order."""
    town = Town()
    town.hear(*signals)
    return town, [town.of(signal) for signal in signals]


def ties(incident: Incident) -> list[tuple[str, str]]:
    return [(one.relation, one.incident_id) for one in incident.relations]


def test_congestion_after_an_accident_is_tied_to_it_and_stays_an_incident_of_its_own() -> None:
    _, (cause, effect) = told(accident(), jam())
    assert cause.incident_id != effect.incident_id
    assert ties(effect) == [("effect_of", cause.incident_id)]
    assert effect.related == (cause.incident_id,)
    (tie,) = effect.relations
    assert (tie.distance_m, tie.lag_s) == (pytest.approx(180, abs=1), 12 * MINUTE)
    assert tie.zh == "可能由交通事故引起：晚 12 分钟，相距 180 米"
    assert tie.en == "may come of traffic accident: 12 min later, 180 m away"


def test_the_older_incident_gets_no_revision_by_it() -> None:
    town, (cause, _) = told(accident(), jam())
    assert town.now_of(cause).revision == 1
    assert ties(town.now_of(cause)) == []


def test_a_cause_that_is_told_later_is_tied_from_its_own_side() -> None:
    _, (effect, cause) = told(jam(0, north=0), accident(north=200, observed_at=jam(0).observed_at))
    assert ties(cause) == [("cause_of", effect.incident_id)]


@pytest.mark.parametrize(
    ("second", "tied"),
    [
        (jam(north=495), True), (jam(north=510), False), (jam(59 * MINUTE), True), (jam(62 * MINUTE), False),
        (jam(exercise=False), False), (seen("x", 12 * MINUTE, north=180, event_type="exposed_garbage"), False),
        (seen("x", 12 * MINUTE, north=180, event_type="camera_offline"), False),
    ],
    ids=["near", "too far", "in time", "too late", "a real one beside a drill", "no cause of it", "a dead camera"],
)  # fmt: skip
def test_a_tie_needs_place_time_kind_and_the_same_side_of_the_drill(second: Signal, tied: bool) -> None:
    _, (_, effect) = told(accident(), second)
    assert bool(effect.relations) is tied


def test_the_same_kind_again_close_by_is_a_near_repeat() -> None:
    first = seen("a", 0, event_type="suspected_fight")
    _, (one, other) = told(first, seen("b", 80 * MINUTE, north=200, event_type="suspected_fight"))
    assert ties(other) == [("near_repeat", one.incident_id)]


@pytest.mark.parametrize(
    ("event_type", "hours", "tied"),
    [("exposed_garbage", 20, True), ("suspected_fight", 1.9, True), ("suspected_fight", 2.1, False)],
)
def test_what_lasts_repeats_over_a_day_what_flares_up_over_two_hours(event_type: str, hours: float, tied: bool) -> None:
    first = grid("a", 0, event_type="grid_city_appearance") if tied and hours > 2 else seen("a", event_type=event_type)
    _, (_, other) = told(first, seen("b", hours * 3600, north=250, event_type=event_type))
    assert bool(other.relations) is tied


def test_what_goes_on_after_a_person_closed_it_is_a_follow_up() -> None:
    town = Town()
    town.hear(seen("a"))
    first = town.of(seen("a"))
    town.act("close", first)
    town.hear(seen("b", 420, north=5))
    after = town.of(seen("b"))
    assert ties(after) == [("follow_up", first.incident_id)]
    assert after.related == (first.incident_id,)


def test_a_tie_follows_a_merge_and_ends_in_no_tie_to_itself() -> None:
    town, (cause, effect) = told(accident(), jam())
    town.hear(other := call("other", 90, event_type="call_traffic", sigma=20, north=400, east=0))
    assert town.act("merge", town.of(other), other=cause.incident_id).accepted
    survivor = next(one for one in (town.now_of(cause), town.of(other)) if one.merged_into is None)
    town.hear(jam(update=1, received_at=town.now))
    assert [name for _, name in ties(town.now_of(effect))] == [survivor.incident_id]
    assert town.act("merge", town.now_of(effect), other=survivor.incident_id).accepted
    joined = town.of(jam())
    assert joined.incident_id not in joined.related


def test_what_a_person_rejected_is_the_cause_of_nothing() -> None:
    town = Town()
    town.hear(accident())
    town.act("dismiss", town.of(accident()), reason="误报，现场无异常")
    town.hear(jam())
    assert "effect_of" not in {relation for relation, _ in ties(town.of(jam()))}


def test_ties_survive_a_restart() -> None:
    town, (_, effect) = told(accident(), jam())
    town.state = load_state(town.state.dump())
    town.hear(jam(update=1, received_at=town.now))
    assert ties(town.now_of(effect)) == ties(effect)


@given(st.lists(st.tuples(st.floats(-600, 600), st.floats(-600, 600), st.integers(0, 90)), min_size=2, max_size=6))
def test_every_tie_is_within_reach_and_to_an_incident_that_is_there(spots: list[tuple[float, float, int]]) -> None:
    town = Town()
    for number, (north, east, minute) in enumerate(sorted(spots, key=lambda spot: spot[2])):
        town.hear(seen(f"s{number}", minute * 60.0, north=north, east=east, event_type="suspected_fight"))
    for incident in town.incidents.values():
        for tie in incident.relations:
            assert tie.incident_id in town.incidents
            assert tie.incident_id != incident.incident_id
            assert tie.distance_m <= NEAR_REPEAT_M
            assert town.incidents[tie.incident_id].exercise == incident.exercise
