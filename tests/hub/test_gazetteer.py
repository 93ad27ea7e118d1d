import json
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from contracts.geo import GeoPoint, PositionQuality, distance_m
from hub.gazetteer import COUNTY_SIGMA_M, load_gazetteer
from tests.hub.reports import GAZETTEER, MAP

SQUARE = GeoPoint(lat=34.32871, lon=118.00671)


@pytest.mark.parametrize("number", ["GC-0147", "gc-0147", " GC-0147 "])
def test_a_pole_is_found_by_its_number(number: str) -> None:
    spot = GAZETTEER.landmark(number)
    assert spot is not None
    assert (spot.sigma_m, spot.quality) == (15.0, PositionQuality.LANDMARK)


def test_a_grid_has_a_centre_inside_it_and_its_radius_as_sigma() -> None:
    spot = GAZETTEER.grid("990199001002003")
    assert spot is not None
    assert GAZETTEER.around(spot.point) == ("990199001002003", "990199-east")
    assert 50 < spot.sigma_m < 1000
    assert spot.polygon is not None
    assert GAZETTEER.grid("0") is None


@pytest.mark.parametrize(
    ("text", "near", "within_m", "sigma_m"),
    [
        pytest.param("人民广场", SQUARE, 20, (30, 80), id="a place"),
        pytest.param("请到人民广场东侧来", GeoPoint(lat=34.3287, lon=118.0078), 60, (30, 80), id="its east side"),
        pytest.param("人民路与滨河路交叉口", GeoPoint(lat=34.3273, lon=117.9906), 60, (30, 30), id="a crossing"),
    ],
)
def test_an_address_becomes_a_spot(text: str, near: GeoPoint, within_m: float, sigma_m: tuple[float, float]) -> None:
    spot = GAZETTEER.place(text)
    assert spot is not None
    assert distance_m(spot.point, near) < within_m
    assert sigma_m[0] <= spot.sigma_m <= sigma_m[1]


def test_a_road_alone_is_only_an_area_as_vague_as_it_is_long() -> None:
    spot = GAZETTEER.place("滨河路上")
    assert spot is not None
    assert (spot.quality, spot.sigma_m > 300) == (PositionQuality.AREA, True)


def test_an_unknown_address_is_no_spot() -> None:
    assert GAZETTEER.place("幸福里三号院") is None
    assert GAZETTEER.place("") is None


def test_names_come_in_the_order_of_the_text_each_once() -> None:
    assert GAZETTEER.names_in("滨河路到人民广场，滨河路口") == ("滨河路", "人民广场")


def test_outside_every_grid_the_nearest_gives_the_district_and_far_away_the_default() -> None:
    grid, district = GAZETTEER.around(GeoPoint(lat=34.42, lon=118.0))
    assert (grid, district in {"990199-east", "990199-west"}) == (None, True)
    assert GAZETTEER.around(GeoPoint(lat=39.9, lon=116.4)) == (None, "elsewhere")


def test_the_middle_of_the_county_is_sure_to_kilometres_only() -> None:
    assert GAZETTEER.centre().sigma_m == COUNTY_SIGMA_M


def test_the_middle_of_another_countys_map_is_not_ours() -> None:
    ours = load_gazetteer(MAP, default_district="x", bounds=(30.0, 110.0, 31.0, 112.0))
    assert ours.centre().point == GeoPoint(lat=30.5, lon=111.0)


def test_an_empty_folder_is_a_county_without_a_map(tmp_path: Path) -> None:
    empty = load_gazetteer(tmp_path, default_district="all", bounds=(30.0, 110.0, 31.0, 112.0))
    assert empty.around(SQUARE) == (None, "all")
    assert (empty.landmark("GC-0147"), empty.place("人民广场")) == (None, None)


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("{}", id="no features"),
        pytest.param(json.dumps({"features": [{"properties": {}, "geometry": {"type": "Circle"}}]}), id="no geometry"),
        pytest.param(
            json.dumps({"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [34.3, 118.0]}}]}),
            id="swapped",
        ),
    ],
)
def test_a_layer_that_is_no_geojson_is_named(tmp_path: Path, layer: str) -> None:
    (tmp_path / "grids.geojson").write_text(layer)
    with pytest.raises(ConfigurationError, match=r"grids\.geojson"):
        load_gazetteer(tmp_path, default_district="x")


def test_a_missing_folder_says_which_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="HUB_CONSOLE__MAP_DIR"):
        load_gazetteer(tmp_path / "none", default_district="x")
