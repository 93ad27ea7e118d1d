import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.geo import Datum, GeoPoint, Position, distance_m
from ingest.datum import from_wgs84, to_wgs84

VECTORS = (
    pytest.param((39.908722, 116.397499), (39.910126, 116.403743), (39.916465, 116.410116), id="north"),
    pytest.param((31.230416, 121.473701), (31.228474, 121.478224), (31.234327, 121.484782), id="east"),
    pytest.param((30.0, 103.5), (29.997306, 103.502142), (30.002997, 103.508729), id="west"),
)
SHIFTED = (Datum.GCJ02, Datum.BD09)
inside_china = st.builds(GeoPoint, lat=st.floats(3.0, 53.5), lon=st.floats(73.5, 135.0))


@pytest.mark.parametrize(("wgs", "gcj", "bd"), VECTORS)
def test_known_points_come_out_to_a_millionth_of_a_degree(
    wgs: tuple[float, float], gcj: tuple[float, float], bd: tuple[float, float]
) -> None:
    for datum, (lat, lon) in ((Datum.GCJ02, gcj), (Datum.BD09, bd)):
        there = from_wgs84(GeoPoint(lat=wgs[0], lon=wgs[1]), datum)
        assert (there.lat, there.lon) == pytest.approx((lat, lon), abs=1e-6)
        back = to_wgs84(Position(lat=lat, lon=lon, datum=datum))
        assert (back.lat, back.lon) == pytest.approx(wgs, abs=1.1e-6)


@given(inside_china, st.sampled_from(SHIFTED))
def test_there_and_back_is_the_same_spot(point: GeoPoint, datum: Datum) -> None:
    back = to_wgs84(from_wgs84(point, datum))
    assert (back.lat, back.lon) == pytest.approx((point.lat, point.lon), abs=1e-7)


@given(inside_china, st.sampled_from(SHIFTED))
def test_the_shift_is_streets_and_never_a_county(point: GeoPoint, datum: Datum) -> None:
    there = from_wgs84(point, datum)
    assert 5 < distance_m(point, GeoPoint(lat=there.lat, lon=there.lon)) < 2_500


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_wgs84_and_cgcs2000_pass_unchanged(datum: Datum) -> None:
    assert to_wgs84(Position(lat=34.3, lon=118.0, datum=datum)) == GeoPoint(lat=34.3, lon=118.0)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        pytest.param(55.83, 100.0, id="north of the box"),
        pytest.param(0.82, 100.0, id="south of the box"),
        pytest.param(35.0, 72.0, id="west of the box"),
        pytest.param(35.0, 137.84, id="east of the box"),
        pytest.param(-33.9, 151.2, id="another continent"),
    ],
)
@pytest.mark.parametrize("datum", SHIFTED)
def test_outside_china_positions_pass_unchanged(lat: float, lon: float, datum: Datum) -> None:
    assert to_wgs84(Position(lat=lat, lon=lon, datum=datum)) == GeoPoint(lat=lat, lon=lon)
    assert from_wgs84(GeoPoint(lat=lat, lon=lon), datum, accuracy_m=5.0).accuracy_m == 5.0
