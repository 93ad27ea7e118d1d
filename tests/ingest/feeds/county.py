"""A county of four known things, and documents as its sources send them."""

import json
from datetime import UTC, datetime
from typing import Any

from contracts.geo import Datum, GeoPoint, PositionQuality
from contracts.intake import Feed
from contracts.rejected import FieldError
from ingest.feeds.context import FeedContext, Parsed, Spot, Unread
from ingest.feeds.parse import parse

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
BOUNDS = (34.2, 117.8, 34.5, 118.2)
POLE = Spot(GeoPoint(lat=34.3286, lon=118.0078), 15.0, PositionQuality.LANDMARK, "147号灯杆")
SQUARE = Spot(GeoPoint(lat=34.3287, lon=118.0067), 45.0, PositionQuality.LANDMARK, "人民广场")
CELL = Spot(GeoPoint(lat=34.33, lon=118.01), 150.0, PositionQuality.GRID, "第三网格", ((34.3, 118.0), (34.4, 118.1)))
MIDDLE = Spot(GeoPoint(lat=34.35, lon=118.0), 5000.0, PositionQuality.AREA)


class FourThings:
    """A gazetteer of one pole, one square, one grid and a middle; everything lies in the east."""

    def landmark(self, number: str) -> Spot | None:
        return POLE if number == "GC-0147" else None

    def grid(self, code: str) -> Spot | None:
        return CELL if code == "990199001002003" else None

    def place(self, text: str) -> Spot | None:
        return SQUARE if "人民广场" in text else None

    def names_in(self, text: str) -> tuple[str, ...]:
        return ("人民广场",) if "人民广场" in text else ()

    def around(self, point: GeoPoint) -> tuple[str | None, str]:
        return "990199001002003", "east"

    def centre(self) -> Spot:
        return MIDDLE


CALL_EVENT: dict[str, Any] = {
    "specversion": "1.0", "id": "990199000000202611240001", "source": "/police/110/990199",
    "type": "cn.hub.police.alert.v1", "time": "2026-11-24T08:31:05+08:00", "datacontenttype": "application/json",
    "data": {
        "call_no": "990199000000202611240001", "reported_at": "2026-11-24T08:31:05+08:00", "happened_at": None,
        "category": "020000", "category_name": "行政（治安）类警情", "subcategory": None, "level": 2,
        "content": "人民广场东侧有二十多人聚集争吵，有人动手", "address": "人民广场东侧", "landmark_no": "GC-0147",
        "position": {"lat": 34.327482, "lon": 118.012401, "datum": "GCJ-02", "accuracy_m": 100},
        "caller": {"name": "匿名", "phone": "13800000000"}, "unit_code": "990199010000", "main_call_no": None,
        "relation": None, "exercise": True,
    },
}  # fmt: skip
CALL: dict[str, Any] = CALL_EVENT["data"]
PINYIN_CALL: dict[str, Any] = {
    "JJDBH": "990199000000202611240001", "BJSJ": "20261124083105", "JQLBDM": "020000", "JQDJDM": "2",
    "BJNR": "人民广场东侧有二十多人聚集争吵，有人动手", "JQDZ": "人民广场东侧", "TZDBH": "GC-0147",
    "FXDWJD": "118.012401", "FXDWWD": "34.327482", "BJRMC": "匿名", "LXDH": "13800000000", "GXDWDM": "990199010000",
}  # fmt: skip
GRID_EVENT: dict[str, Any] = {
    "specversion": "1.0", "id": "WG-20261124-00031", "source": "/grid/990199", "type": "cn.hub.grid.report.v1",
    "time": "2026-11-24T08:36:40+08:00",
    "data": {
        "report_no": "WG-20261124-00031", "reported_at": "2026-11-24T08:36:40+08:00",
        "grid_code": "990199001002003", "origin": "grid_worker", "class_code": "0499", "class_name": "突发事件-其他",
        "description": "广场上有人争执围观，已劝离部分人员",
        "position": {"lat": 34.32885, "lon": 118.00661, "datum": "WGS-84", "accuracy_m": 15}, "photos": [],
        "reporter_ref": "W-0231", "exercise": True,
    },
}  # fmt: skip
GRID: dict[str, Any] = GRID_EVENT["data"]
ITEM: dict[str, Any] = {
    "item_no": "D-7", "class_code": "1", "class_name": "邻里纠纷", "accepted_at": "2026-11-24T08:00:00+08:00",
    "due_at": "2026-12-24T08:00:00+08:00", "state": "调解中", "grid_code": "990199001002003", "lead_unit": "司法所",
    "parties_count": 3,
}  # fmt: skip


def context(**changed: Any) -> FeedContext:
    """What holds in this county, some of it changed."""
    usual: dict[str, Any] = {
        "now": NOW, "source": "desk", "gazetteer": FourThings(), "datum": {"police_110": Datum.GCJ02}, "bounds": BOUNDS,
    }  # fmt: skip
    return FeedContext(**(usual | changed))


def raw(members: dict[str, Any], **changed: Any) -> bytes:
    """`members` as JSON, some of them changed; `...` leaves a member out."""
    merged = members | changed
    return json.dumps({name: value for name, value in merged.items() if value is not ...}, ensure_ascii=False).encode()


def taken(feed: Feed, body: bytes, **changed: Any) -> Parsed:
    """What was read, or a failed test with the reasons."""
    outcome = parse(feed, body, context(**changed))
    assert isinstance(outcome, Parsed), outcome
    return outcome


def refused(feed: Feed, body: bytes, **changed: Any) -> FieldError:
    """The first reason why it was not read."""
    outcome = parse(feed, body, context(**changed))
    assert isinstance(outcome, Unread), outcome
    return outcome.errors[0]


def doubts(outcome: Parsed) -> list[str]:
    """The fields that were not understood."""
    return [warning.field for warning in outcome.warnings]
