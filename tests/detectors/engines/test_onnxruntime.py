import os
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from detectors.decode_yolo import Layout
from detectors.engines.onnxruntime import OnnxRuntimeEngine, providers_of
from tests.detectors.engines.tiny import DETECT, answer, export


@pytest.mark.parametrize(
    ("device", "names"),
    [
        ("cpu", ["CPUExecutionProvider"]),
        ("cuda", ["CUDAExecutionProvider", "CPUExecutionProvider"]),
        ("tensorrt", ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]),
    ],
)
def test_a_device_falls_back_to_what_can_do_the_rest(device: str, names: list[str], tmp_path: Path) -> None:
    assert [name for name, _ in providers_of(device, tmp_path)] == names


def test_tensorrt_keeps_its_built_engine_beside_the_model(tmp_path: Path) -> None:
    options = dict(providers_of("tensorrt", tmp_path)[0][1])
    assert options["trt_engine_cache_path"] == str(tmp_path)


@pytest.mark.parametrize("device", ["cuda", "tensorrt"])
def test_a_gpu_that_this_onnxruntime_does_not_know_is_said_and_not_replaced_in_silence(
    device: str, tmp_path: Path
) -> None:
    path = export(tmp_path / "m.onnx", answer(Layout.RAW), DETECT)
    with pytest.raises(ConfigurationError, match="ExecutionProvider") as refused:
        OnnxRuntimeEngine(path, device=device)
    assert "onnxruntime-gpu" in refused.value.hint


def test_nothing_is_collected_for_anybody_when_a_model_is_opened(tmp_path: Path) -> None:
    path = export(tmp_path / "m.onnx", answer(Layout.RAW), DETECT)
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    for module in ("onnxruntime", "quantizing"):
        home = tmp_path / module
        home.mkdir()
        told = (
            f"import detectors.engines.{module}, pathlib\nfrom detectors.engines.onnxruntime import OnnxRuntimeEngine\n"
        )
        told += f"OnnxRuntimeEngine(pathlib.Path({str(path)!r}))"
        subprocess.run([sys.executable, "-c", told], check=True, env=environment | {"HOME": str(home)})
        assert [one for one in home.rglob("*") if one.is_file()] == []


def test_an_engine_never_goes_on_with_the_cpu_unasked(tmp_path: Path) -> None:
    engine = OnnxRuntimeEngine(export(tmp_path / "m.onnx", answer(Layout.RAW), DETECT))
    assert not engine._session._enable_fallback


def test_a_damaged_model_in_a_folder_called_cuda_is_no_missing_gpu(tmp_path: Path) -> None:
    (tmp_path / "cuda").mkdir()
    path = tmp_path / "cuda" / "m.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(ConfigurationError, match="cannot read the model") as refused:
        OnnxRuntimeEngine(path)
    assert refused.value.where == str(path)
