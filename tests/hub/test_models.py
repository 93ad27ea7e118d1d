import importlib.util
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.errors import AssetMissing, ConfigurationError
from hub import assets, models
from hub.cli.models import app


def test_the_starter_model_is_listed_and_checked() -> None:
    starter = assets.ensure().model_wide
    answer = CliRunner().invoke(app, ["check", str(starter)])
    assert answer.exit_code == 0
    assert "416×256" in answer.output
    assert "classes 80: person" in answer.output
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
