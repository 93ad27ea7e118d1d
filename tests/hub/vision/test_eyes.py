from pathlib import Path

import numpy as np
import pytest

from contracts.errors import ConfigurationError
from detectors.decode_yolo import Layout
from hub.settings import Settings, VisionSettings
from hub.vision.eyes import open_detector
from tests.detectors.engines.tiny import DETECT, SIDE, answer, export

GREY = np.full((SIDE, SIDE, 3), 90, np.uint8)


def model(folder: Path, name: str, classes: tuple[str, str]) -> Path:
    return export(folder / f"{name}.onnx", answer(Layout.RAW), DETECT | {"names": str(dict(enumerate(classes)))})


def settings(first: Path, *more: Path, classes: dict[str, str] | None = None, engine: str = "auto") -> Settings:
    vision = {"model": first, "more_models": more, "classes": classes or {}, "engine": engine}
    return Settings(vision=VisionSettings.model_validate(vision))


@pytest.mark.parametrize("engine", ["auto", "openvino", "onnxruntime"])
def test_the_settings_choose_models_engine_and_names(tmp_path: Path, engine: str) -> None:
    people, fire = model(tmp_path, "people", ("x", "行人")), model(tmp_path, "fire", ("y", "yan"))
    classes = {"行人": "person", "yan": "smoke_detected"}
    detector = open_detector(settings(people, fire, classes=classes, engine=engine))
    assert sorted(hit.label for hit in detector.detect(GREY)) == ["person", "yan"]


@pytest.mark.parametrize(
    ("classes", "word"),
    [
        pytest.param({}, "neither persons nor vehicles", id="nothing that a rule knows"),
        pytest.param({"yam": "smoke_detected"}, "no model knows the class yam", id="mistyped class"),
        pytest.param({"yan": "smoke"}, "neither an event type nor a label", id="mistyped event type"),
    ],
)
def test_a_model_that_no_rule_can_use_is_refused_with_what_to_write(
    classes: dict[str, str], word: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=word) as refused:
        open_detector(settings(model(tmp_path, "fire", ("y", "yan")), classes=classes))
    assert refused.value.hint


@pytest.mark.parametrize(
    ("name", "classes"), [("yan", {"yan": "smoke_detected"}), ("smoke", {})], ids=["mapped", "a usual name"]
)
def test_one_class_that_means_something_is_enough(name: str, classes: dict[str, str], tmp_path: Path) -> None:
    detector = open_detector(settings(model(tmp_path, "fire", ("y", name)), classes=classes))
    assert [hit.label for hit in detector.detect(GREY)] == [name]
