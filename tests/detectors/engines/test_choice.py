import importlib.util
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from detectors.engines.choice import Device, EngineName, chosen_engine, open_engine


@pytest.mark.parametrize(
    ("file", "engine", "device", "chosen"),
    [
        ("m.onnx", "auto", "cpu", "openvino"),
        ("m_openvino_model", "auto", "cpu", "openvino"),
        ("m.onnx", "auto", "cuda", "onnxruntime"),
        ("m.pt", "auto", "cpu", "ultralytics"),
        ("m.engine", "auto", "cpu", "ultralytics"),
        ("m.onnx", "onnxruntime", "cpu", "onnxruntime"),
    ],
)
def test_the_file_chooses_unless_the_setting_does(file: str, engine: EngineName, device: Device, chosen: str) -> None:
    assert chosen_engine(Path(file), engine, device) == chosen


@pytest.mark.parametrize(
    ("file", "engine", "word"),
    [
        ("m.pt", "openvino", "does not run .pt"),
        ("m", "onnxruntime", "does not run folders"),
        ("m.tflite", "auto", "tflite"),
    ],
)
def test_a_file_of_another_engine_is_refused_with_what_runs_what(file: str, engine: EngineName, word: str) -> None:
    with pytest.raises(ConfigurationError, match=word) as refused:
        open_engine(Path(file), engine=engine)
    assert "ultralytics: .pt, .engine" in refused.value.hint


def test_openvino_has_no_gpu_here() -> None:
    with pytest.raises(ConfigurationError, match="CPU"):
        open_engine(Path("m.onnx"), engine="openvino", device="cuda")


def test_an_extra_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"city-event-hub\[onnxruntime\]"):
        open_engine(Path("m.onnx"), engine="onnxruntime")
