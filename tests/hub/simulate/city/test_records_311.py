"""Public 311 records in the true form of their headings; every row is made up."""

import json
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from contracts.kinds import Kind
from contracts.signals import GridReport, PoliceAlert
from hub.cli.replay import replay
from hub.cli.simulate_311 import import_311
from hub.simulate.city.mapping_311 import load_mapping, shipped, text_of
from hub.simulate.city.records_311 import Imported, import_rows

CHICAGO = (
    "SR_NUMBER,SR_TYPE,SR_SHORT_CODE,CREATED_DEPARTMENT,OWNER_DEPARTMENT,STATUS,ORIGIN,CREATED_DATE,"
    "LAST_MODIFIED_DATE,CLOSED_DATE,STREET_ADDRESS,CITY,STATE,ZIP_CODE,STREET_NUMBER,STREET_DIRECTION,STREET_NAME,"
    "STREET_TYPE,DUPLICATE,LEGACY_RECORD,LEGACY_SR_NUMBER,PARENT_SR_NUMBER,COMMUNITY_AREA,WARD,ELECTRICAL_DISTRICT,"
    "ELECTRICITY_GRID,POLICE_SECTOR,POLICE_DISTRICT,POLICE_BEAT,PRECINCT,SANITATION_DIVISION_DAYS,CREATED_HOUR,"
    "CREATED_DAY_OF_WEEK,CREATED_MONTH,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE,LOCATION"
)
SAN_DIEGO = (
    "service_request_id,service_request_parent_id,sap_notification_number,date_requested,case_age_days,"
    "case_record_type,service_name,service_name_detail,date_closed,status,lat,lng,street_address,zipcode,"
    "council_district,comm_plan_code,comm_plan_name,park_name,case_origin,referred,iamfloc,floc,public_description"
)


def chicago(number: str, **cells: str) -> str:
    usual = {
        "SR_NUMBER": number, "SR_TYPE": "Pothole in Street Complaint", "STATUS": "Open", "ORIGIN": "Phone Call",
        "CREATED_DATE": "2026-03-01T08:00:00.000", "STREET_ADDRESS": "100 N STATE ST", "STREET_NUMBER": "100",
        "STREET_DIRECTION": "N", "STREET_NAME": "STATE", "STREET_TYPE": "ST", "DUPLICATE": "false",
        "LATITUDE": "41.8832", "LONGITUDE": "-87.6279",
    }  # fmt: skip
    return ",".join((usual | cells).get(name, "") for name in CHICAGO.split(","))


def san_diego(number: str, **cells: str) -> str:
    usual = {
        "service_request_id": number, "date_requested": "2026-03-01T08:00:00", "case_record_type": "Parking",
        "service_name": "72 Hour Violation", "status": "Open", "lat": "32.7157", "lng": "-117.1611",
        "street_address": '"100 Broadway, San Diego"', "case_origin": "Mobile",
        "public_description": '"Old red pickup, plate 7ABC123, call Mr Smith 619-555-0100"',
    }  # fmt: skip
    return ",".join((usual | cells).get(name, "") for name in SAN_DIEGO.split(","))


def imported(*rows: str, city: str = "chicago", limit: int | None = None) -> Imported:
    heading = CHICAGO if city == "chicago" else SAN_DIEGO
    return import_rows([f"{line}\n" for line in (heading, *rows)], load_mapping(city), limit=limit)


def clusters(done: Imported) -> dict[str, str]:
    return {signal.source_ref.rsplit(":")[-1]: done.truth[signal.signal_id].cluster for signal in done.signals}


def test_both_shipped_mappings_are_read() -> None:
    assert shipped() == ["chicago", "san-diego"]
    for name in shipped():
        assert load_mapping(name).kinds
        assert text_of(name).startswith("#")


def test_a_chicago_record_becomes_a_grid_report_in_utc_with_its_street_and_nothing_more() -> None:
    done = imported(chicago("SR26-1"))
    (signal,) = done.signals
    assert isinstance(signal, GridReport)
    assert (signal.event_type, signal.kind) == ("grid_facility_damage", Kind.ROAD_HAZARD)
    assert signal.observed_at.isoformat() == "2026-03-01T14:00:00+00:00"  # CST is UTC−6
    assert (signal.place.lat, signal.place.lon, signal.place.sigma_m) == (41.8832, -87.6279, 25)
    assert signal.place_text == "N STATE ST"
    assert signal.words == ("N STATE ST",)
    assert signal.exercise


def test_times_of_the_portals_own_export_and_summer_time_are_read() -> None:
    done = imported(chicago("SR26-1", CREATED_DATE="07/04/2026 01:30:00 PM"))
    assert done.signals[0].observed_at.isoformat() == "2026-07-04T18:30:00+00:00"


def test_duplicates_lead_to_the_first_record_over_any_number_of_steps() -> None:
    done = imported(
        chicago("SR26-1"),
        chicago("SR26-2", DUPLICATE="true", PARENT_SR_NUMBER="SR26-1"),
        chicago("SR26-3", DUPLICATE="true", PARENT_SR_NUMBER="SR26-2"),
        chicago("SR26-4"),
        chicago("SR26-5", DUPLICATE="true", PARENT_SR_NUMBER="SR25-9"),
        chicago("SR26-6", DUPLICATE="true", PARENT_SR_NUMBER="SR25-9"),
        chicago("SR26-7", DUPLICATE="false", PARENT_SR_NUMBER="SR26-1"),
    )
    assert clusters(done) == {
        "SR26-1": "SR26-1", "SR26-2": "SR26-1", "SR26-3": "SR26-1", "SR26-4": "SR26-4", "SR26-5": "SR25-9",
        "SR26-6": "SR25-9", "SR26-7": "SR26-7",
    }  # fmt: skip


@pytest.mark.parametrize("ring", [("a",), ("a", "b"), ("a", "b", "c")])
def test_records_that_name_each_other_in_a_ring_are_one_cluster(ring: tuple[str, ...]) -> None:
    parents = (*ring[1:], ring[0])
    rows = [chicago(one, DUPLICATE="true", PARENT_SR_NUMBER=of) for one, of in zip(ring, parents, strict=True)]
    assert set(clusters(imported(*rows)).values()) == {"a"}


def test_of_a_san_diego_description_only_the_mappings_words_are_kept() -> None:
    done = imported(san_diego("101"), san_diego("102", service_request_parent_id="101.0"), city="san-diego")
    signal = done.signals[0]
    assert signal.kind is Kind.PARKING
    assert signal.words == ("BROADWAY", "红色", "货车")
    everything = "".join(signal.model_dump_json() for signal in done.signals)
    for personal in ("7ABC123", "Smith", "619", "100 Broadway"):
        assert personal not in everything
    assert clusters(done) == {"101": "101", "102": "101"}


def test_a_call_is_a_110_call_only_where_the_mapping_says_so() -> None:
    form = load_mapping("san-diego")
    target = form.kinds["72 hour"].model_copy(update={"event_type": "call_traffic"})
    form = form.model_copy(update={"calls": ("Phone",), "kinds": {"72 hour": target}})
    rows = [SAN_DIEGO, san_diego("1", case_origin="Phone"), san_diego("2", case_origin="Mobile")]
    done = import_rows(rows, form)
    assert [type(signal) for signal in done.signals] == [PoliceAlert, GridReport]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"CREATED_DATE": "yesterday"}, "CREATED_DATE", "a time of none"),
        ({"CREATED_DATE": ""}, "CREATED_DATE", "a time of none"),
        ({"LATITUDE": ""}, "LATITUDE", "no number"),
        ({"LATITUDE": "nan"}, "LATITUDE", "no number"),
        ({"LONGITUDE": "inf"}, "LONGITUDE", "no number"),
        ({"LATITUDE": "0", "LONGITUDE": "0"}, "LATITUDE", "outside"),
        ({"LATITUDE": "-87.6", "LONGITUDE": "41.9"}, "LATITUDE", "outside"),
        ({"SR_NUMBER": ""}, "SR_NUMBER", "empty"),
        ({"SR_NUMBER": "SR26-1"}, "SR_NUMBER", "before"),
        ({"SR_TYPE": ""}, "SR_TYPE", "empty"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_line_column_and_reason(
    cells: dict[str, str], column: str, reason: str
) -> None:
    done = imported(chicago("SR26-1"), chicago("SR26-2", **cells), chicago("SR26-3"))
    assert list(clusters(done)) == ["SR26-1", "SR26-3"]
    (reject,) = done.rejects
    assert (reject.line, reject.column) == (3, column)
    assert reason in reject.reason


def test_a_row_of_another_width_is_a_reject_and_an_empty_line_is_nothing() -> None:
    done = imported(chicago("SR26-1") + ",more", "", "a,b", chicago("SR26-2"))
    assert [(one.line, one.reason) for one in done.rejects] == [
        (2, "40 cells under a heading of 39"),
        (4, "2 cells under a heading of 39"),
    ]
    assert list(clusters(done)) == ["SR26-2"]


def test_kinds_that_the_mapping_does_not_name_are_counted_or_kept() -> None:
    rows = [CHICAGO, chicago("1", SR_TYPE="311 INFORMATION ONLY CALL"), chicago("2")]
    done = import_rows(rows, load_mapping("chicago"))
    assert done.skipped == {"311 INFORMATION ONLY CALL": 1}
    kept = import_rows(rows, load_mapping("chicago").model_copy(update={"other": "keep"}))
    assert sorted((signal.event_type, signal.kind) for signal in kept.signals) == [
        ("grid_facility_damage", Kind.ROAD_HAZARD),
        ("hotline_request", Kind.NONE),
    ]


def test_the_limit_is_one_of_readable_records() -> None:
    rows = [chicago("x", LATITUDE=""), *(chicago(f"SR26-{n}") for n in range(5))]
    assert len(imported(*rows, limit=3).signals) == 3


def test_headings_are_found_in_any_case_and_spacing_and_a_lacking_one_is_named() -> None:
    heading = CHICAGO.replace("SR_NUMBER", "SR Number").replace("CREATED_DATE", "Created Date").lower()
    assert len(import_rows([heading, chicago("SR26-1")], load_mapping("chicago")).signals) == 1
    with pytest.raises(ConfigurationError, match="no column LATITUDE") as bad:
        import_rows([CHICAGO.replace("LATITUDE", "Y")], load_mapping("chicago"))
    assert "SR_NUMBER" in bad.value.hint
    with pytest.raises(ConfigurationError, match="no column"):
        import_rows([], load_mapping("chicago"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("America/Chicago", "Mars/Olympus"), "zone: Value error, no zone"),
        (("grid_facility_damage}", "grid_nothing}"), "event_type: Value error, no event type"),
        (("sigma_m: 25", "sigma: 25"), "sigma: Extra inputs"),
        (("city: Chicago", "city: ["), "not YAML"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text_of("chicago").replace(*change), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=says):
        load_mapping(str(file))


def test_an_unknown_mapping_names_the_shipped_ones() -> None:
    with pytest.raises(ConfigurationError) as bad:
        load_mapping("boston")
    assert "chicago, san-diego" in bad.value.hint


def test_an_imported_file_replays_and_its_rejects_lie_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "311.csv", tmp_path / "out"
    rows = [chicago("SR26-1"), chicago("SR26-2", DUPLICATE="true", PARENT_SR_NUMBER="SR26-1"), chicago("", CITY="x")]
    file.write_text("\ufeff" + "\n".join([CHICAGO, *rows, chicago("SR26-9", SR_TYPE="Sign up")]), encoding="utf-8")
    import_311(file, out, "chicago", None, None)
    told = capsys.readouterr()
    assert "2 records of 1 clusters, 1 of kinds not mapped, 1 unreadable" in told.out
    assert "not in the mapping: Sign up: 1" in told.err
    reject = json.loads((out / "rejects.jsonl").read_text(encoding="utf-8"))
    assert reject == {"line": 4, "number": "", "column": "SR_NUMBER", "reason": "empty"}
    truth = [json.loads(line) for line in (out / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["cluster"] for one in truth] == ["SR26-1", "SR26-1"]
    replay(out / "day.jsonl", tmp_path / "decisions.jsonl", None)
    assert len((tmp_path / "decisions.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    with pytest.raises(ConfigurationError, match="No such file"):
        import_311(tmp_path / "nothing.csv", out, "chicago", None, None)
    with pytest.raises(ConfigurationError, match="what from"):
        import_311(None, None, "chicago", None, None)
