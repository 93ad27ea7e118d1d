from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Bureau, Camera, Legal, Zone
from contracts.geo import GeoPoint
from contracts.topics import CAMERA_SHARES
from hub import registry
from hub.registry import Difference
from hub.wakeup import Wakeup

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


async def test_a_file_takes_nothing_away_that_it_never_said(engine: AsyncEngine) -> None:
    await registry.apply(engine, [camera("a"), camera("b")], NOON)
    await registry.put(engine, camera("desk"), {"id": "desk"}, NOON)
    assert await registry.apply(engine, [camera("b")], NOON) == Difference(removed=("a",))
    kept = {one.camera.camera_id: (one.origin, one.entry) for one in await registry.registered(engine)}
    assert kept == {"b": ("file", None), "desk": ("console", {"id": "desk"})}


async def test_a_file_that_names_a_camera_of_the_console_takes_it_over(engine: AsyncEngine) -> None:
    await registry.put(engine, camera("a"), {"id": "a"}, NOON)
    assert await registry.apply(engine, [camera("a", name="改")], NOON) == Difference(added=("a",))
    assert await registry.apply(engine, [], NOON) == Difference(removed=("a",))


async def test_a_file_that_changed_while_it_was_read_changes_nothing(engine: AsyncEngine) -> None:
    assert await registry.apply(engine, [camera("a")], NOON, still=lambda: False) is None
    assert await registry.cameras(engine) == ()


async def test_shares_are_filled_evenly_and_kept(engine: AsyncEngine) -> None:
    many = [camera(f"c{n:03}") for n in range(2 * CAMERA_SHARES.partitions)]
    await registry.apply(engine, many, NOON)
    before = {one.camera.camera_id: one.share for one in await registry.registered(engine)}
    assert set(Counter(before.values()).values()) == {2}
    await registry.apply(engine, [camera("c000", name="改"), *many[5:], camera("new")], NOON)
    after = {one.camera.camera_id: one.share for one in await registry.registered(engine)}
    assert {id: share for id, share in after.items() if id != "new"} == {
        id: share for id, share in before.items() if id in after
    }
    assert after["new"] in {before[f"c{n:03}"] for n in range(1, 5)}


async def test_a_few_cameras_lie_evenly_over_runs_of_shares(engine: AsyncEngine) -> None:
    await registry.apply(engine, [camera(f"c{n:02}") for n in range(12)], NOON)
    shares = [one.share for one in await registry.registered(engine)]
    for workers in (2, 3, 4):
        runs = Counter(share * workers // CAMERA_SHARES.partitions for share in shares)
        assert max(runs.values()) - min(runs.values()) <= 2


async def test_every_change_is_told(engine: AsyncEngine) -> None:
    async with Wakeup(engine.url, registry.CHANNEL) as wakeup:
        changes: list[Callable[[], Awaitable[object]]] = [
            lambda: registry.apply(engine, [camera("a")], NOON),
            lambda: registry.put(engine, camera("b"), {}, NOON),
            lambda: registry.drop(engine, "b"),
        ]
        for change in changes:
            wakeup.clear()
            await change()
            assert await wakeup.wait(5.0)
