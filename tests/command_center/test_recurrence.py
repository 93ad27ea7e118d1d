from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.recurrence import Definition, Tile, spots
from contracts.geo import distance_between, offset
from contracts.kinds import Kind
from tests.command_center.seeding import HERE, T0

DEFINITION = Definition()


def tile(north: float, east: float = 0, count: int = 1, kind: Kind = Kind.CROWD, day: int = 0, name: str = "") -> Tile:
    point = offset(HERE, north_m=north, east_m=east)
    at = T0 + timedelta(days=day)
    label = name or f"{north:.0f}|{east:.0f}"
    return Tile(kind, count, point.lat, point.lon, at, at, f"地点 {label}", (label,))


def counts(*tiles: Tile, definition: Definition = DEFINITION) -> list[tuple[Kind, int]]:
    return [(spot.kind, spot.count) for spot in spots(tiles, definition)]


@pytest.mark.parametrize(
    ("tiles", "expected"),
    [
        ((tile(0, count=3),), [(Kind.CROWD, 3)]),
        ((tile(0, count=2),), []),
        ((tile(0), tile(60), tile(99)), [(Kind.CROWD, 3)]),
        ((tile(0), tile(120), tile(240)), []),
        ((tile(0, count=2), tile(10, kind=Kind.FIRE)), []),
        ((tile(0, count=3), tile(500, count=5)), [(Kind.CROWD, 5), (Kind.CROWD, 3)]),
        ((), []),
    ],
    ids=["three on a spot", "two", "three within reach", "three in a row, too far", "two kinds", "two spots", "none"],
)  # fmt: skip
def test_a_spot_is_the_same_kind_often_enough_close_enough(
    tiles: tuple[Tile, ...], expected: list[tuple[Kind, int]]
) -> None:
    assert counts(*tiles) == expected


def test_the_least_and_the_radius_are_settings() -> None:
    assert counts(tile(0), tile(150), definition=Definition(least=2, radius_m=200)) == [(Kind.CROWD, 2)]


def test_a_spot_names_its_newest_and_its_time() -> None:
    (spot,) = spots([tile(0, day=1), tile(20, day=9), tile(40, day=5)], DEFINITION)
    assert (spot.place_text, spot.incident_ids) == ("地点 20|0", ("20|0", "40|0", "0|0"))
    assert (spot.first_at, spot.last_at) == (T0 + timedelta(days=1), T0 + timedelta(days=9))


def test_the_definition_is_said_with_its_figures() -> None:
    zh, en = Definition(days=7, least=4, radius_m=50).words()
    assert zh.startswith("近7天同类≥4次（50 米内")
    assert "at least 4 times in 7 days within 50 m" in en


@given(
    st.lists(
        st.tuples(
            st.integers(-400, 400), st.integers(-400, 400), st.integers(1, 4),
            st.sampled_from([Kind.CROWD, Kind.FIRE]),
        ),
        max_size=25, unique_by=lambda spot: (spot[0], spot[1]),
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_each_incident_counts_once_and_the_order_of_the_tiles_changes_nothing(
    places: list[tuple[int, int, int, Kind]], random: object
) -> None:
    tiles = [tile(north, east, count, kind) for north, east, count, kind in places]
    found = spots(tiles, DEFINITION)
    for kind in (Kind.CROWD, Kind.FIRE):
        total = sum(one.count for one in tiles if one.kind is kind)
        assert sum(spot.count for spot in found if spot.kind is kind) <= total
    for spot in found:
        assert spot.count >= DEFINITION.least
        near = [one for one in tiles if one.kind is spot.kind]
        assert any(distance_between(one.lat, one.lon, spot.lat, spot.lon) <= DEFINITION.radius_m for one in near)
    random.shuffle(tiles)  # type: ignore[attr-defined]
    assert spots(tiles, DEFINITION) == found
