import math

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.signals import GridReport, Observation, PoliceAlert
from fusion.book import Happening
from fusion.candidates import gate, gate_radius_m
from fusion.gate import CELL_M, CellIndex, Footprint
from fusion.heard import Heard, hear
from fusion.policy import Gates, Params
from tests.fusion.scene import FITTED, Town, call, grid, seen

POINT = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000))


@given(st.lists(POINT, max_size=30), POINT, st.floats(0, 900))
@example([(0.0, -2e-45)], (0.0, 1.0), 1.0)  # on the circle but for rounding, and in the next cell
def test_the_index_finds_exactly_what_lies_in_the_circle(
    points: list[tuple[float, float]], centre: tuple[float, float], radius: float
) -> None:
    index = CellIndex()
    for number, (x, y) in enumerate(points):
        index.put(f"{number:02}", Footprint(x, y))
    inside = [f"{n:02}" for n, (x, y) in enumerate(points) if math.hypot(x - centre[0], y - centre[1]) <= radius]
    assert index.near(*centre, radius) == inside


def test_what_moved_is_found_where_it_is_and_what_left_nowhere() -> None:
    index = CellIndex()
    index.put("a", Footprint(0, 0))
    index.put("a", Footprint(5 * CELL_M, 0))
    assert index.near(0, 0, 100) == []
    assert index.near(5 * CELL_M, 0, 100) == ["a"]
    index.drop("a")
    index.drop("a")
    assert "a" not in index
    assert index.near(5 * CELL_M, 0, 100) == []


def test_only_the_nearest_are_weighed() -> None:
    town = Town()
    for number in range(40):
        town.hear(seen(f"cam-{number}", 0, north=number, event_type="other_video"))
    gated = gate(town.state, hear(call(), town.state.origin))
    assert len(gated.incidents) == town.state.book.params.gates.most
    distances = [distance for distance, _ in gated.incidents]
    assert distances == sorted(distances)


HEARD = st.builds(
    lambda make, t, kind: make(t=t, event_type=kind, exercise=False),
    st.sampled_from([seen, call, grid]),
    st.floats(-86400, 86400),
    st.sampled_from(["crowd_gathering", "exposed_garbage", "road_debris", "call_public_order"]),
)
FOOTPRINT = st.tuples(
    st.floats(-200, 200), st.floats(-200, 200), st.floats(0, 100), st.floats(-9000, 9000), st.floats(0, 7200),
    st.sampled_from([180.0, 3600.0]), st.sampled_from([600.0, 900.0, 14_400.0, 43_200.0]), st.booleans(),
)  # fmt: skip
"""east, north, slack; how long after it is over for the signal's kind; how long it lasts; before_s, after_s, drill"""


@given(HEARD, st.lists(FOOTPRINT, max_size=25))
def test_the_gate_lets_through_exactly_what_is_near_in_place_and_time(
    signal: Observation | PoliceAlert | GridReport, rows: list[tuple[float, ...]]
) -> None:
    town = Town(Params(model=FITTED, gates=Gates(most=100)))
    town.hear(seen("the zero of the metres", t=-90_000, exercise=True))
    state = town.state
    heard = hear(signal, state.origin)
    expected = set()
    late_s, own_after_s = state.book.params.sources[heard.source].late_s, state.book.params.kinds[heard.kind].after_s
    for number, (x, y, slack, since_over, lasts, before, after, exercise) in enumerate(rows):
        name, last = f"{number:02}", heard.at - late_s - own_after_s + since_over
        its = Footprint(x, y, slack, last - lasts, last, before, after, bool(exercise))
        state.incidents.put(name, its)
        state.book.incidents[name] = Happening(name)
        if passes(heard, its, state.book.params):
            expected.add(name)
    assert {incident.incident_id for _, incident in gate(state, heard).incidents} == expected


def passes(heard: Heard, its: Footprint, params: Params) -> bool:
    """The gate's rule, one incident at a time."""
    kind, source, gates = params.kinds[heard.kind], params.sources[heard.source], params.gates
    reach, apart = gate_radius_m(heard, params), math.hypot(heard.x - its.x, heard.y - its.y)
    return (
        apart <= min(gates.widest_m, reach + gates.slack_m)
        and apart <= reach + its.slack_m
        and heard.at - its.last - source.late_s <= max(its.after_s, kind.after_s)
        and its.first - heard.until <= max(its.before_s, kind.before_s)
        and heard.exercise is its.exercise
    )
