import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.geo import offset
from contracts.kinds import EVENT_TYPES
from contracts.signals import SIGNAL, Signal
from fusion.engine import JournalRecord, Outputs, Tick, step
from fusion.evidence import Evidence, alone, gather, minus, plus, union
from fusion.heard import hear, project, unproject
from fusion.part import Part, part_of
from fusion.policy import Params
from fusion.scoring import score
from fusion.state import State, load_state, new_state
from fusion.tables import Tables
from fusion.tally import count
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
@settings(max_examples=80)
def test_the_terms_sum_to_the_score_and_the_probabilities_to_one_at_most(day: list[Signal | Tick]) -> None:
    for outputs in run(day)[1]:
        for decision in outputs.decisions:
            for candidate in decision.candidates:
                assert set(candidate.terms) == {"space", "time", "kind", "words", "prior", "bias"}
                assert candidate.score == round(math.fsum(candidate.terms.values()), 6)
            assert sum(candidate.p for candidate in decision.candidates) <= 1.00001


@given(DAY, st.integers(0, 40))
@settings(max_examples=60)
def test_wherever_a_state_is_stored_and_read_again_the_bytes_are_the_same(day: list[Signal | Tick], cut: int) -> None:
    whole, told = run(day)
    half, told_before = run(day[:cut])
    again, told_after = run(day[cut:], load_state(half.dump()))
    assert again.dump() == whole.dump()
    assert [*told_before, *told_after] == told
    assert load_state(whole.dump()).dump() == whole.dump()


@given(DAY)
@settings(max_examples=60)
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
        assert sum(incident.tally.sources.values()) == len(incident.seats) or incident.merged_into is not None


@given(DAY)
@settings(max_examples=60)
def test_the_running_statistics_are_those_of_the_members_to_the_last_bit(day: list[Signal | Tick]) -> None:
    state, _ = run(day)
    for incident in state.book.incidents.values():
        kept = state.evidence.get(incident.incident_id)
        assert (kept is not None) == bool(incident.seats)
        if kept is None:
            continue
        members = [(part_of(TABLES, heard), seat.outlier) for heard, seat in state.members(incident)]
        assert sums(gather(TABLES, members)) == sums(kept)
        figures = count(heard for heard, _ in state.members(incident))
        for name in ("first", "last", "kinds", "words", "sources"):
            assert getattr(figures, name) == getattr(incident.tally, name)


TABLES = Tables(Params())
ORIGIN = (SQUARE.lat, SQUARE.lon)
GROUP = st.lists(signals().filter(lambda signal: signal.source != "dispute"), min_size=2, max_size=8)


def sums(evidence: Evidence) -> tuple[object, ...]:
    """All of it but what is derived, without regard to the order of dictionaries."""
    evidence.settle()
    return (
        evidence.number, evidence.placed, evidence.gross, evidence.scatters, evidence.claims_nats, evidence.anchor,
        list(evidence.onset.grid()), evidence.voices,
    )  # fmt: skip


def parts(group: list[Signal]) -> list[Part]:
    return [part_of(TABLES, hear(signal, ORIGIN)) for signal in group]


def together(members: list[Part]) -> Evidence:
    return gather(TABLES, [(part, False) for part in members])


@given(GROUP, st.randoms(use_true_random=False))
@settings(max_examples=80)
def test_the_score_of_a_group_does_not_depend_on_the_order(group: list[Signal], dice: Any) -> None:
    members = parts(group)
    shuffled = list(members)
    dice.shuffle(shuffled)
    one, other = together(members), together(shuffled)
    assert sums(one) == sums(other)
    assert score(TABLES, one, ORIGIN) == score(TABLES, other, ORIGIN)


@given(GROUP, st.booleans())
@settings(max_examples=80)
def test_adding_and_taking_away_restores_what_was(group: list[Signal], outlier: bool) -> None:
    *rest, last = parts(group)
    before = together(rest)
    added = plus(TABLES, before, last, lambda: rest, outlier=outlier)
    assert sums(minus(TABLES, added, last, lambda: rest, outlier=outlier)) == sums(before)


@given(GROUP, GROUP)
@settings(max_examples=60)
def test_merged_statistics_are_those_of_all_members(one: list[Signal], other: list[Signal]) -> None:
    a, b = parts(one), parts(other)
    assert sums(union(TABLES, together(a), together(b), lambda: a, lambda: b)) == sums(together([*a, *b]))


def joining(*known: Signal, new: Signal) -> float:
    """Nats for the new one being of the same happening as those that are known."""
    members, part = parts(list(known)), part_of(TABLES, hear(new, ORIGIN))
    before = together(members)
    after = plus(TABLES, before, part, lambda: members, outlier=False)
    own = score(TABLES, alone(TABLES, part), ORIGIN)
    return score(TABLES, after, ORIGIN) - score(TABLES, before, ORIGIN) - own


@given(st.floats(0, 1500), st.floats(0, 1500), st.floats(3, 200), st.floats(0, 3600), CALLS)
@settings(max_examples=100)
def test_the_score_falls_with_the_distance(near: float, far: float, sigma: float, t: float, said: str) -> None:
    near, far = sorted((near, far))
    at_near = joining(seen(), new=call(t=t, north=near, east=0, sigma=sigma, event_type=said))
    at_far = joining(seen(), new=call(t=t, north=far, east=0, sigma=sigma, event_type=said))
    assert at_near >= at_far - 1e-6


@given(st.sampled_from(["fire", "medical", "parking", "violence"]), st.floats(0, 60))
@settings(max_examples=40)
def test_the_score_rises_with_agreement(kind: str, north: float) -> None:
    known = [call(f"call-{n}", 10 * n, kind=kind, north=north) for n in range(2)]
    same = joining(*known, new=grid(kind=kind, north=north))
    unlike = {"fire": "noise", "medical": "dust", "parking": "water", "violence": "sanitation"}[kind]
    assert same > joining(*known, new=grid(kind=unlike, north=north))


@given(DAY, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
@settings(max_examples=30)
def test_the_origin_of_the_metres_does_not_matter(day: list[Signal | Tick], north: float, east: float) -> None:
    elsewhere = new_state(DISTRICT, Params())
    elsewhere.book.origin = [SQUARE.lat + north, SQUARE.lon + east]
    here, there = (
        [decision for outputs in run(day, state)[1] for decision in outputs.decisions] for state in (None, elsewhere)
    )
    for one, other in zip(here, there, strict=True):
        # 5 km of another latitude stretch the metres by 3 in 10,000.
        if abs(one.margin) > 0.5:
            assert (one.chosen, one.incident_id) == (other.chosen, other.incident_id)
        assert math.isclose(one.p, other.p, abs_tol=0.05)


@given(DAY)
@settings(max_examples=40)
def test_ids_are_unique_and_moves_say_whence(day: list[Signal | Tick]) -> None:
    _, told = run(day)
    decisions = [decision for outputs in told for decision in outputs.decisions]
    assert len({decision.decision_id for decision in decisions}) == len(decisions)
    seat: dict[str, str | None] = {}
    for decision in decisions:
        if decision.moved_from is not None:
            assert decision.moved_from == seat[decision.signal_id] != decision.incident_id
        seat[decision.signal_id] = decision.incident_id


@given(st.lists(signals().filter(lambda signal: signal.source != "dispute"), min_size=4, max_size=25), st.data())
@settings(max_examples=40)
def test_what_a_person_set_apart_stays_apart_whatever_comes(day: list[Signal], data: st.DataObject) -> None:
    town = Town()
    apart: list[tuple[str, str]] = []
    for signal in day:
        town.hear(signal.model_copy(update={"received_at": max(signal.received_at, town.now)}))
        wide = [i for i in town.incidents.values() if len(i.signals) > 1 and i.state not in ("merged", "closed")]
        if wide and data.draw(st.booleans()):
            incident = data.draw(st.sampled_from(wide))
            member = data.draw(st.sampled_from(incident.signals)).signal_id
            if town.act("refuse", incident, signal_id=member).accepted:
                apart.append((member, incident.incident_id))
        for name, incident_id in apart:
            home = town.incidents[town.state.book.signals[name].incident or ""]
            assert incident_id != home.incident_id
            assert incident_id not in home.redirects


@given(DAY)
@settings(max_examples=40)
def test_the_same_records_twice_change_nothing(day: list[Signal | Tick]) -> None:
    state, _ = run(day)
    incidents = {name: incident.revision for name, incident in state.book.incidents.items()}
    for body in day:
        if not isinstance(body, Tick) and state.book.signals[body.signal_id].update >= body.update:
            state, outputs = run([body], state)
            assert [decision.chosen for decision in outputs[0].decisions] == ["duplicate"]
    assert {name: incident.revision for name, incident in state.book.incidents.items()} == incidents


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", "老王", "13800000000"]))
@settings(max_examples=40)
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
@settings(max_examples=40)
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
