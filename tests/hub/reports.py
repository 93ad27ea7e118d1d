"""Reports as sources send them, for the tests of the intake."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.geo import Datum
from hub.gazetteer import load_gazetteer
from hub.intake import Doors, PostgresIntake
from hub.personal import Vault
from hub.settings import FeedSettings, Settings

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
VAULT = Vault(bytes(range(32)))
MAP = Path(__file__).parents[2] / "hub" / "demo" / "map"
GAZETTEER = load_gazetteer(MAP, default_district="elsewhere")
CALL: dict[str, Any] = {
    "call_no": "990199000000202611240001", "reported_at": "2026-11-24T08:31:05+08:00", "category": "020000",
    "level": 2, "content": "人民广场东侧有二十多人聚集争吵，联系电话13800000000", "address": "人民广场东侧",
    "position": {"lat": 34.327482, "lon": 118.012401, "datum": "GCJ-02", "accuracy_m": 100},
    "caller": {"name": "张三丰", "phone": "13800000000"}, "unit_code": "990199010000",
}  # fmt: skip
GRID: dict[str, Any] = {
    "report_no": "WG-1", "reported_at": "2026-11-24T08:36:40+08:00", "grid_code": "990199001002003",
    "class_code": "0102", "class_name": "暴露垃圾", "description": "路边有垃圾",
    "position": {"lat": 34.32885, "lon": 118.00661, "datum": "WGS-84", "accuracy_m": 15},
}  # fmt: skip
PETITION: dict[str, Any] = {
    "item_no": "XF-1", "class_name": "申诉求决类", "accepted_at": "2026-11-24T08:00:00+08:00",
    "grid_code": "990199001002003", "state": "已受理",
}  # fmt: skip


def body(members: dict[str, Any], **changed: Any) -> bytes:
    """`members` as plain JSON, some of them changed; a value of None leaves its member out."""
    merged = members | changed
    return json.dumps({name: value for name, value in merged.items() if value is not None}, ensure_ascii=False).encode()


def intake_on(engine: AsyncEngine, **settings: Any) -> PostgresIntake:
    """An intake with the demo's map and a fixed key."""
    feeds = FeedSettings(datum={"police_110": Datum.GCJ02}, bounds=(34.285, 117.915, 34.370, 118.062))
    return PostgresIntake(engine, VAULT, Doors(GAZETTEER, Settings(feeds=feeds, **settings)))
