import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import Bureau
from contracts.geo import Datum, GeoPoint, distance_m
from detectors.rules.defaults import DEFAULTS
from hub.streams import StreamsError, json_schema, load, read
from ingest.datum import from_wgs84

GOOD = """\
version: 1
districts:
  e: {name: East}
defaults:
  datum: WGS-84
  legal: {purpose: safety, sign: true, filing_no: F-0}
cameras:
  - id: "99019901081320000001"
    name: plaza
    bureau: 城管
    url: rtsp://admin:${CAMERA_PASSWORD}@10.0.0.1/main
    place: {lat: 34.3, lon: 118.0}
    district: e
    zones:
      - {name: centre, points: [[0, 0], [1, 0], [1, 1]]}
    rules:
      - {rule: zone_intrusion, zone: centre, thresholds: {dwell_s: 5}}
"""


def problems(text: str) -> list[tuple[int, str, str]]:
    """(line, key, message) of each problem."""
    with pytest.raises(StreamsError) as refused:
        read(text)
    return [(problem.line, problem.key, problem.message) for problem in refused.value.problems]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_good_file_becomes_cameras_with_defaults_filled_in() -> None:
    streams = read(GOOD)
    (camera,) = streams.cameras
    assert (camera.camera_id, camera.bureau, camera.district) == ("99019901081320000001", Bureau.URBAN_MANAGEMENT, "e")
    assert (camera.decode, camera.priority, camera.sub_url, camera.exercise) == ("auto", 3, None, False)
    assert (camera.legal.legal_basis, camera.legal.filing_no, camera.legal.retention_days) == ("7-1", "F-0", 30)
    assert camera.rules[0].thresholds == {"dwell_s": 5.0}
    assert streams.districts == {"e": "East"}
    assert streams.lines == {"99019901081320000001": 8}


def test_what_a_camera_says_goes_before_the_defaults_key_by_key() -> None:
    text = changed("    district: e\n", "    district: e\n    legal: {filing_no: F-1, retention_days: 90}\n")
    legal = read(text).cameras[0].legal
    assert (legal.filing_no, legal.retention_days, legal.purpose) == ("F-1", 90, "safety")


@given(st.sampled_from(Datum), st.floats(20, 50), st.floats(80, 130))
def test_a_position_in_any_datum_arrives_in_wgs84(datum: Datum, lat: float, lon: float) -> None:
    true = GeoPoint(lat=lat, lon=lon)
    sent = from_wgs84(true, datum)
    text = changed("{lat: 34.3, lon: 118.0}", f"{{lat: {sent.lat!r}, lon: {sent.lon!r}, datum: {datum}}}")
    assert distance_m(read(text).cameras[0].place, true) < 0.5


CAMERA = "cameras[0]."
BAD: dict[str, tuple[str, str, int, str, str]] = {
    "id without quotes": ('"99019901081320000001"', "99019901081320000001", 8, CAMERA + "id", "valid string"),
    "id with a digit too many": ("990199010813", "9901990108118", 8, CAMERA + "id", "has 21"),
    "id of a platform": ("99019901081320000001", "99019900002000000001", 8, CAMERA + "id", "not a camera"),
    "misspelt key": ("name: plaza", "name: plaza\n    heigth_m: 3", 10, CAMERA + "heigth_m", "unknown key"),
    "no name": ("    name: plaza\n", "", 8, CAMERA + "name", "missing"),
    "unknown bureau": ("城管", "公安", 10, CAMERA + "bureau", "must be"),
    "no bureau": ("    bureau: 城管\n", "", 8, CAMERA + "bureau", "missing"),
    "plain password": ("${CAMERA_PASSWORD}", "secret", 11, CAMERA + "url", "spelled out"),
    "not RTSP": ("rtsp://", "http://", 11, CAMERA + "url", "rtsp"),
    "lat and lon swapped": ("lat: 34.3, lon: 118.0", "lat: 118.0, lon: 34.3", 12, CAMERA + "place.lat", "less than"),
    "no datum": ("  datum: WGS-84\n", "", 11, CAMERA + "place.datum", "missing"),
    "unknown datum": ("lon: 118.0", "lon: 118.0, datum: GCJ02", 12, CAMERA + "place.datum", "must be"),
    "unknown district": ("district: e", "district: w", 13, CAMERA + "district", "no district 'w'"),
    "corner outside": ("[1, 1]]", "[1, 1.5]]", 15, CAMERA + "zones[0].points[2][1]", "less than"),
    "two corners": (", [1, 1]]", "]", 15, CAMERA + "zones[0].points", "needs at least 3, has 2"),
    "unknown zone": ("zone: centre", "zone: center", 17, CAMERA + "rules[0].zone", "no zone"),
    "intrusion without a zone": (" zone: centre,", "", 17, CAMERA + "rules[0].zone", "needs a zone"),
    "unknown rule": ("zone_intrusion", "loitering", 17, CAMERA + "rules[0].rule", "no rule 'loitering'"),
    "unknown threshold": ("dwell_s", "dwel_s", 17, CAMERA + "rules[0].thresholds.dwel_s", "no such threshold"),
    "negative threshold": ("dwell_s: 5", "dwell_s: -1", 17, CAMERA + "rules[0].thresholds.dwell_s", "below zero"),
    "a rule that never fires": (
        "  datum: WGS-84",
        "  datum: WGS-84\n  decode: keyframes",
        18,
        CAMERA + "rules[0].rule",
        "never fires",
    ),
    "no sign said": ("sign: true, ", "", 8, CAMERA + "legal.sign", "missing"),
    "29 days": ("sign: true", "sign: true, retention_days: 29", 6, "defaults.legal.retention_days", "greater"),
    "private place": ("district: e\n", "district: e\n    place_type: 试衣间\n", 14, CAMERA + "place_type", "private"),
    "the same in English": (
        "district: e\n",
        "district: e\n    place_type: Toilet\n",
        14,
        CAMERA + "place_type",
        "private",
    ),
    "a key twice": ("name: plaza", "name: plaza\n    name: again", 10, CAMERA + "name", "written twice"),
    "another version": ("version: 1", "version: 2", 1, "version", "must be 1"),
    "three corners on one line": ("[1, 0], [1, 1]", "[0.5, 0.5], [1, 1]", 15, CAMERA + "zones[0].points", "one line"),
    "a zone like an 8": ("[1, 0], [1, 1]", "[1, 1], [1, 0], [0, 1]", 15, CAMERA + "zones[0].points", "crosses itself"),
    "a space in the path": ("/main", "/my camera", 11, CAMERA + "url", "a space"),
    "a full-width colon": ("10.0.0.1", "10.0.0.1：554", 11, CAMERA + "url", "not ASCII"),
    "a port that is no number": ("10.0.0.1", "10.0.0.1:rtsp", 11, CAMERA + "url", "no number"),
    "no host": ("admin:${CAMERA_PASSWORD}@10.0.0.1", "", 11, CAMERA + "url", "no host"),
    "live view by RTSP": ("district: e\n", "district: e\n    live_url: rtsp://m/c\n", 14, CAMERA + "live_url", "http"),
    "five tiles": ("district: e\n", "district: e\n    tiles: 5\n", 14, CAMERA + "tiles", "less than or equal to 4"),
    "a line of one spot": (
        "district: e\n",
        "district: e\n    lines: [{name: l, start: [0.1, 0.1], end: [0.1, 0.1]}]\n",
        14,
        CAMERA + "lines[0].end",
        "same spot",
    ),
    "a mask's name twice": (
        "district: e\n",
        "district: e\n    masks: [{name: m, points: [[0,0],[1,0],[1,1]]}, {name: m, points: [[0,0],[1,0],[1,1]]}]\n",
        14,
        CAMERA + "masks[1].name",
        "a second mask 'm'",
    ),
    "an unknown line": ("zone: centre,", "zone: centre, line: kerb,", 17, CAMERA + "rules[0].line", "no line 'kerb'"),
    "no such day": (
        "zone: centre,",
        "zone: centre, hours: [{days: [8]}],",
        17,
        CAMERA + "rules[0].hours[0].days[0]",
        "7",
    ),
    "no such hour": (
        "zone: centre,",
        "zone: centre, hours: [{start: 25:00}],",
        17,
        CAMERA + "rules[0].hours[0].start",
        "an hour of the day",
    ),
    "expected in an unknown zone": (
        "district: e\n",
        "district: e\n    expected: [{name: market, zone: x, hours: {}, persons: 40}]\n",
        14,
        CAMERA + "expected[0].zone",
        "no zone 'x'",
    ),
    "a rule twice in one place": (
        "thresholds: {dwell_s: 5}}",
        "thresholds: {dwell_s: 5}}\n      - {rule: zone_intrusion, zone: centre}",
        18,
        CAMERA + "rules[1].rule",
        "a second time",
    ),
    "one ground point": (
        "district: e\n",
        "district: e\n    ground_points: [{x: 0, y: 0, lat: 34, lon: 118}]\n",
        14,
        CAMERA + "ground_points",
        "fewer",
    ),
}


@pytest.mark.parametrize(("old", "new", "line", "key", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told_with_line_key_and_words(old: str, new: str, line: int, key: str, message: str) -> None:
    found = problems(changed(old, new))
    assert len(found) == 1
    assert found[0][:2] == (line, key)
    assert message in found[0][2]


def test_the_misspelt_key_s_neighbour_is_suggested() -> None:
    with pytest.raises(StreamsError) as refused:
        read(changed("name: plaza", "nmae: plaza\n    name: plaza"))
    assert refused.value.problems[0].hint == "did you mean name?"


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    found = problems(
        changed("district: e", "district: w").replace("zone: centre", "zone: x").replace("${CAMERA_PASSWORD}", "p")
    )
    assert [line for line, _, _ in found] == [11, 13, 17]


def test_two_cameras_may_not_share_an_id() -> None:
    second = GOOD[GOOD.index("  - id") :]
    assert problems(GOOD + second)[0][1:] == ("cameras[1].id", "the same id as cameras[0]")


def test_a_password_never_appears_in_an_error() -> None:
    text = changed("lon: 118.0", "lon: rtsp://a:sesame@h/x").replace("${CAMERA_PASSWORD}", "sesame")
    with pytest.raises(StreamsError) as refused:
        read(text)
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("cameras:\n\t- id: x", 2, id="a tab"),
        pytest.param("cameras: [", 1, id="not closed"),
        pytest.param("- a\n- b", 1, id="a list"),
        pytest.param("cameras: !!python/object:os.system {}", 1, id="a tag that would run code"),
        pytest.param("a: \x00", 1, id="a zero byte"),
    ],
)
def test_what_is_not_yaml_is_told_with_its_line(text: str, line: int) -> None:
    assert abs(problems(text)[0][0] - line) <= 1


@given(st.text())
def test_no_text_makes_the_reader_fail_in_another_way(text: str) -> None:
    with contextlib.suppress(StreamsError):
        read(text)


def test_an_empty_file_has_no_cameras() -> None:
    assert read("").cameras == ()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["not there", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_an_error_for_a_person(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "streams.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StreamsError) as refused:
        load(path)
    assert refused.value.exit_code == 2
    assert str(path) in str(refused.value)


def test_the_file_that_comes_with_the_hub_is_right_and_agrees_with_its_own_schema() -> None:
    from jsonschema import Draft202012Validator

    shipped = Path(__file__).parents[2] / "streams.yaml"
    streams = load(shipped)
    assert len(streams.cameras) == 12
    assert all(camera.exercise for camera in streams.cameras)
    Draft202012Validator.check_schema(json_schema())
    assert list(Draft202012Validator(json_schema()).iter_errors(yaml.safe_load(shipped.read_text("utf-8")))) == []


def test_the_schema_refuses_unknown_keys_and_explains_every_key() -> None:
    schema = json_schema()
    camera = schema["$defs"]["CameraEntry"]
    assert camera["additionalProperties"] is False
    assert "description" in camera["properties"]["sub_url"]


def test_the_rules_of_the_schema_are_those_of_the_detectors() -> None:
    assert json_schema()["$defs"]["RuleEntry"]["properties"]["rule"]["enum"] == sorted(DEFAULTS)


def test_a_misshapen_camera_hides_no_mistake_of_the_others() -> None:
    cameras = """
districts: {d: {name: 片区}}
defaults:
  datum: WGS-84
  district: d
  bureau: 城管
  legal: {basis: "7-1", purpose: 公共安全, sign: true, filing_no: "1"}
cameras:
  - {id: a, name: a, url: "http://h/a", place: {lat: 34, lon: 118}}
  - {id: b, name: b, url: "rtsp://h/b", place: {lat: 95, lon: 118}}
  - {id: c, name: c, url: "rtsp://h/c", place: {lat: 34, lon: 118.1}}
  - {id: c, name: c, url: "rtsp://h/d", place: {lat: 34, lon: 118.2}}
"""
    with pytest.raises(StreamsError) as refused:
        read(cameras)
    told = [(problem.line, problem.key, problem.message) for problem in refused.value.problems]
    assert [(line, key) for line, key, _ in told] == [
        (9, "cameras[0].url"), (10, "cameras[1].place.lat"), (12, "cameras[3].id"),
    ]  # fmt: skip
    assert told[2][2] == "the same id as cameras[2]"
