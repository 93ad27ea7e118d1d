"""一机一档 tables taken over into streams.yaml: errors by row and column, nothing half imported."""

from pathlib import Path

import pytest

from hub.streams import StreamsError, load
from hub.streams.importing import Imported, import_entries, import_sheet
from hub.streams.records import COLUMNS, Access, headings, record_of
from hub.streams.sheet import SheetError
from hub.streams.sheet import load as load_sheet

FILE = """\
districts: {e: {name: East}}
defaults: {datum: GCJ-02, district: e, legal: {purpose: 公共安全, sign: true}}
cameras:
  - id: "99019901081320000001"   # the plaza
    name: old
    url: rtsp://h/1
    bureau: 城管
    place: {lat: 34, lon: 118}
    zones: [{name: z, points: [[0, 0], [1, 0], [1, 1]]}]
    legal: {filing_no: F-1, retention_days: 90}
"""
HEAD = "设备编码,设备名称,IP地址,设备厂商,经度,纬度,监视方位,安装高度,备案编号,设备状态\n"
PLAZA = "99019901081320000001,人民广场,10.0.0.1,海康威视,118.0,34.0,1,5.5,F-1,1\n"
BRIDGE = "99019900051310000003,大桥,10.0.0.2,大华,118.1,34.1,4,,F-2,1\n"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "streams.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path / "streams.yaml"


def imported(target: Path, table: str, encoding: str = "utf-8", **options: bool) -> Imported:
    path = target.with_name("cameras.csv")
    path.write_bytes(table.encode(encoding))
    return import_sheet(load_sheet(path, COLUMNS), str(path), target, Access(), **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_in_any_encoding_becomes_cameras(target: Path, encoding: str, delimiter: str) -> None:
    imported(target, (HEAD + PLAZA + BRIDGE).replace(",", delimiter), encoding)
    plaza, bridge = load(target).cameras
    assert (plaza.name, plaza.bearing_deg, plaza.height_m, plaza.bureau) == ("人民广场", 90, 5.5, "urban_management")
    assert (bridge.bureau, bridge.bearing_deg, bridge.legal.filing_no) == ("traffic", 0, "F-2")
    assert bridge.url == "rtsp://admin:${CAMERA_PASSWORD}@10.0.0.2/cam/realmonitor?channel=1&subtype=0"
    assert plaza.sub_url == "rtsp://admin:${CAMERA_PASSWORD}@10.0.0.1/Streaming/Channels/102"


def test_what_people_wrote_before_stays(target: Path) -> None:
    done = imported(target, HEAD + PLAZA + BRIDGE)
    plaza = load(target).cameras[0]
    assert (len(plaza.zones), plaza.legal.retention_days) == (1, 90)
    assert "# the plaza" in target.read_text("utf-8")
    again = imported(target, HEAD + PLAZA + BRIDGE)
    assert (done.added, done.changed) == (("99019900051310000003",), ("99019901081320000001",))
    assert (again.added, again.changed, len(again.same)) == ((), (), 2)


def test_a_dry_run_writes_nothing(target: Path) -> None:
    done = imported(target, HEAD + BRIDGE, dry_run=True)
    assert done.added == ("99019900051310000003",)
    assert target.read_text("utf-8") == FILE


def test_the_angle_of_the_table_counts_from_the_east(target: Path) -> None:
    head, row = HEAD.replace("监视方位", "监视角度"), BRIDGE.replace(",4,", ",90,")
    imported(target, head + row)
    assert load(target).cameras[1].bearing_deg == 180


def test_a_camera_that_was_taken_down_is_left_out_and_a_title_above_the_headings_is_skipped(target: Path) -> None:
    done = imported(target, "演示县一机一档,,\n" + HEAD + BRIDGE + PLAZA.replace(",1\n", ",3\n"))
    assert (done.added, done.taken_down) == (("99019900051310000003",), 1)


BAD = {
    "empty": ("", 1, "", "empty"),
    "only headings": (HEAD, 2, "", "no rows"),
    "other headings": ("a,b\n1,2\n", 1, "", "no heading is known"),
    "Excel's number": (HEAD + BRIDGE.replace("99019900051310000003", "9.9019900051E+19"), 2, "设备编码", "Excel"),
    "a digit missing": (HEAD + BRIDGE.replace("99019900051310000003", "9901990005131000000"), 2, "设备编码", "has 19"),
    "no code": (HEAD + BRIDGE.replace("99019900051310000003", ""), 2, "设备编码", "missing"),
    "no name": (HEAD + BRIDGE.replace("大桥", ""), 2, "设备名称", "missing"),
    "no number": (HEAD + PLAZA + BRIDGE.replace("34.1", "北纬34"), 3, "纬度", "not a number"),
    "swapped": (HEAD + BRIDGE.replace("118.1,34.1", "34.1,118.1"), 2, "纬度", "from -90 to 90"),
    "no place": (HEAD + BRIDGE.replace("118.1,", ","), 2, "经度", "missing"),
    "no direction": (HEAD + BRIDGE.replace(",4,", ",10,"), 2, "监视方位", "no direction: 10"),
    "unknown maker": (HEAD + BRIDGE.replace("大华", "某某"), 2, "url", "missing"),
    "no filing number": (HEAD + BRIDGE.replace("F-2", ""), 2, "备案编号", "missing"),
    "no bureau": (HEAD + BRIDGE.replace("0005131", "0000131"), 2, "industry_owner", "missing"),
    "twice": (HEAD + BRIDGE + BRIDGE, 3, "设备编码", "the same code as row 2"),
    "a platform": (HEAD + BRIDGE.replace("05131", "00200"), 2, "设备编码", "not a camera"),
}


@pytest.mark.parametrize(("table", "row", "column", "says"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_imported(
    target: Path, table: str, row: int, column: str, says: str
) -> None:
    with pytest.raises(SheetError) as refused:
        imported(target, table)
    found = [problem for problem in refused.value.problems if (problem.row, problem.column) == (row, column)]
    assert found, refused.value
    assert says in found[0].message + found[0].hint
    assert target.read_text("utf-8") == FILE


def test_all_rows_are_told_at_once(target: Path) -> None:
    with pytest.raises(SheetError) as refused:
        imported(target, HEAD + PLAZA.replace("34.0", "x") + BRIDGE.replace("F-2", ""))
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(2, "纬度"), (3, "备案编号")]


@pytest.mark.parametrize("data", [b"PK\x03\x04\0\0\x14", b"\x81\xff\xff\x30"], ids=["a workbook", "no text"])
def test_what_is_no_text_is_told(target: Path, data: bytes) -> None:
    path = target.with_name("cameras.csv")
    path.write_bytes(data)
    with pytest.raises(SheetError, match="no text"):
        load_sheet(path, COLUMNS)


def test_what_is_exported_is_imported_as_the_same_cameras(target: Path) -> None:
    imported(target, HEAD + PLAZA + BRIDGE)
    before = load(target).cameras
    table = "\n".join(",".join(cells) for cells in [headings(), *map(record_of, before)]) + "\n"
    imported(target, table)
    after = load(target).cameras
    assert [(one.url, one.bearing_deg, one.height_m, one.legal, one.zones) for one in after] == [
        (one.url, one.bearing_deg, one.height_m, one.legal, one.zones) for one in before
    ]
    assert after[1].place.lat == pytest.approx(before[1].place.lat, abs=1e-6)


def test_entries_from_elsewhere_are_all_taken_or_none(target: Path) -> None:
    good = {"id": "a", "name": "a", "url": "rtsp://h/a", "bureau": "交通", "place": {"lat": 35, "lon": 118}}
    good["legal"] = {"filing_no": "F"}
    with pytest.raises(StreamsError, match="b: url"):
        import_entries([good, good | {"id": "b", "url": "http://h"}], target)
    assert target.read_text("utf-8") == FILE
    assert import_entries([good], target).added == ("a",)
