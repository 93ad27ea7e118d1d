import json
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from contracts.geo import offset
from fusion.barriers import BARRIER_NATS, Barrier, Barriers, load_barriers
from fusion.policy import Params, load_params
from tests.fusion.scene import FITTED, SQUARE, Town, call, seen

WEST, EAST = offset(SQUARE, north_m=20, east_m=-500), offset(SQUARE, north_m=20, east_m=500)
RIVER = Barrier(name="沭河", corners=((WEST.lat, WEST.lon), (EAST.lat, EAST.lon)))


def point(north: float, east: float = 0.0) -> tuple[float, float]:
    there = offset(SQUARE, north_m=north, east_m=east)
    return there.lat, there.lon


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        pytest.param(point(0), point(40), "沭河", id="across"),
        pytest.param(point(0), point(15), "", id="this side"),
        pytest.param(point(30), point(90), "", id="the other side"),
        pytest.param(point(0, 600), point(40, 600), "", id="past its end"),
    ],
)
def test_what_lies_between_two_places(one: tuple[float, float], other: tuple[float, float], name: str) -> None:
    assert Barriers([RIVER]).between(one, other) == name


def test_a_river_between_costs_three_nats_of_space_and_is_named() -> None:
    free, across = Town(Params(model=FITTED)), Town(Params(model=FITTED, barriers=(RIVER,)))
    [without] = free.hear(seen(), call(north=40, east=0)).candidates
    [with_it] = across.hear(seen(), call(north=40, east=0)).candidates
    assert with_it.terms["space"] == pytest.approx(without.terms["space"] - BARRIER_NATS, abs=1e-5)
    assert (with_it.details.barrier, without.details.barrier) == ("沭河", "")
    if across.of(call()).incident_id == across.of(seen()).incident_id:
        assert "隔着沭河" in across.of(call()).signals[1].sentence_zh


def feature(kind: str, coordinates: object, name: str = "铁路") -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


LINE = [[118.0, 34.3], [118.1, 34.4]]


def test_lines_and_areas_are_read_longitude_first(tmp_path: Path) -> None:
    file = tmp_path / "barriers.geojson"
    ring = [*LINE, [118.1, 34.3], LINE[0]]
    features = [
        feature("LineString", LINE),
        feature("MultiLineString", [LINE, LINE]),
        feature("MultiPolygon", [[ring]]),
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    read = load_barriers(file)
    assert [len(one.corners) for one in read] == [2, 2, 2, 4]
    assert read[0] == Barrier(name="铁路", corners=((34.3, 118.0), (34.4, 118.1)))
    assert load_params(None, file).barriers == read


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("{", "no JSON", id="no json"),
        pytest.param("[]", "no FeatureCollection", id="a list"),
        pytest.param(json.dumps({"features": [feature("Point", [118, 34])]}), "a Point is no line", id="a point"),
        pytest.param(json.dumps({"features": [feature("LineString", [[34.3, 118.0], [34.4, 118.1]])]}), "no longitude",
                     id="latitude first"),
        pytest.param(json.dumps({"features": [feature("LineString", [[118.0, 34.3]])]}), "at least 2", id="one corner"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_what_is_wrong_and_where(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "barriers.geojson"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=told) as bad:
        load_barriers(file)
    assert str(file) in str(bad.value.where)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load_barriers(tmp_path / "nothing.geojson")
