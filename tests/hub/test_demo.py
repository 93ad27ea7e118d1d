"""The demo's town, cameras and settings fit together."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Bureau
from contracts.geo import GeoPoint, distance_m
from hub.demo.keys import KEY_FILE, demo_source_key
from hub.demo.settings import BOUNDS, CAMERA_PASSWORDS, MAP_DIR, demo_environment
from hub.gazetteer import load_gazetteer
from hub.settings import Settings
from hub.simulate.town import load_town
from hub.streams import load

ROOT = Path(__file__).resolve().parents[2]
STREAMS = load(ROOT / "streams.yaml")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_there_are_twelve_cameras_of_three_bureaus_all_of_an_exercise() -> None:
    assert len(STREAMS.cameras) == 12
    assert {camera.bureau for camera in STREAMS.cameras} == set(Bureau)
    assert all(camera.exercise for camera in STREAMS.cameras)


def test_three_cameras_track_on_the_sub_stream_and_nine_watch_by_keyframes() -> None:
    assert sorted(camera.decode for camera in STREAMS.cameras) == ["keyframes"] * 9 + ["sub"] * 3
    assert all(camera.sub_url for camera in STREAMS.cameras if camera.decode == "sub")


def test_exactly_one_camera_has_a_wrong_password() -> None:
    wrong = [camera for camera in STREAMS.cameras if "DEMO_CAMERA_WRONG_PASSWORD" in camera.url]
    assert len(wrong) == 1
    names = {name for name in CAMERA_PASSWORDS if any(f"${{{name}}}" in camera.url for camera in STREAMS.cameras)}
    assert names == set(CAMERA_PASSWORDS)


@pytest.mark.parametrize("camera", STREAMS.cameras, ids=lambda camera: camera.name)
def test_a_camera_hangs_on_its_pole_and_its_view_lies_in_its_grid(camera) -> None:  # type: ignore[no-untyped-def]
    gazetteer = load_gazetteer(MAP_DIR, default_district="990199-east")
    pole = gazetteer.landmark(camera.landmark_no)
    assert pole
    assert distance_m(pole.point, camera.place) < 1.0
    assert camera.view
    assert distance_m(camera.view, camera.place) < camera.view_range_m
    assert gazetteer.around(camera.view) == (camera.grid_code, camera.district)


def test_the_square_is_watched_by_three_cameras() -> None:
    square = load_town(MAP_DIR).place("人民广场")
    near = [camera for camera in STREAMS.cameras if camera.view and distance_m(camera.view, square) < 60]
    assert len(near) == 3


def test_each_district_is_five_kilometres_wide_and_the_map_lies_within_the_bounds() -> None:
    south, west, north, east = BOUNDS
    districts = json.loads((MAP_DIR / "districts.geojson").read_text(encoding="utf-8"))["features"]
    assert {d["properties"]["district"] for d in districts} == set(STREAMS.districts)
    for district in districts:
        lons, lats = zip(*district["geometry"]["coordinates"][0], strict=True)
        assert south < min(lats) < max(lats) < north
        assert west < min(lons) < max(lons) < east
        middle = sum(lats) / len(lats)
        assert distance_m(GeoPoint(lat=middle, lon=min(lons)), GeoPoint(lat=middle, lon=max(lons))) > 5_000


def test_the_demos_variables_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in demo_environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.exercise
    assert settings.feeds.bounds == BOUNDS
    assert settings.console.map_dir == MAP_DIR
    assert settings.data_dir == tmp_path
    assert settings.fusion.partitions.keys() == STREAMS.districts.keys()


async def test_the_simulators_key_is_made_once_and_only_its_hash_is_stored(engine: AsyncEngine, tmp_path: Path) -> None:
    key = await demo_source_key(engine, tmp_path, NOW)
    assert await demo_source_key(engine, tmp_path, NOW) == key
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT key_hash, source FROM source_keys"))).all()
    assert len(rows) == 1
    assert key not in rows[0].key_hash
    assert os.stat(tmp_path / KEY_FILE).st_mode & 0o077 == 0
