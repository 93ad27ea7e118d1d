from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Rule
from contracts.errors import AssetMissing
from hub import clock, registry
from hub.cameras_file import CamerasFile
from hub.processes.vision import begin
from hub.settings import Settings, VisionSettings
from hub.streams import StreamsError
from hub.vision.eyes import open_detector
from hub.vision.post import needs_of
from ingest.modes import Needs
from tests.detectors.scenes import camera

INTRUSION, CROWD = Rule(rule="zone_intrusion", zone="left"), Rule(rule="crowd_gathering")


@pytest.mark.parametrize(
    ("rule", "more", "needs"),
    [
        pytest.param(CROWD, {}, Needs(), id="counting needs no tracks"),
        pytest.param(INTRUSION, {}, Needs(tracks=True), id="tracks without a sub-stream"),
        pytest.param(INTRUSION, {"sub_url": "rtsp://h/sub"}, Needs(tracks=True, has_sub=True), id="a sub-stream"),
        pytest.param(INTRUSION, {"decode": "keyframes"}, Needs("keyframes", tracks=True), id="the camera says"),
    ],
)
def test_what_a_camera_asks_of_its_stream(rule: Rule, more: dict[str, str], needs: Needs) -> None:
    assert needs_of(camera(rule, **more)) == needs


async def test_without_a_file_the_registry_stands(engine: AsyncEngine, tmp_path: Path) -> None:
    file = CamerasFile(tmp_path / "none.yaml", engine, clock.now)
    with pytest.raises(StreamsError):
        await begin(file, engine)
    await registry.apply(engine, [camera(CROWD)], clock.now())
    await begin(file, engine)
    assert await registry.cameras(engine) == (camera(CROWD),)


async def test_with_a_bad_file_the_cameras_run_as_they_were(engine: AsyncEngine, tmp_path: Path) -> None:
    file = CamerasFile(tmp_path / "bad.yaml", engine, clock.now)
    file.path.write_text("cameras: 7")
    with pytest.raises(StreamsError):
        await begin(file, engine)
    await registry.apply(engine, [camera(CROWD)], clock.now())
    await begin(file, engine)
    assert await registry.cameras(engine) == (camera(CROWD),)
    assert "bad.yaml is not applied" in file.missing()[0]


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="HUB_VISION__MODEL"):
        open_detector(Settings(vision=VisionSettings(model=tmp_path / "none.onnx")))
