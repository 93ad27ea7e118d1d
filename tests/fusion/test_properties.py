import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.geo import offset
from contracts.kinds import EVENT_TYPES
from contracts.signals import SIGNAL, Signal
from fusion.engine import JournalRecord, Outputs, Tick, step
from fusion.heard import hear, project, unproject
from fusion.policy import Params
from fusion.scoring import total
from fusion.state import State, load_state, new_state
from fusion.tally import rebuild
from fusion.terms.space import space_term
from tests.fusion.scene import DISTRICT, SQUARE, Town, at, call, dispute, grid, seen

CAMERA = st.sampled_from(["crowd_gathering", "suspected_fight", "illegal_parking", "smoke_detected", "camera_offline"])
CALLS = st.sampled_from(["call_public_order", "call_crowd", "call_traffic", "call_fire", "call_dispute", "call_other"])
GRIDS = st.sampled_from(["grid_emergency", "grid_street_order", "hotline_request"])
METRES = st.floats(-400, 400)
SECONDS = st.floats(0, 7200)
WORDS = st.lists(st.sampled_from(["红色轿车", "争吵", "东门", "浓烟"]), max_size=3).map(tuple)


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    number, t = draw(st.integers(0, 30)), draw(SECONDS)
    where: dict[str, Any] = {"north": draw(METRES), "east": draw(METRES)}
    more: dict[str, Any] = {"words": draw(WORDS), "update": draw(st.integers(0, 2))}
    match draw(st.sampled_from(["camera", "call", "grid", "dispute"])):
        case "camera":
            ended = draw(st.none() | st.just(at(t + 60)))
            return seen(f"cam-{number}", t, event_type=draw(CAMERA), camera=f"c{number % 5}", ended_at=ended, **where,
                        **more)  # fmt: skip
        case "call":
            main = draw(st.none() | st.integers(0, 30).map(lambda n: f"call-{n}"))
            return call(f"call-{number}", t, event_type=draw(CALLS), sigma=draw(st.floats(5, 300)), main_call_no=main,
                        **where, **more)  # fmt: skip
        case "grid":
            return grid(f"grid-{number}", t, event_type=draw(GRIDS), **where, **more)
    return dispute(f"dispute-{number}", t, **where)


DAY = st.lists(signals() | st.just(Tick()), min_size=1, max_size=40)


def run(day: list[Signal | Tick], state: State | None = None) -> tuple[State, list[Outputs]]:
    state = state or new_state(DISTRICT, Params())
    outputs = []
    for body in day:
        position = state.book.position + 1
        state, made = step(state, JournalRecord(position, at(position * 400), body))
        outputs.append(made)
    return state, outputs


@given(DAY)
@settings(max_examples=80, deadline=None)
def test_the_terms_sum_to_the_score_and_the_probabilities_to_one_at_most(day: list[Signal | Tick]) -> None:
    for outputs in run(day)[1]:
        for decision in outputs.decisions:
            for candidate in decision.candidates:
                assert candidate.score == total(candidate.terms) == round(math.fsum(candidate.terms.values()), 6)
            assert sum(candidate.p for candidate in decision.candidates) <= 1.00001


@given(DAY, st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_wherever_a_state_is_stored_and_read_again_the_bytes_are_the_same(day: list[Signal | Tick], cut: int) -> None:
    whole, told = run(day)
    half, told_before = run(day[:cut])
    again, told_after = run(day[cut:], load_state(half.dump()))
    assert again.dump() == whole.dump()
    assert [*told_before, *told_after] == told
    assert load_state(whole.dump()).dump() == whole.dump()


@given(DAY)
@settings(max_examples=60, deadline=None)
def test_each_signal_sits_in_one_incident_and_counts_once(day: list[Signal | Tick]) -> None:
    state, _ = run(day)
    seats = [name for incident in state.book.incidents.values() for name in incident.seats]
    assert len(seats) == len(set(seats))
    for name, heard in state.book.signals.items():
        if heard.source == "dispute":
            assert heard.incident is None
        else:
            assert heard.incident is not None
            assert name in state.book.incidents[heard.incident].seats
    for incident in state.book.incidents.values():
        assert math.fsum(incident.tally.sources.values()) == len(incident.seats)


@given(DAY)
@settings(max_examples=60, deadline=None)
def test_the_running_statistics_are_those_of_the_members(day: list[Signal | Tick]) -> None:
    state, _ = run(day)
    for incident in state.book.incidents.values():
        again = rebuild(((member, seat.outlier) for member, seat in state.members(incident)), state.book.params)
        assert math.isclose(again.precision, incident.tally.precision, rel_tol=1e-9)
        assert math.isclose(again.east, incident.tally.east, rel_tol=1e-6, abs_tol=1e-6)
        assert (again.first, again.last) == (incident.tally.first, incident.tally.last)
        assert (again.kinds, again.words, again.sources) == (
            incident.tally.kinds, incident.tally.words, incident.tally.sources,
        )  # fmt: skip


@given(DAY)
@settings(max_examples=40, deadline=None)
def test_the_same_records_twice_change_nothing(day: list[Signal | Tick]) -> None:
    state, _ = run(day)
    incidents = {name: incident.revision for name, incident in state.book.incidents.items()}
    for body in day:
        if not isinstance(body, Tick) and state.book.signals[body.signal_id].update >= body.update:
            state, outputs = run([body], state)
            assert [decision.chosen for decision in outputs[0].decisions] == ["duplicate"]
    assert {name: incident.revision for name, incident in state.book.incidents.items()} == incidents


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", "老王", "13800000000"]))
@settings(max_examples=40, deadline=None)
def test_what_was_said_and_by_whom_never_matters(content: str, address: str, caller: str) -> None:
    raw = call().model_dump(mode="json")
    plain = SIGNAL.validate_python(raw)
    told = SIGNAL.validate_python(
        raw
        | {"content": content, "address": address, "caller": {"name": caller, "phone": caller}, "caller_name": caller}
    )
    one, other = Town(), Town()
    assert one.hear(seen(), plain) == other.hear(seen(), told)
    assert one.state.dump() == other.state.dump()


@given(st.floats(0, 5000), st.floats(0, 5000), st.floats(10, 1e5), st.floats(0.001, 0.2))
def test_the_space_term_falls_with_the_distance(near: float, far: float, variance: float, gross: float) -> None:
    model = Params().model
    near, far = sorted((near, far))
    assert space_term(near, variance, gross, model).nats >= space_term(far, variance, gross, model).nats


@given(METRES, METRES)
def test_metres_and_degrees_agree(north: float, east: float) -> None:
    origin = (SQUARE.lat, SQUARE.lon)
    point = offset(SQUARE, north_m=north, east_m=east)
    x, y = project(point.lat, point.lon, origin)
    assert math.isclose(x, east, abs_tol=0.02)
    assert math.isclose(y, north, abs_tol=0.02)
    lat, lon = unproject(x, y, origin)
    assert math.isclose(lat, point.lat, abs_tol=1e-9)
    assert math.isclose(lon, point.lon, abs_tol=1e-9)


@given(DAY)
@settings(max_examples=40, deadline=None)
def test_a_call_never_joins_a_call_for_good_by_the_machine(day: list[Signal | Tick]) -> None:
    for outputs in run([body for body in day if isinstance(body, Tick) or not getattr(body, "main_call_no", None)])[1]:
        for incident in outputs.incidents:
            sure = [m for m in incident.signals if m.source == "police_110" and not m.provisional]
            assert len(sure) <= 1


def test_every_event_type_that_can_arrive_can_be_weighed() -> None:
    town = Town()
    for number, name in enumerate(EVENT_TYPES):
        town.hear(seen(f"cam-{number}", number, event_type=name))
    assert town.state.book.position == len(EVENT_TYPES)


def test_a_place_of_endless_uncertainty_is_heard() -> None:
    heard = hear(seen(sigma=1e300), (SQUARE.lat, SQUARE.lon))
    assert heard.sigma <= 50_000
