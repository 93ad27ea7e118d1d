import math

from hypothesis import example, given
from hypothesis import strategies as st

from fusion.candidates import gate
from fusion.gate import CELL_M, CellIndex, Footprint
from fusion.heard import hear
from tests.fusion.scene import Town, call, seen

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
