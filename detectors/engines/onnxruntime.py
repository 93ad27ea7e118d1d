"""onnxruntime on a CPU, or on an NVIDIA GPU through its CUDA or TensorRT execution provider (optional extras)."""

import contextlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state

from contracts.errors import ConfigurationError
from detectors.decode_yolo import Layout, layout_of
from detectors.model_metadata import HINT, ModelMetadata, beside, model_file, read_metadata

Floats = npt.NDArray[np.float32]
Providers = Sequence[tuple[str, Mapping[str, str]]]
ERRORS: Any = (
    state.EPFail, state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf, state.NoModel,
    state.NoSuchFile, state.NotImplemented, state.RuntimeException, RuntimeError,
)  # fmt: skip
"""what onnxruntime raises; its classes share no root of their own"""
GPU_WORDS = ("CUDA", "cuda", "CUDNN", "cudnn", "cuDNN", "CUBLAS", "TensorRT", "TensorrtExecutionProvider", "nvinfer")
"""an error that names one of these is the machine's and not the model's"""
ERRORS_ONLY = 3
"""onnxruntime's log level: its warnings are about its own graph surgery"""
GPU_HINT = (
    "it needs an NVIDIA GPU with driver, and `pip uninstall onnxruntime; pip install 'onnxruntime-gpu[cuda,cudnn]'` "
    "(one replaces the other); HUB_VISION__DEVICE=cpu runs everywhere"
)
LIBRARIES_HINT = {
    "cuda": "is there an NVIDIA GPU with driver (nvidia-smi)? CUDA and cuDNN come with `pip install "
    "'onnxruntime-gpu[cuda,cudnn]'`; HUB_VISION__DEVICE=cpu runs everywhere",
    "tensorrt": "is there an NVIDIA GPU with driver (nvidia-smi)? pip install tensorrt, in the version that this "
    "onnxruntime-gpu names; HUB_VISION__DEVICE=cuda needs no TensorRT",
}


class OnnxRuntimeEngine:
    """One session; one thread at a time may call `infer`."""

    def __init__(self, path: Path, *, threads: int = 1, device: str = "cpu") -> None:
        """Load; with TensorRT the first start on a machine builds the engine for minutes and keeps it beside the model.

        Raises:
            AssetMissing: there is no such file.
            ConfigurationError: it is no detection export that this engine can run, or the device is not here.
        """
        self.path = model_file(path)
        providers = providers_of(device, self.path.parent)
        wanted = providers[0][0]
        if wanted not in onnxruntime.get_available_providers():
            raise ConfigurationError(f"this onnxruntime has no {wanted}", where="HUB_VISION__DEVICE", hint=GPU_HINT)
        said = _libraries() if device != "cpu" else ""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = ERRORS_ONLY
        try:
            # Its fallback would go on with the CPU for good, at the start or at any picture, with a word on stdout.
            self._session = onnxruntime.InferenceSession(
                str(self.path), options, providers=list(providers), enable_fallback=0
            )
            if self._session.get_providers()[0] == wanted:
                self._read()
        except ERRORS as problem:
            what = " ".join(str(problem).split())
            if device != "cpu" and any(word in what for word in GPU_WORDS):
                raise _did_not_start(wanted, device, what) from problem
            raise ConfigurationError(
                f"onnxruntime cannot read the model ({what[:200]})", where=str(path), hint=HINT
            ) from problem
        if self._session.get_providers()[0] != wanted:
            raise _did_not_start(wanted, device, said)

    def _read(self) -> None:
        picture = self._session.get_inputs()[0]
        self._input, self._output = picture.name, self._session.get_outputs()[0].name
        self._type = np.float16 if picture.type == "tensor(float16)" else np.float32
        shape = tuple(side if isinstance(side, int) and side > 0 else -1 for side in picture.shape)
        raw = dict(self._session.get_modelmeta().custom_metadata_map) | beside(self.path)
        self.metadata: ModelMetadata = read_metadata(raw, input_shape=shape, where=str(self.path))
        size = self.metadata.height, self.metadata.width
        answer = self.infer(np.zeros((1, 3, *size), np.float32))
        self.layout: Layout = layout_of(answer.shape, len(self.metadata.labels), size, where=str(self.path))

    def infer(self, blob: Floats) -> Floats:
        """Output of one picture (1, 3, height, width)."""
        (answer,) = self._session.run([self._output], {self._input: blob.astype(self._type, copy=False)})
        return np.asarray(answer, np.float32)


def _libraries() -> str:
    """Load CUDA and cuDNN where pip put them, and what could not be loaded; they lie on no path of the loader.

    Source: onnxruntime.ai, CUDA execution provider, «preload DLLs». It prints what it does not find.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        onnxruntime.preload_dlls()
    return " ".join(said.getvalue().split())


def _did_not_start(provider: str, device: str, said: str) -> ConfigurationError:
    # What it says begins with a page of C++.
    begins = max(said.find(words) for words in ("CUDA failure", "CUDNN failure", "CUBLAS failure", "Please install"))
    said = said[begins:] if begins >= 0 else said
    why = f" ({said[:200]})" if said else ""
    return ConfigurationError(
        f"{provider} did not start{why}", where="HUB_VISION__DEVICE", hint=LIBRARIES_HINT.get(device, GPU_HINT)
    )


def providers_of(device: str, cache: Path) -> Providers:
    """onnxruntime's execution providers for a device, the wanted one first; what it cannot do goes to the next.

    Source: onnxruntime.ai, execution providers CUDA and TensorRT. Without TF32, whose ten bits of a fraction move boxes
    by up to 1.5 pixels and gain nothing for models of this size (measured on an H200, `docs/models.md`).
    """
    cpu: tuple[str, Mapping[str, str]] = ("CPUExecutionProvider", {})
    cuda: tuple[str, Mapping[str, str]] = (
        "CUDAExecutionProvider",
        {"cudnn_conv_algo_search": "HEURISTIC", "use_tf32": "0"},
    )
    tensorrt: tuple[str, Mapping[str, str]] = (
        "TensorrtExecutionProvider",
        {"trt_fp16_enable": "1", "trt_engine_cache_enable": "1", "trt_engine_cache_path": str(cache)},
    )
    return {"cpu": (cpu,), "cuda": (cuda, cpu), "tensorrt": (tensorrt, cuda, cpu)}[device]
