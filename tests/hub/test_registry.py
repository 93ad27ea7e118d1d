from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Bureau, Camera, Legal, Zone
from contracts.geo import GeoPoint
from hub import registry
from hub.registry import Difference

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def camera(camera_id: str, **changed: object) -> Camera:
    fields: dict[str, object] = {
        "camera_id": camera_id, "name": "广场", "bureau": Bureau.TRAFFIC, "url": "rtsp://u:${PW}@h/1", "district": "d",
        "place": GeoPoint(lat=34.3, lon=118.0), "legal": Legal(purpose="安全", sign_installed=True, filing_no="1"),
        "zones": (Zone(name="z", points=((0, 0), (1, 0), (0.1, 0.3))),),
    }  # fmt: skip
    return Camera.model_validate(fields | changed)


def test_the_difference_names_only_what_changed() -> None:
    known = [camera("a"), camera("b"), camera("c")]
    wanted = [camera("b"), camera("c", name="改"), camera("d")]
    assert registry.difference(known, wanted) == Difference(added=("d",), changed=("c",), removed=("a",))
    assert not registry.difference(known, known)


async def test_what_was_applied_is_read_back_the_same(engine: AsyncEngine) -> None:
    wanted = [camera("b"), camera("a", sub_url="rtsp://u:${PW}@h/2")]
    assert await registry.apply(engine, wanted, NOON) == Difference(added=("a", "b"))
    assert await registry.cameras(engine) == (wanted[1], wanted[0])


async def test_applying_again_touches_only_the_difference(engine: AsyncEngine) -> None:
    await registry.apply(engine, [camera("a"), camera("b"), camera("c")], NOON)
    later = NOON + timedelta(hours=1)
    change = await registry.apply(engine, [camera("b"), camera("c", name="改")], later)
    assert change == Difference(changed=("c",), removed=("a",))
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT camera_id, updated_at FROM cameras ORDER BY 1"))
        assert [tuple(row) for row in rows] == [("b", NOON), ("c", later)]
    assert not await registry.apply(engine, [camera("b"), camera("c", name="改")], later)
