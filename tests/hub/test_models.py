import importlib.util
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.errors import AssetMissing, ConfigurationError
from detectors.decode_yolo import Layout
from hub import assets, models
from hub.cli.models import app
from tests.detectors.engines.tiny import DETECT, answer, export


def test_the_starter_model_is_listed_and_checked() -> None:
    starter = assets.ensure().model_wide
    checked = CliRunner().invoke(app, ["check", str(starter)])
    assert checked.exit_code == 0
    assert "416×256" in checked.output
    assert "classes 80: person" in checked.output
    assert "engine  openvino on cpu" in checked.output
    assert "person; bicycle; car" in checked.output
    assert "ms of processor time" in checked.output
    assert str(starter) in CliRunner().invoke(app, ["list"]).output


def test_no_models_yet_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ASSETS_DIR", str(tmp_path))
    assert "hub assets" in CliRunner().invoke(app, ["list"]).output


def test_checking_what_is_not_there_is_an_asset_missing(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing):
        models.check(tmp_path / "none.onnx")


@pytest.mark.parametrize("name", ["../x", "a b", "", "-rf", "x/y"])
def test_a_name_that_is_a_path_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="no model's name"):
        models.pull(name, 640)


def test_without_the_extra_pulling_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ASSETS_DIR", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"city-event-hub\[ultralytics\]"):
        models.pull("yolo11n", 640)
    assert not (tmp_path / "models").exists()


def test_a_city_s_own_classes_say_what_they_mean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export(tmp_path / "city.onnx", answer(Layout.RAW), DETECT | {"names": "{0: 'yan', 1: '行人'}"})
    assert "no rule knows a class of it" in CliRunner().invoke(app, ["check", str(path)]).output
    monkeypatch.setenv("HUB_VISION__CLASSES", '{"yan": "smoke_detected", "行人": "person"}')
    monkeypatch.setenv("HUB_VISION__ENGINE", "onnxruntime")
    said = CliRunner().invoke(app, ["check", str(path)]).output
    assert "yan → 烟雾 (smoke_detected, rule presence); 行人 = person" in said
    assert "engine  onnxruntime on cpu" in said


def test_pulled_and_quantized_models_and_folders_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ASSETS_DIR", str(tmp_path))
    folder = models.models_dir() / "x_openvino_model"
    folder.mkdir(parents=True)
    for path in (
        folder / "x.xml",
        models.models_dir() / "a-int8.onnx",
        models.models_dir() / "b.pt",
        tmp_path / "c.mp4",
    ):
        path.write_bytes(b"")
    assert [path.name for path in models.known_models()] == ["a-int8.onnx", "b.pt", "x_openvino_model"]
