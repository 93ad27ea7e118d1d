"""OpenVINO on a CPU: runs an ultralytics ONNX export, or an OpenVINO export's folder, without torch."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov
import yaml

from contracts.errors import AssetMissing, ConfigurationError
from detectors.decode_yolo import Layout, layout_of
from detectors.model_metadata import HINT, ModelMetadata, read_metadata

Floats = npt.NDArray[np.float32]
_METADATA_KEYS = ("names", "imgsz", "task")


class OpenVinoEngine:
    """One compiled model; one thread at a time may call `infer`.

    Precision is left to OpenVINO: bfloat16 where the CPU has it, which halves the time.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Load and compile, about a second.

        Raises:
            AssetMissing: there is no such file or folder.
            ConfigurationError: it is not a detection export that this engine can run.
        """
        self.path = model_file(path)
        core = ov.Core()
        try:
            model = core.read_model(self.path)
        except RuntimeError as problem:
            raise ConfigurationError(_first_line(problem), where=str(path), hint=HINT) from problem
        shape = tuple(model.input(0).partial_shape.get_max_shape())
        shape = tuple(side if 0 < side < 65_536 else -1 for side in shape)
        self.metadata: ModelMetadata = read_metadata(
            _raw_metadata(model, self.path), input_shape=shape, where=str(path)
        )
        model.reshape([1, 3, self.metadata.height, self.metadata.width])
        output = tuple(model.output(0).partial_shape.get_max_shape())
        self.layout: Layout = layout_of(output, len(self.metadata.labels), where=str(path))
        options = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            # Pinned, two processes on two cores would fight over the first one.
            "ENABLE_CPU_PINNING": False,
        }
        self._request = core.compile_model(model, "CPU", options).create_infer_request()

    def infer(self, blob: Floats) -> Floats:
        """Output of one picture (1, 3, height, width); overwritten by the next call."""
        return np.asarray(self._request.infer([blob], share_inputs=True, share_outputs=True)[0])


def model_file(path: Path) -> Path:
    """The file to load: the path itself, or the `.xml` of an OpenVINO export's folder.

    Raises:
        AssetMissing: there is none.
    """
    files = sorted(path.glob("*.xml")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise AssetMissing(
            "no model here",
            where=str(path),
            hint="set HUB_VISION__MODEL to an ultralytics ONNX export or an OpenVINO folder, or run `hub assets`",
        )
    return files[0]


def _raw_metadata(model: ov.Model, path: Path) -> dict[str, object]:
    """ONNX properties land under `framework`; an OpenVINO export has `metadata.yaml` beside it."""
    beside = path.parent / "metadata.yaml"
    if path.suffix == ".xml" and beside.is_file():
        loaded = yaml.safe_load(beside.read_text())
        return loaded if isinstance(loaded, dict) else {}
    keys = [["framework", key] for key in _METADATA_KEYS]
    return {key[1]: model.get_rt_info(key).astype(str) for key in keys if model.has_rt_info(key)}


def _first_line(problem: RuntimeError) -> str:
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return f"OpenVINO cannot read the model ({lines[-1][:200]})" if lines else "OpenVINO cannot read the model"
