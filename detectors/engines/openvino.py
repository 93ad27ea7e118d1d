"""OpenVINO on a CPU: runs an ONNX export, or an OpenVINO export's folder, without torch."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov

from contracts.errors import ConfigurationError
from detectors.decode_yolo import Layout, layout_of
from detectors.model_metadata import HINT, KEYS, ModelMetadata, beside, model_file, read_metadata

Floats = npt.NDArray[np.float32]
OPEN_SIDE = 65_536
"""OpenVINO writes a side of no fixed length as a number at least so large"""


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
        try:
            self._load(threads)
        except RuntimeError as problem:
            raise ConfigurationError(_last_line(problem), where=str(path), hint=HINT) from problem

    def _load(self, threads: int) -> None:
        core, where = ov.Core(), str(self.path)
        model = core.read_model(self.path)
        shape = tuple(model.input(0).partial_shape.get_max_shape())
        shape = tuple(side if 0 < side < OPEN_SIDE else -1 for side in shape)
        raw = _properties(model) | beside(self.path)
        self.metadata: ModelMetadata = read_metadata(raw, input_shape=shape, where=where)
        size = self.metadata.height, self.metadata.width
        model.reshape([1, 3, *size])
        floats = ov.preprocess.PrePostProcessor(model)  # a half-precision export takes and gives floats all the same
        floats.input(0).tensor().set_element_type(ov.Type.f32)
        floats.output(0).tensor().set_element_type(ov.Type.f32)
        options = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            # Pinned, two processes on two cores would fight over the first one.
            "ENABLE_CPU_PINNING": False,
        }
        self._request = core.compile_model(floats.build(), "CPU", options).create_infer_request()
        answer = self.infer(np.zeros((1, 3, *size), np.float32))
        self.layout: Layout = layout_of(answer.shape, len(self.metadata.labels), size, where=where)

    def infer(self, blob: Floats) -> Floats:
        """Output of one picture (1, 3, height, width); overwritten by the next call."""
        return np.asarray(self._request.infer([blob], share_inputs=True, share_outputs=True)[0])


def _properties(model: ov.Model) -> dict[str, object]:
    """The properties of an ONNX file land under `framework`."""
    keys = [["framework", key] for key in KEYS]
    return {key[1]: model.get_rt_info(key).astype(str) for key in keys if model.has_rt_info(key)}


def _last_line(problem: RuntimeError) -> str:
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return f"OpenVINO cannot read the model ({lines[-1][:200]})" if lines else "OpenVINO cannot read the model"
