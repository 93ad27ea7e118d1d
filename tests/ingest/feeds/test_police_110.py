from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.geo import Datum, PositionQuality
from contracts.intake import Feed
from contracts.kinds import Certainty, Kind
from contracts.signals import PoliceAlert
from ingest.feeds.context import Parsed
from tests.ingest.feeds.county import (
    CALL,
    CALL_EVENT,
    CELL,
    MIDDLE,
    PINYIN_CALL,
    POLE,
    SQUARE,
    doubts,
    raw,
    refused,
    taken,
)  # fmt: skip

PLAIN = {**CALL, "landmark_no": None}
CALLS = Feed.POLICE_110


def alert(outcome: Parsed) -> PoliceAlert:
    assert isinstance(outcome.report, PoliceAlert)
    return outcome.report


def test_the_example_of_the_wire_is_read_whole() -> None:
    outcome = taken(CALLS, raw(CALL_EVENT))
    call = alert(outcome)
    assert (call.event_type, call.kind, call.severity, call.severity_raw) == ("call_public_order", Kind.CROWD, 2, "2")
    assert call.observed_at == datetime(2026, 11, 24, 0, 31, 5, tzinfo=UTC)
    assert (call.place.lat, call.place.lon, call.place.sigma_m) == (POLE.point.lat, POLE.point.lon, 15.0)
    assert (call.landmark_no, call.district, call.place_text) == ("GC-0147", "east", "人民广场东侧")
    assert {"聚集", "争吵", "打架", "10-29人", "人民广场"} == set(call.words)
    assert (call.initial_category, call.unit_code, call.exercise) == ("020000", "990199010000", True)
    assert (call.certainty, call.source_ref) == (Certainty.OBSERVED, "/police/110/990199:990199000000202611240001")
    assert outcome.origin == "/police/110/990199"
    assert outcome.caller is not None
    assert outcome.caller.phone == "13800000000"
    assert outcome.warnings == ()


def test_pinyin_keys_make_the_same_alert() -> None:
    ours = alert(taken(CALLS, raw(CALL, category_name=None, exercise=None)))
    theirs = alert(taken(CALLS, raw(PINYIN_CALL)))
    assert theirs == ours


def test_a_wrong_pinyin_member_is_named_by_its_own_key() -> None:
    assert refused(CALLS, raw(PINYIN_CALL, BJSJ="today")).field == "BJSJ"
    assert refused(CALLS, raw(PINYIN_CALL, BJSJ=...)).field == "BJSJ"
    assert refused(CALLS, raw(PINYIN_CALL, FXDWJD="east")).field == "FXDWJD"


def test_a_pinyin_position_needs_the_datum_of_its_source() -> None:
    error = refused(CALLS, raw(PINYIN_CALL), datum={})
    assert (error.field, "HUB_FEEDS__DATUM" in error.hint) == ("FXDWWD", True)
    assert taken(CALLS, raw(PINYIN_CALL), datum={"desk": Datum.WGS84})


@pytest.mark.parametrize("nothing", ["", "0", "0.0", 0, None])
def test_a_zero_is_how_police_systems_say_that_they_know_no_position(nothing: object) -> None:
    call = alert(taken(CALLS, raw(PINYIN_CALL, FXDWJD=nothing, FXDWWD=nothing, TZDBH="")))
    assert call.place.sigma_m == SQUARE.sigma_m


@pytest.mark.parametrize(
    ("changed", "sigma", "quality"),
    [
        pytest.param({"landmark_no": "GC-0147"}, 15.0, PositionQuality.LANDMARK, id="a known pole wins"),
        pytest.param({}, 100 / 1.5, PositionQuality.EXACT, id="radius over 1.5"),
        pytest.param({"position": CALL["position"] | {"accuracy_m": 300}}, 200.0, PositionQuality.EXACT, id="300 m"),
        pytest.param({"position": CALL["position"] | {"accuracy_m": 5}}, 50 / 1.5, PositionQuality.EXACT, id="floor"),
        pytest.param(
            {"position": CALL["position"] | {"accuracy_m": None}}, 200 / 1.5, PositionQuality.EXACT, id="unstated"
        ),
        pytest.param({"position": None}, SQUARE.sigma_m, PositionQuality.LANDMARK, id="address on the map"),
        pytest.param(
            {"position": None, "address": "某处", "content": "有人打架", "grid_code": "990199001002003"},
            CELL.sigma_m, PositionQuality.GRID, id="grid only",
        ),
    ],
)  # fmt: skip
def test_the_place_is_the_best_that_is_known(changed: dict[str, Any], sigma: float, quality: PositionQuality) -> None:
    place = alert(taken(CALLS, raw(PLAIN, **changed))).place
    assert (place.sigma_m, place.quality) == (pytest.approx(sigma), quality)


def test_a_call_without_any_place_stands_in_the_middle_of_the_county_and_says_so() -> None:
    outcome = taken(CALLS, raw(PLAIN, position=None, address=None, content="有人打架"))
    call = alert(outcome)
    assert (call.place.lat, call.place.sigma_m, call.place.quality) == (34.35, MIDDLE.sigma_m, PositionQuality.AREA)
    assert call.grid_code is None
    assert doubts(outcome) == ["position"]


def test_an_unknown_pole_is_doubted_and_the_position_used() -> None:
    outcome = taken(CALLS, raw(CALL, landmark_no="GC-9999"))
    assert (doubts(outcome), alert(outcome).landmark_no) == (["landmark_no"], "GC-9999")
    assert alert(outcome).place.quality is PositionQuality.EXACT


@pytest.mark.parametrize(
    ("code", "name", "content", "event_type", "kind"),
    [
        ("010000", "", "有人行凶", "call_criminal", Kind.VIOLENCE),
        ("010000", "", "电动车被盗", "call_criminal", Kind.NONE),
        ("J020000", "", "有人打架", "call_public_order", Kind.VIOLENCE),
        ("J030000", "", "很多人讨薪", "call_crowd", Kind.CROWD),
        ("J040000", "", "两车追尾", "call_traffic", Kind.TRAFFIC_ACCIDENT),
        ("J040000", "", "车辆违停挡道", "call_traffic", Kind.PARKING),
        ("J040000", "", "路口堵车", "call_traffic", Kind.CONGESTION),
        ("J050000", "", "居民楼着火", "call_fire", Kind.FIRE),
        ("J060000", "", "河里有人溺水", "call_help", Kind.WATER),
        ("J060000", "", "老人晕倒", "call_help", Kind.MEDICAL),
        ("J090000", "", "孩子走失", "call_help", Kind.NONE),
        ("", "纠纷", "吵架", "call_dispute", Kind.DISPUTE),
        ("", "纠纷", "两家打起来了", "call_dispute", Kind.VIOLENCE),
        ("", "噪音扰民", "音响声", "call_noise", Kind.NOISE),
        ("", "聚集上访", "", "call_crowd", Kind.CROWD),
        ("", "群众紧急求助", "", "call_help", Kind.MEDICAL),
        ("", "道路交通类警情", "", "call_traffic", Kind.TRAFFIC_ACCIDENT),
        ("030000", "火灾", "仓库冒烟", "call_fire", Kind.FIRE),
        ("J140000", "", "咨询打架的案子", "call_other", Kind.NONE),
        ("J990000", "", "有人打架", "call_other", Kind.VIOLENCE),
    ],
)
def test_categories_become_event_types_and_words_refine_the_kind(
    code: str, name: str, content: str, event_type: str, kind: Kind
) -> None:
    outcome = taken(CALLS, raw(PLAIN, category=code, category_name=name, content=content))
    assert (alert(outcome).event_type, alert(outcome).kind, doubts(outcome)) == (event_type, kind, [])


@pytest.mark.parametrize("category", ["777777", "新类别", None])
def test_an_unknown_category_is_taken_doubted_and_as_grave_as_its_words(category: str | None) -> None:
    outcome = taken(CALLS, raw(PLAIN, category=category, category_name=None, level=None, content="居民楼着火"))
    call = alert(outcome)
    assert (call.event_type, call.kind, call.severity) == ("call_other", Kind.FIRE, 1)
    assert doubts(outcome) == ["category"]
    assert call.initial_category == (category or "")


@pytest.mark.parametrize(
    ("level", "inverted", "severity"),
    [
        (1, False, 1), ("4", False, 4), ("02", False, 2), ("一级", False, 1), ("三级警情", False, 3), ("Ⅱ", False, 2),
        (1, True, 4), ("四级", True, 1), (None, False, 2), (None, True, 2),
    ],
)  # fmt: skip
def test_level_1_is_the_gravest_unless_the_source_is_known_to_invert(
    level: object, inverted: bool, severity: int
) -> None:
    outcome = taken(CALLS, raw(PLAIN, level=level), level_inverted=frozenset({"desk"} if inverted else ()))
    assert (alert(outcome).severity, doubts(outcome)) == (severity, [])


@pytest.mark.parametrize("level", [0, 5, "紧急", "1.5"])
def test_an_unknown_level_is_doubted_and_the_category_decides(level: object) -> None:
    outcome = taken(CALLS, raw(PLAIN, level=level))
    assert (alert(outcome).severity, alert(outcome).severity_raw) == (2, str(level))
    assert doubts(outcome) == ["level"]


@pytest.mark.parametrize(
    ("content", "flag", "confidential"),
    [("邻居家暴，妻子受伤", None, True), ("有人打架", "1", True), ("有人打架", "0", False), ("有人打架", None, False)],
)
def test_the_text_of_a_confidential_call_stays_sealed(content: str, flag: str | None, confidential: bool) -> None:
    outcome = taken(CALLS, raw(PLAIN, content=content, confidential=flag))
    call = alert(outcome)
    assert call.confidential is confidential
    assert call.content == ("" if confidential else content)
    assert (call.place_text == CALL["address"]) is not confidential
    assert outcome.caller is not None
    assert outcome.caller.content_original == content


def test_phones_and_numbers_are_masked_everywhere_but_in_the_sealed_original() -> None:
    said = "我叫李四，电话１３９-0000-0000，撞我的是鲁A12345"
    outcome = taken(CALLS, raw(PLAIN, content=said, address="人民广场 13900000000"))
    shared = outcome.report.model_dump_json()
    assert [part for part in ("李四", "１３９", "139", "12345", "鲁A") if part in shared] == []
    assert outcome.caller is not None
    assert outcome.caller.content_original == said


def test_a_stated_time_is_when_it_happened() -> None:
    call = alert(taken(CALLS, raw(PLAIN, happened_at="20261124080000")))
    assert (call.observed_at, call.time_stated) == (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), True)
    outcome = taken(CALLS, raw(PLAIN, happened_at="20261124090000"))
    assert (alert(outcome).time_stated, doubts(outcome)) == (False, ["happened_at"])


@pytest.mark.parametrize(
    ("relation", "read"),
    [(1, "duplicate_report"), ("02", "urge"), ("urge", "urge"), ("0", None), (None, None), ("9", None)],
)
def test_relations_are_read_in_their_digits_and_names(relation: object, read: str | None) -> None:
    outcome = taken(CALLS, raw(PLAIN, relation=relation))
    assert alert(outcome).relation == read
    assert doubts(outcome) == (["relation"] if relation == "9" else [])


def test_an_invalid_call_is_kept_as_the_mildest_of_no_kind() -> None:
    call = alert(taken(CALLS, raw(PLAIN, invalid="1", level=None)))
    assert (call.event_type, call.kind, call.severity) == ("call_other", Kind.NONE, 4)


def test_flags_of_danger_become_words() -> None:
    assert {"持械", "爆炸物"} <= set(alert(taken(CALLS, raw(PLAIN, has_weapon="1", has_blast=True))).words)


def test_a_cloudevents_id_and_time_stand_in_for_missing_members() -> None:
    data = {name: value for name, value in CALL.items() if name not in ("call_no", "reported_at")}
    call = alert(taken(CALLS, raw(CALL_EVENT, data=data)))
    assert (call.call_no, call.observed_at.minute) == (CALL["call_no"], 31)


def test_three_field_information_is_not_imported() -> None:
    outcome = taken(CALLS, raw(PINYIN_CALL, BJDHYHM="张三", BJDHYHDZ="某小区1号"))
    assert "张三" not in repr(outcome)
    assert "某小区" not in repr(outcome)


def test_the_callers_own_name_is_taken_out_of_what_was_said_and_of_the_address() -> None:
    body = raw(PLAIN, content="欧阳小明说有人打架", address="欧阳小明家门口", caller={"name": "欧阳小明", "phone": "1"})
    outcome = taken(CALLS, body)
    assert (alert(outcome).content, alert(outcome).place_text) == ("[姓名]说有人打架", "[姓名]家门口")
    assert outcome.caller is not None
    assert outcome.caller.content_original == "欧阳小明说有人打架"


def test_an_organisation_that_calls_still_says_where_it_happened() -> None:
    outcome = taken(CALLS, raw(PLAIN, address="县人民医院", caller={"name": "县人民医院"}))
    assert alert(outcome).address == "县人民医院"
