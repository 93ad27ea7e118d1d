"""Bad input on every feed: a reason with what, where and how to mend it, and never an exception."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.intake import Feed
from contracts.signals import SIGNAL
from ingest.feeds.context import Parsed
from ingest.feeds.document import MAX_BODY_BYTES
from ingest.feeds.parse import parse
from tests.ingest.feeds.county import CALL, CALL_EVENT, GRID, ITEM, context, doubts, raw, refused, taken

PLAIN = {**CALL, "landmark_no": None}
POSITION = CALL["position"]


@pytest.mark.parametrize(
    ("body", "reason", "hint"),
    [
        pytest.param(b"", "empty document", "UTF-8", id="empty"),
        pytest.param(b'{"a":', "line 1, column", "UTF-8", id="cut off"),
        pytest.param(b"[1]", "not a JSON object", "one report", id="a list"),
        pytest.param(b'"text"', "not a JSON object", "one report", id="a text"),
        pytest.param(b'{"level": NaN}', "unexpected character", "NaN", id="NaN"),
        pytest.param(b'{"level": 1e999}', "infinity", "NaN", id="a number beyond all numbers"),
        pytest.param(b'{"content": "\\ud800"}', "surrogate", "UTF-8", id="half a surrogate"),
        pytest.param('{"content": "打架"}'.encode("gbk"), "UTF-8", "GBK", id="GBK"),
        pytest.param(b"[" * 100_000, "depth", "UTF-8", id="nested without end"),
        pytest.param(b" " * (MAX_BODY_BYTES + 1), "bytes", "photos", id="larger than a report"),
        pytest.param(b"\xff\xfe\x00{", "UTF-8", "UTF-8", id="UTF-16"),
    ],
)
def test_bytes_that_are_no_document_are_refused_with_a_reason(body: bytes, reason: str, hint: str) -> None:
    error = refused(Feed.GRID, body)
    assert reason in error.reason
    assert hint in error.hint


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"source": None}, "source"),
        ({"source": "a\nb"}, "source"),
        ({"data": "text"}, "data"),
        ({"data": None}, "data"),
        ({"type": "cn.hub.grid.report.v1"}, "type"),
    ],
)
def test_a_broken_envelope_is_named(changed: dict[str, Any], field: str) -> None:
    assert refused(Feed.POLICE_110, raw(CALL_EVENT, **changed)).field == field


def test_a_byte_order_mark_and_an_unknown_type_are_tolerated() -> None:
    assert taken(Feed.POLICE_110, b"\xef\xbb\xbf" + raw(CALL_EVENT, type="gov.example.call"))


@pytest.mark.parametrize(
    ("position", "field", "reason"),
    [
        pytest.param({"lat": 34.3, "lon": 118.0}, "position.datum", "missing", id="no datum"),
        pytest.param(POSITION | {"datum": "Beijing54"}, "position.datum", "unknown", id="unknown datum"),
        pytest.param(POSITION | {"datum": 4}, "position.datum", "unknown", id="datum as a number"),
        pytest.param(POSITION | {"lat": None}, "position.lat", "missing", id="no latitude"),
        pytest.param(POSITION | {"lat": "north"}, "position.lat", "not a number", id="latitude in words"),
        pytest.param(POSITION | {"lat": True}, "position.lat", "not a number", id="latitude as a yes"),
        pytest.param(POSITION | {"lat": 118.0, "lon": 34.3}, "position.lat", "颠倒", id="swapped"),
        pytest.param(POSITION | {"lat": 39.9, "lon": 116.4}, "position.lat", "outside the county", id="another city"),
        pytest.param(POSITION | {"lat": 34.51}, "position.lat", "outside the county", id="just outside"),
        pytest.param(POSITION | {"lat": 1e6}, "position.lat", "not degrees", id="no degrees"),
        pytest.param([34.3, 118.0], "position", "not a JSON object", id="a list"),
    ],
)
def test_a_position_is_refused_by_the_member_that_is_wrong(position: object, field: str, reason: str) -> None:
    error = refused(Feed.POLICE_110, raw(PLAIN, position=position))
    assert (error.field, reason in error.reason) == (field, True)
    event = {**CALL_EVENT, "data": {**PLAIN, "position": position}}
    assert refused(Feed.POLICE_110, raw(event)).field == f"data.{field}"


def test_a_swapped_position_is_recognised_by_the_bounds_alone() -> None:
    bounds = (24.0, 70.0, 26.0, 72.0)
    position = {"lat": 71.0, "lon": 25.0, "datum": "WGS-84"}
    assert "颠倒" in refused(Feed.POLICE_110, raw(PLAIN, position=position), bounds=bounds).reason


def test_without_bounds_any_place_on_earth_is_taken() -> None:
    position = {"lat": 39.9, "lon": 116.4, "datum": "wgs84"}
    assert taken(Feed.POLICE_110, raw(PLAIN, position=position), bounds=None)


@pytest.mark.parametrize("accuracy", [0, -1, 1e6])
def test_a_nonsensical_accuracy_is_left_out_and_said(accuracy: float) -> None:
    assert doubts(taken(Feed.POLICE_110, raw(PLAIN, position=POSITION | {"accuracy_m": accuracy}))) == [
        "position.accuracy_m"
    ]


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-11-24T08:31:05", "without a zone"),
        ("2026-11-24 08:31", "without a zone"),
        ("yesterday", "not a time"),
        ("20261340083105", "not a time"),
        ("2026-02-30T08:31:05+08:00", "not a time"),
        ("0001-01-01T00:00:00+14:00", "not a time"),
        ("1999-12-31T00:00:00Z", "not a time"),
        (1764000000, "not a time"),
        ({"at": 1}, "not a time"),
        (None, "missing"),
        ("2026-11-24T09:02:01+08:00", "121 s in the future"),
        ("9999-12-31T23:59:59Z", "in the future"),
    ],
)
def test_a_time_is_refused_with_how_to_write_it(moment: object, reason: str) -> None:
    error = refused(Feed.GRID, raw(GRID, reported_at=moment))
    assert (error.field, reason in error.reason) == ("reported_at", True)
    assert error.hint


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-24T00:31:05Z",
        "2026-11-24 08:31:05+0800",
        "20261124083105",
        20261124083105,
        "2026-11-24T08:31:05.0+08:00",
    ],
)
def test_times_with_a_zone_and_chinas_compact_form_are_read(moment: object) -> None:
    assert taken(Feed.GRID, raw(GRID, reported_at=moment)).report.observed_at.isoformat() == "2026-11-24T00:31:05+00:00"


def test_a_clock_a_little_ahead_is_taken_and_never_later_than_now() -> None:
    report = taken(Feed.GRID, raw(GRID, reported_at="2026-11-24T09:02:00+08:00")).report
    assert report.observed_at == report.received_at == context().now


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"report_no": None}, "report_no"),
        ({"report_no": "x" * 65}, "report_no"),
        ({"report_no": "a\u0000b"}, "report_no"),
        ({"report_no": 1.5}, "report_no"),
        ({"description": {"text": "x"}}, "description"),
        ({"exercise": "perhaps"}, "exercise"),
        ({"class_code": ["0102"]}, "class_code"),
    ],
)
def test_a_wrong_member_is_named(changed: dict[str, Any], field: str) -> None:
    assert refused(Feed.GRID, raw(GRID, **changed)).field == field


def test_all_that_is_wrong_is_said_at_once() -> None:
    outcome = parse(Feed.GRID, raw(GRID, report_no=None, reported_at="now", position={}), context())
    assert not isinstance(outcome, Parsed)
    fields = [error.field for error in getattr(outcome, "errors", ())]
    assert fields == ["report_no", "reported_at", "position.lat", "position.lon", "position.datum"]


def test_a_null_byte_in_free_text_is_mended_and_said_for_no_call_is_lost_over_it() -> None:
    outcome = taken(Feed.GRID, raw(GRID, description="垃圾\u0000满溢"))
    assert outcome.report.model_dump()["description"] == "垃圾�满溢"
    assert doubts(outcome) == ["description"]


def test_a_long_story_is_cut_and_never_inside_a_number() -> None:
    outcome = taken(Feed.GRID, raw(GRID, description="长" * 3995 + "13900000000"))
    assert outcome.report.model_dump()["description"] == "长" * 3995
    assert doubts(outcome) == ["description"]


members = st.sampled_from(sorted({*CALL, *GRID, *ITEM, "JJDBH", "BJSJ", "FXDWWD", "FXDWJD", "BJRMC", "JQDJDM", "lat"}))
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lat", "lon", "datum", "accuracy_m", "name", "phone"]), inner, max_size=4)
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(
    st.sampled_from(list(Feed)),
    st.sampled_from([CALL, GRID, ITEM, {**ITEM, "class_name": "建议"}, {}]),
    st.dictionaries(members, values, max_size=4),
)
def test_no_document_makes_a_parser_raise_and_what_is_taken_is_a_signal(
    feed: Feed, members: dict[str, Any], changed: dict[str, Any]
) -> None:
    outcome = parse(feed, json.dumps(members | changed, ensure_ascii=True).encode(), context())
    if isinstance(outcome, Parsed):
        again = SIGNAL.validate_json(outcome.report.model_dump_json())
        assert again == outcome.report
        assert "\x00" not in repr(again)


@given(st.sampled_from(list(Feed)), st.binary(max_size=200))
def test_no_bytes_make_a_parser_raise(feed: Feed, body: bytes) -> None:
    assert not isinstance(parse(feed, body, context()), Parsed)


@pytest.mark.parametrize(
    ("extra", "dropped"),
    [
        pytest.param({"idCard": "990101199001011234"}, ("idCard",), id="an identity number in camel case"),
        pytest.param({"BJDHYHM": "张三"}, ("BJDHYHM",), id="three-field information"),
        pytest.param({"车牌号": "京A12345"}, ("车牌号",), id="a plate, in Chinese"),
        pytest.param({"Faces": [{"FaceID": "1"}]}, ("Faces",), id="a list of faces as GA/T 1400 has it"),
        pytest.param({"more": [{"plate_no": "x"}]}, ("more[0].plate_no",), id="inside a list"),
        pytest.param({"passport": None, "face": ""}, (), id="empty members say nothing"),
        pytest.param({"persons_count": 3, "surface": "wet", "facing": "north"}, (), id="words that only look like it"),
    ],
)
def test_personal_members_are_dropped_and_named_without_their_value(
    extra: dict[str, Any], dropped: tuple[str, ...]
) -> None:
    outcome = taken(Feed.GRID, raw(GRID, **extra))
    assert outcome.dropped == dropped
    assert [one.field for one in outcome.warnings if "personal" in one.reason] == list(dropped)
    assert "张三" not in repr(outcome)
    assert "990101199001011234" not in repr(outcome)
