"""Recurrence spots and counts per grid over HTTP: what is counted, and what is too few to be told."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.permissions import Role
from command_center.small_counts import LEAST, counted, shown
from contracts.incidents import Incident, IncidentPlace, IncidentState
from contracts.kinds import Kind
from contracts.signals import Dispute, Petition, WorkItem
from hub import clock
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import HERE, T0, call, camera, fuse, incident, register, sight

DAY = timedelta(days=1)


def past(number: int, days: float, **more: object) -> Incident:
    """Something that was seen so many days ago, and is over."""
    seen = clock.now() - days * DAY
    return incident(number, sight(number), **{"observed_at": seen, "state": IncidentState.CLOSED, **more})


async def read(console: Console, path: str, role: str = Role.GRID_OPERATOR) -> dict[str, Any]:
    answer = await console.client.get(f"/api/prevention/{path}", headers=console.as_(role))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_same_kind_three_times_in_thirty_days_is_a_spot(engine: AsyncEngine, tmp_path: Path) -> None:
    far = IncidentPlace(lat=HERE.lat + 0.01, lon=HERE.lon, radius_m=10)
    await fuse(
        engine, past(1, 1), past(2, 10), past(3, 29), past(4, 31), past(5, 2, state=IncidentState.REJECTED),
        past(6, 2, state=IncidentState.MERGED), past(7, 3, exercise=False), past(8, 3, kind=Kind.FIRE),
        past(9, 3, place=far), past(10, 3, kind=Kind.DEVICE),
    )  # fmt: skip
    async with console_of(engine, tmp_path, *Role) as console:
        page = await read(console, "recurrence?exercise=true")
        assert [(one["kind"], one["count"]) for one in page["items"]] == [("crowd", 3)]
        assert page["items"][0]["incident_ids"] == ["incident-1", "incident-2", "incident-3"]
        assert page["definition_zh"].startswith("近30天同类≥3次")
        assert (await read(console, "recurrence?exercise=true&least=4"))["items"] == []
        assert (await read(console, "recurrence?exercise=true&days=9"))["items"] == []


async def test_a_drill_and_the_real_are_never_counted_together(engine: AsyncEngine, tmp_path: Path) -> None:
    await fuse(engine, past(1, 1), past(2, 1), past(3, 1, exercise=False), past(4, 1, exercise=False))
    async with console_of(engine, tmp_path, *Role) as console:
        for drill in ("true", "false"):
            assert (await read(console, f"recurrence?exercise={drill}"))["items"] == []
            two = (await read(console, f"recurrence?least=2&exercise={drill}"))["items"]
            assert [one["count"] for one in two] == [2]


async def test_confidential_calls_make_no_spot(engine: AsyncEngine, tmp_path: Path) -> None:
    calls = [call(n, confidential=True) for n in (1, 2, 3)]
    seen = clock.now() - DAY
    await fuse(engine, *(incident(n, one, observed_at=seen) for n, one in enumerate(calls, 1)), signals=calls)
    async with console_of(engine, tmp_path, *Role) as console:
        assert (await read(console, "recurrence?exercise=true", Role.DISPATCHER))["items"] == []


# ── counts of disputes and petitions


@pytest.mark.parametrize(("count", "told"), [(1, None), (2, None), (LEAST, 3), (40, 40)])
def test_a_count_below_three_is_not_told(count: int, told: int | None) -> None:
    assert shown(count) == told
    (grid,) = counted([{"grid_code": "g", "source": "dispute", "count": count}]).grids
    assert grid.counts == {"dispute": told}


def test_a_grid_without_any_is_left_out() -> None:
    assert counted([{"grid_code": "g", "source": "dispute", "count": 0}]).grids == ()


def item(kind: type[WorkItem], source: str, number: int, grid: str, **more: object) -> WorkItem:
    return kind.model_validate({
        "signal_id": f"{source}-{number}", "source_ref": f"{source}-{number}", "item_no": f"{source}-{number}",
        "event_type": "dispute_case", "kind": Kind.DISPUTE, "severity": 3, "observed_at": T0, "accepted_at": T0,
        "received_at": clock.now() - DAY, "place": HERE, "district": "990199-east", "grid_code": grid,
        "exercise": True, **more,
    })  # fmt: skip


async def test_no_small_count_of_work_items_leaves_the_hub(engine: AsyncEngine, tmp_path: Path) -> None:
    items = [
        *(item(Dispute, "dispute", n, "g1") for n in range(3)), *(item(Dispute, "dispute", n, "g2") for n in (10, 11)),
        item(Petition, "petition", 1, "g1"), item(Dispute, "dispute", 20, "g2", exercise=False),
        item(Dispute, "dispute", 30, "g2", received_at=clock.now() - 31 * DAY),
    ]  # fmt: skip
    async with engine.begin() as connection:
        for one in items:
            await connection.execute(_ITEM, {"doc": one.model_dump_json(), **one.model_dump(include=_COLUMNS)})
    async with console_of(engine, tmp_path, *Role) as console:
        found = (await read(console, "work-items?exercise=true"))["counts"]
        assert found == {
            "least": 3,
            "grids": [
                {"grid_code": "g1", "counts": {"dispute": 3, "petition": None}},
                {"grid_code": "g2", "counts": {"dispute": None}},
            ],
        }
        answer = await console.client.get("/api/prevention/work-items", headers=console.as_(Role.GRID_WORKER))
        assert answer.status_code == 403


_COLUMNS = {"signal_id", "district", "source", "source_ref", "event_type", "observed_at", "received_at", "exercise"}
_ITEM = text(
    "INSERT INTO signals VALUES (:signal_id, :district, :source, :source_ref, 0, :event_type, NULL, :observed_at, "
    ":received_at, :exercise, CAST(:doc AS jsonb))"
)


async def test_a_drills_camera_is_in_no_rate_of_the_real(engine: AsyncEngine, tmp_path: Path) -> None:
    await register(engine, camera(1, exercise=True), camera(2, exercise=False))
    async with console_of(engine, tmp_path, *Role) as console:
        answer = await console.client.get("/api/cameras/rates", headers=console.as_(Role.SUPERVISOR))
        assert [one["camera_id"] for one in answer.json()["cameras"]] == [camera(2).camera_id]
        sheet = await console.client.get("/api/cameras/rates?format=csv", headers=console.as_(Role.SUPERVISOR))
        assert camera(1).camera_id not in sheet.text
