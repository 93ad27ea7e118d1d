from typing import Any

import pytest

from contracts.geo import PositionQuality
from contracts.intake import Feed
from contracts.kinds import Certainty, Kind
from contracts.signals import GridReport
from ingest.feeds.context import Parsed
from tests.ingest.feeds.county import CELL, GRID, GRID_EVENT, doubts, raw, refused, taken


def report(outcome: Parsed) -> GridReport:
    assert isinstance(outcome.report, GridReport)
    return outcome.report


def test_the_example_of_the_wire_is_read_whole() -> None:
    outcome = taken(Feed.GRID, raw(GRID_EVENT))
    found = report(outcome)
    assert (found.event_type, found.kind, found.severity) == ("grid_emergency", Kind.CROWD, 2)
    assert (found.place.lat, found.place.sigma_m, found.grid_code) == (34.32885, 15.0, "990199001002003")
    assert (found.class_code, found.photos, found.exercise, found.place_text) == ("0499", 0, True, "第三网格")
    assert set(found.words) == {"争吵", "围观", "疏散"}
    assert (outcome.origin, outcome.caller, outcome.warnings) == ("/grid/990199", None, ())


@pytest.mark.parametrize(
    ("code", "name", "description", "event_type", "kind"),
    [
        ("0102", "", "", "grid_city_appearance", Kind.SANITATION),
        ("01-10", "", "", "grid_city_appearance", Kind.ROAD_HAZARD),
        ("0115", "", "", "grid_city_appearance", Kind.FIRE),
        ("0202", "", "", "grid_city_appearance", Kind.STREET_ORDER),
        ("0302", "", "有人打架", "grid_construction", Kind.DUST),
        ("0304", "", "", "grid_construction", Kind.ROAD_HAZARD),
        ("0401", "", "", "grid_emergency", Kind.ROAD_HAZARD),
        ("0406", "", "", "grid_emergency", Kind.FLOODING),
        ("0409", "", "", "grid_emergency", Kind.CROWD),
        ("0499", "", "仓库着火", "grid_emergency", Kind.FIRE),
        ("0501", "", "", "grid_street_order", Kind.STREET_ORDER),
        ("0505", "", "", "grid_street_order", Kind.PARKING),
        ("05.08", "", "", "grid_street_order", Kind.NOISE),
        ("0599", "", "车辆违停", "grid_street_order", Kind.PARKING),
        ("9901990505012345", "", "", "grid_street_order", Kind.PARKING),
        ("", "安全隐患", "脚手架松动", "grid_safety_hazard", Kind.WORK_SAFETY),
        ("", "公共设施损坏", "路灯不亮", "grid_facility_damage", Kind.ROAD_HAZARD),
    ],
)
def test_classes_become_event_types_and_kinds(
    code: str, name: str, description: str, event_type: str, kind: Kind
) -> None:
    outcome = taken(Feed.GRID, raw(GRID, class_code=code, class_name=name, description=description))
    assert (report(outcome).event_type, report(outcome).kind, doubts(outcome)) == (event_type, kind, [])


@pytest.mark.parametrize(("code", "kind"), [("7777", Kind.FIRE), (None, Kind.FIRE)])
def test_an_unknown_class_is_a_hotline_request_of_what_its_words_say(code: str | None, kind: Kind) -> None:
    outcome = taken(Feed.GRID, raw(GRID, class_code=code, class_name=None, description="垃圾堆起火"))
    assert (report(outcome).event_type, report(outcome).kind) == ("hotline_request", kind)
    assert doubts(outcome) == ["class_code"]


@pytest.mark.parametrize(("accuracy", "sigma"), [(5, 10.0), (10, 10.0), (35, 35.0), (None, 20.0)])
def test_a_phones_gps_is_never_better_than_ten_metres(accuracy: float | None, sigma: float) -> None:
    position = GRID["position"] | {"accuracy_m": accuracy}
    assert report(taken(Feed.GRID, raw(GRID, position=position))).place.sigma_m == sigma


def test_without_a_position_it_stands_in_its_grid() -> None:
    place = report(taken(Feed.GRID, raw(GRID, position=None))).place
    assert (place.sigma_m, place.quality, place.polygon) == (CELL.sigma_m, PositionQuality.GRID, CELL.polygon)


def test_an_unknown_grid_without_a_position_is_taken_and_doubted() -> None:
    outcome = taken(Feed.GRID, raw(GRID, position=None, grid_code="1"))
    assert doubts(outcome) == ["grid_code", "position"]


@pytest.mark.parametrize(
    ("origin", "certainty"),
    [("grid_worker", Certainty.OBSERVED), (None, Certainty.OBSERVED), ("12345", Certainty.LIKELY)],
)
def test_who_stands_there_is_surer_than_who_telephones(origin: str | None, certainty: Certainty) -> None:
    assert report(taken(Feed.GRID, raw(GRID, origin=origin))).certainty is certainty


def test_a_residents_name_and_phone_are_kept_apart() -> None:
    outcome = taken(Feed.GRID, raw(GRID, reporter={"name": "李四", "phone": "13900000000"}))
    assert outcome.caller is not None
    assert (outcome.caller.name, outcome.caller.phone) == ("李四", "13900000000")
    assert "李四" not in outcome.report.model_dump_json()


@pytest.mark.parametrize(("photos", "count"), [(["a", "b"], 2), ([], 0), (None, 0)])
def test_photos_are_counted(photos: Any, count: int) -> None:
    assert report(taken(Feed.GRID, raw(GRID, photos=photos))).photos == count


def test_photos_that_are_no_list_are_refused() -> None:
    assert refused(Feed.GRID, raw(GRID, photos="base64…")).field == "photos"
