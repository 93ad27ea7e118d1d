"""Disputes and petitions."""

import json

import pytest

from contracts.intake import Feed
from contracts.kinds import Kind
from contracts.signals import Dispute, Petition
from ingest.feeds.context import Informant, Unread
from ingest.feeds.parse import parse
from tests.ingest.feeds.county import CELL, ITEM, context, doubts, raw, refused, taken

LETTER = {**ITEM, "item_no": "XF-9", "class_code": None, "class_name": "申诉求决类"}


def test_a_dispute_has_a_place_a_clock_and_no_persons() -> None:
    outcome = taken(Feed.DISPUTE, raw(ITEM, parties=["张三", "李四"], applicant={"phone": "13900000000"}))
    item = outcome.report
    assert isinstance(item, Dispute)
    assert (item.event_type, item.kind, item.severity) == ("dispute_case", Kind.DISPUTE, 3)
    assert (item.item_no, item.parties_count, item.lead_unit, item.state) == ("D-7", 3, "司法所", "调解中")
    assert (item.place.lat, item.place.sigma_m, item.place_text) == (CELL.point.lat, CELL.sigma_m, "第三网格")
    assert "张三" not in repr(outcome)
    assert outcome.caller is None


def test_an_items_own_position_is_an_address() -> None:
    position = {"lat": 34.33, "lon": 118.01, "datum": "CGCS2000"}
    assert taken(Feed.DISPUTE, raw(ITEM, position=position)).report.place.sigma_m == 60.0


def test_an_item_in_no_known_grid_is_taken_and_doubted() -> None:
    assert doubts(taken(Feed.DISPUTE, raw(ITEM, grid_code=None))) == ["grid_code"]


def test_what_is_kept_of_a_wrong_dispute_names_no_party() -> None:
    body = raw(ITEM, accepted_at="soon", parties=["张三"], position={"lat": 1, "lon": 2, "owner": "李四"})
    outcome = parse(Feed.DISPUTE, body, context())
    assert isinstance(outcome, Unread)
    assert outcome.keep is not None
    kept = json.loads(outcome.keep)
    assert (kept["item_no"], kept["position"]) == ("D-7", {"lat": 1, "lon": 2})
    assert "张三" not in outcome.keep.decode()


@pytest.mark.parametrize(
    ("class_name", "event_type"),
    [
        ("申诉求决类", "petition_request"),
        ("建议意见类", "petition_suggestion"),
        ("request", "petition_request"),
        ("suggestion", "petition_suggestion"),
    ],
)
def test_petitions_of_the_harmless_classes_are_work_items(class_name: str, event_type: str) -> None:
    item = taken(Feed.PETITION, raw(LETTER, class_name=class_name)).report
    assert isinstance(item, Petition)
    assert (item.event_type, item.kind, item.severity) == (event_type, Kind.NONE, 4)


@pytest.mark.parametrize(
    "changed",
    [{"class_name": "检举控告类"}, {"class_code": "检举"}, {"class_name": "控告"}, {"class_code": "Informant"}],
)
def test_an_informants_petition_is_refused_before_anything_else_is_read(changed: dict[str, str]) -> None:
    outcome = parse(Feed.PETITION, raw(LETTER, accepted_at="nonsense", content="某人受贿", **changed), context())
    assert outcome == Informant("desk", "XF-9")


def test_an_informants_petition_is_refused_at_the_door_of_disputes_too() -> None:
    assert parse(Feed.DISPUTE, raw(ITEM, class_name="检举控告"), context()) == Informant("desk", "D-7")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(raw(LETTER, class_name="其他"), id="unknown class"),
        pytest.param(raw(LETTER, class_name=None), id="no class"),
        pytest.param(raw(LETTER)[:-1], id="broken"),
        pytest.param("检举".encode("gbk"), id="another encoding"),
    ],
)
def test_of_a_petition_whose_class_is_not_known_nothing_is_kept(body: bytes) -> None:
    outcome = parse(Feed.PETITION, body, context())
    assert isinstance(outcome, Unread)
    assert (outcome.keep, outcome.source_ref) == (None, "")


def test_a_petition_that_came_through_another_door_is_not_kept_either() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "/p", "type": "cn.hub.petition.item.v1", "data": LETTER}
    outcome = parse(Feed.GRID, raw(event), context())
    assert isinstance(outcome, Unread)
    assert (outcome.keep, outcome.errors[0].field) == (None, "type")


@pytest.mark.parametrize("count", [-1, 1e9])
def test_a_nonsensical_number_of_parties_is_left_out(count: float) -> None:
    outcome = taken(Feed.DISPUTE, raw(ITEM, parties_count=count))
    assert doubts(outcome) == ["parties_count"]
    assert refused(Feed.DISPUTE, raw(ITEM, parties_count="three")).field == "parties_count"
