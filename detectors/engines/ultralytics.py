"""ultralytics (optional extra, AGPL-3.0): its own `.pt` weights and TensorRT `.engine` files, through torch.

A `.pt` file is a pickle, that is a program: load only such as you trust, or export it to ONNX elsewhere.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from ultralytics.nn.autobackend import AutoBackend

from contracts.errors import ConfigurationError
from detectors.decode_yolo import Layout, layout_of
from detectors.model_metadata import ModelMetadata, model_file, read_metadata

Floats = npt.NDArray[np.float32]
OPEN = (1, 3, -1, -1)
HINT = "give weights of task detect that this version of ultralytics wrote"


class UltralyticsEngine:
    """One loaded model; one thread at a time may call `infer`."""

    def __init__(self, path: Path, *, threads: int = 1, device: str = "cpu") -> None:
        """Load, some seconds: torch is large.

        Raises:
            AssetMissing: there is no such file.
            ConfigurationError: it is no detector, or the device is not here.
        """
        self.path = model_file(path)
        if device == "tensorrt" and path.suffix != ".engine":
            raise ConfigurationError(
                "TensorRT runs .engine files", where="HUB_VISION__DEVICE",
                hint=f"yolo export model={path.name} format=engine on this very machine, or HUB_VISION__DEVICE=cuda",
            )  # fmt: skip
        self._device = torch.device("cuda:0" if device != "cpu" or path.suffix == ".engine" else "cpu")
        if self._device.type == "cuda" and not torch.cuda.is_available():
            instead = "" if path.suffix == ".pt" else ", and the .pt instead of the .engine"
            raise ConfigurationError(
                "torch finds no NVIDIA GPU", where="HUB_VISION__DEVICE", hint=f"HUB_VISION__DEVICE=cpu{instead}"
            )
        torch.set_num_threads(threads)
        try:
            self._model = AutoBackend(str(self.path), device=self._device, verbose=False)
            self._model.eval()
            self.metadata: ModelMetadata = read_metadata(_said(self._model), input_shape=OPEN, where=str(path))
            size = self.metadata.height, self.metadata.width
            answer = self.infer(np.zeros((1, 3, *size), np.float32))
        except (
            RuntimeError,
            TypeError,
            ValueError,
            KeyError,
            AttributeError,
            ImportError,
            EOFError,
            OSError,
        ) as problem:
            what = " ".join(str(problem).split())[:200]
            raise ConfigurationError(
                f"ultralytics cannot read the model ({what})", where=str(path), hint=HINT
            ) from problem
        self.layout: Layout = layout_of(answer.shape, len(self.metadata.labels), size, where=str(path))

    def infer(self, blob: Floats) -> Floats:
        """Output of one picture (1, 3, height, width)."""
        with torch.inference_mode():
            answer = self._model(torch.from_numpy(blob).to(self._device))
        first = answer[0] if isinstance(answer, list | tuple) else answer
        return np.asarray(first.float().cpu().numpy(), np.float32)


def _said(model: Any) -> Mapping[str, object]:
    """Metadata of an exported engine; of `.pt` weights, which hold the module itself, the module's own."""
    inner = getattr(model, "model", None)
    trained = getattr(inner, "args", None)
    size = getattr(model, "imgsz", None) or (trained.get("imgsz") if isinstance(trained, dict) else None) or 640
    return {"names": dict(model.names), "task": getattr(inner, "task", None) or model.task, "imgsz": size}
