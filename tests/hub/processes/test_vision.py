from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Rule
from contracts.errors import AssetMissing
from hub import clock, registry
from hub.processes.vision import cameras_of, open_detector
from hub.settings import Settings, VisionSettings
from hub.streams import StreamsError
from hub.vision.post import wanted_mode
from tests.detectors.scenes import camera

INTRUSION, CROWD = Rule(rule="zone_intrusion", zone="left"), Rule(rule="crowd_gathering")


@pytest.mark.parametrize(
    ("rule", "more", "mode"),
    [
        pytest.param(CROWD, {}, "keyframes", id="counting needs no tracks"),
        pytest.param(INTRUSION, {}, "full", id="tracks without a sub-stream"),
        pytest.param(INTRUSION, {"sub_url": "rtsp://127.0.0.1/sub"}, "sub", id="tracks on the sub-stream"),
        pytest.param(INTRUSION, {"decode": "keyframes"}, "keyframes", id="the camera says"),
        pytest.param(CROWD, {"decode": "sub", "sub_url": "rtsp://127.0.0.1/sub"}, "sub", id="the camera says more"),
    ],
)
def test_a_camera_is_decoded_as_its_rules_need(rule: Rule, more: dict[str, str], mode: str) -> None:
    assert wanted_mode(camera(rule, **more)) == mode


async def test_without_a_file_the_registry_stands(engine: AsyncEngine, tmp_path: Path) -> None:
    settings = Settings(vision=VisionSettings(streams=tmp_path / "none.yaml"))
    with pytest.raises(StreamsError):
        await cameras_of(engine, settings)
    await registry.apply(engine, [camera(CROWD)], clock.now())
    assert await cameras_of(engine, settings) == (camera(CROWD),)


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="HUB_VISION__MODEL"):
        open_detector(Settings(vision=VisionSettings(model=tmp_path / "none.onnx")))
