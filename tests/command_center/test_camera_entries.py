from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import clock, registry
from hub.cameras_file import CamerasFile
from tests.command_center.console import Console, console_of
from tests.hub.test_cameras_file import text as streams_text

ENTRY: dict[str, Any] = {
    "id": "new-1", "name": "新点位", "url": "rtsp://u:${CAMERA_PASSWORD}@127.0.0.1:1/x", "bureau": "traffic",
    "place": {"lat": 34.3, "lon": 118.0, "datum": "WGS-84"}, "district": "d",
    "legal": {"basis": "7-1", "purpose": "公共安全", "sign": True, "filing_no": "9"},
    "zones": [{"name": "门口", "points": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]}],
    "rules": [{"rule": "crowd_gathering", "zone": "门口"}],
}  # fmt: skip
ROLES = ("integrator", "dispatcher")


def write(folder: Path, *camera_ids: str) -> Path:
    """The console's streams.yaml, with a comment of its owner."""
    path = folder / "streams.yaml"
    path.write_text("# ours\n" + streams_text(*camera_ids) + "  # by the gate\n")
    return path


async def names(console: Console) -> dict[str, str]:
    answer = await console.client.get("/api/cameras", headers=console.as_("dispatcher"))
    return {row["camera_id"]: row["name"] for row in answer.json()["items"]}


async def audited(engine: AsyncEngine) -> list[tuple[str, str, Any]]:
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT act, object, detail FROM audit WHERE act LIKE 'camera.%'"))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("with_file", [True, False], ids=["into the file", "into the registry"])
async def test_a_camera_is_added_changed_and_removed(engine: AsyncEngine, tmp_path: Path, with_file: bool) -> None:
    path = write(tmp_path, "a") if with_file else tmp_path / "streams.yaml"
    if with_file:
        await CamerasFile(path, engine, clock.now).apply()
    others = {"a": "a"} if with_file else {}
    async with console_of(engine, tmp_path, *ROLES) as console:
        me = console.as_("integrator")
        added = await console.client.post("/api/cameras", json=dict(reversed(ENTRY.items())), headers=me)
        assert (added.status_code, added.json()["camera_id"]) == (201, "new-1")
        assert await names(console) == {"new-1": "新点位"} | others
        assert not with_file or "- id: new-1\n    name: 新点位\n    bureau:" in path.read_text()
        again = await console.client.post("/api/cameras", json=ENTRY, headers=me)
        assert (again.status_code, "already" in again.json()["detail"]) == (409, True)

        read = await console.client.get("/api/cameras/new-1/entry", headers=me)
        assert read.json() == ENTRY
        changed = await console.client.put("/api/cameras/new-1", json=ENTRY | {"name": "改名"}, headers=me)
        assert changed.json() == {"camera_id": "new-1", "changed": ["name"]}
        assert (await names(console))["new-1"] == "改名"

        gone = await console.client.delete("/api/cameras/new-1", headers=me)
        assert gone.status_code == 204
        assert await names(console) == others
        assert (await console.client.delete("/api/cameras/new-1", headers=me)).status_code == 404
    assert [(act, object) for act, object, _ in await audited(engine)] == [
        ("camera.add", "new-1"), ("camera.change", "new-1"), ("camera.remove", "new-1"),
    ]  # fmt: skip
    if with_file:
        assert "# ours" in path.read_text()
        assert "# by the gate" in path.read_text()
        assert "new-1" not in path.read_text()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"place": {"lat": 134.3, "lon": 118.0, "datum": "WGS-84"}}, "place.lat", id="no latitude"),
        pytest.param({"url": "rtsp://u:secret@h/1"}, "url", id="a password spelled out"),
        pytest.param({"url": "rtsp://u:${HUB_DATABASE__URL}@h/1"}, "url", id="a setting of the hub as a password"),
        pytest.param({"colour": "red"}, "colour", id="an unknown member"),
        pytest.param({"rules": [{"rule": "zone_intrusion"}]}, "rules[0].zone", id="a rule without its zone"),
    ],
)
async def test_a_wrong_entry_is_answered_with_the_member_and_a_hint(
    engine: AsyncEngine, tmp_path: Path, wrong: dict[str, Any], field: str
) -> None:
    path = write(tmp_path, "a")
    await CamerasFile(path, engine, clock.now).apply()
    before = path.read_text()
    async with console_of(engine, tmp_path, *ROLES) as console:
        answer = await console.client.post("/api/cameras", json=ENTRY | wrong, headers=console.as_("integrator"))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    [error] = [one for one in answer.json()["errors"] if one["field"] == field]
    assert error["reason"]
    assert error["hint"]
    assert "secret" not in answer.text
    assert path.read_text() == before


async def test_an_id_stays_and_a_file_with_problems_is_mended_first(engine: AsyncEngine, tmp_path: Path) -> None:
    path = write(tmp_path, "a")
    await CamerasFile(path, engine, clock.now).apply()
    async with console_of(engine, tmp_path, *ROLES) as console:
        me = console.as_("integrator")
        other = await console.client.put("/api/cameras/a", json=ENTRY, headers=me)
        assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "id")
        path.write_text("cameras: 7")
        refused = await console.client.post("/api/cameras", json=ENTRY, headers=me)
        assert (refused.status_code, "problems of its own" in refused.json()["detail"]) == (409, True)


async def test_what_became_of_the_file_is_told(engine: AsyncEngine, tmp_path: Path) -> None:
    async with console_of(engine, tmp_path, *ROLES) as console:
        me = console.as_("integrator")
        assert (await console.client.get("/api/cameras/file", headers=me)).json() is None
        file = CamerasFile(write(tmp_path, "a"), engine, clock.now)
        await file.apply()
        write(tmp_path, "a", "a")
        with pytest.raises(Exception, match="the same id"):
            await file.apply()
        told = (await console.client.get("/api/cameras/file", headers=me)).json()
    assert (told["cameras"], told["source"]) == (1, str(file.path))
    assert told["problems"][0]["reason"].startswith("the same id")
    assert told["problems"][0]["field"].endswith("cameras[1].id")


async def test_a_camera_of_a_file_elsewhere_is_changed_there(engine: AsyncEngine, tmp_path: Path) -> None:
    path = write(tmp_path, "a")
    await CamerasFile(path, engine, clock.now).apply()
    path.unlink()
    async with console_of(engine, tmp_path, *ROLES) as console:
        me = console.as_("integrator")
        for answer in (
            await console.client.get("/api/cameras/a/entry", headers=me),
            await console.client.delete("/api/cameras/a", headers=me),
        ):
            assert (answer.status_code, "change it there" in answer.json()["detail"]) == (409, True)
    assert len(await registry.cameras(engine)) == 1


async def test_only_an_integrator_may(engine: AsyncEngine, tmp_path: Path) -> None:
    async with console_of(engine, tmp_path, *ROLES) as console:
        me = console.as_("dispatcher")
        for answer in (
            await console.client.post("/api/cameras", json=ENTRY, headers=me),
            await console.client.put("/api/cameras/a", json=ENTRY, headers=me),
            await console.client.delete("/api/cameras/a", headers=me),
            await console.client.get("/api/cameras/a/entry", headers=me),
            await console.client.post("/api/cameras/check", json={"camera_id": "a"}, headers=me),
        ):
            assert answer.status_code == 403


async def test_a_camera_is_tried_out_before_it_is_saved(engine: AsyncEngine, tmp_path: Path) -> None:
    async with console_of(engine, tmp_path, *ROLES) as console:
        me = console.as_("integrator")
        entry = ENTRY | {"url": "rtsp://127.0.0.1:1/x"}
        seen = await console.client.post("/api/cameras/check", json={"entry": entry}, headers=me)
        assert seen.json()["verdict"] == "no_picture"
        assert seen.json()["streams"][0]["fault"] == "refused"
        unknown = await console.client.post("/api/cameras/check", json={"camera_id": "nobody"}, headers=me)
        assert unknown.status_code == 404
    assert [act for act, _, _ in await audited(engine)] == ["camera.check"]


async def test_the_coverage_is_a_sector_per_camera(engine: AsyncEngine, tmp_path: Path) -> None:
    await CamerasFile(write(tmp_path, "a"), engine, clock.now).apply()
    async with console_of(engine, tmp_path, *ROLES) as console:
        console.ports.camera_views.register(await registry.cameras(engine))
        answer = await console.client.get("/api/cameras/coverage.geojson", headers=console.as_("dispatcher"))
    [feature] = answer.json()["features"]
    [ring] = feature["geometry"]["coordinates"]
    assert answer.headers["content-type"] == "application/geo+json"
    assert (feature["properties"]["camera_id"], feature["properties"]["health"]) == ("a", "offline")
    assert ring[0] == ring[-1] == [118.0, 34.3]
    assert all(lat >= 34.3 for _, lat in ring)
