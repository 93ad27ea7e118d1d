"""Which engine runs a model: by setting, or by what the file is; a runtime loads only when it is chosen."""

import importlib.util
from pathlib import Path
from typing import Literal

from contracts.errors import ConfigurationError
from detectors.detector import Engine

EngineName = Literal["auto", "openvino", "onnxruntime", "ultralytics"]
Device = Literal["cpu", "cuda", "tensorrt"]
OPTIONAL: tuple[EngineName, ...] = ("onnxruntime", "ultralytics")
READS: dict[EngineName, tuple[str, ...]] = {
    "openvino": (".onnx", ".xml", ""),
    "onnxruntime": (".onnx",),
    "ultralytics": (".pt", ".engine"),
}
"""engine → suffixes of what it runs; none: a folder"""


def open_engine(path: Path, *, engine: EngineName = "auto", threads: int = 1, device: Device = "cpu") -> Engine:
    """The model on the chosen engine; `auto`: ultralytics for its own files, onnxruntime for a GPU, else OpenVINO.

    Raises:
        AssetMissing: the model is not there.
        ConfigurationError: the engine is not installed, cannot run such a file or on such a device.
    """
    chosen = chosen_engine(path, engine, device)
    if path.suffix not in READS[chosen]:
        raise ConfigurationError(
            f"{chosen} does not run {path.suffix or 'folders'}",
            where=str(path),
            hint="; ".join(f"{name}: {', '.join(one or 'folder' for one in kinds)}" for name, kinds in READS.items()),
        )
    if chosen == "openvino":
        if device != "cpu":
            raise ConfigurationError(
                "OpenVINO runs on the CPU here", where="HUB_VISION__DEVICE", hint="HUB_VISION__ENGINE=onnxruntime"
            )
        from detectors.engines.openvino import OpenVinoEngine

        return OpenVinoEngine(path, threads=threads)
    _installed(chosen)
    if chosen == "onnxruntime":
        from detectors.engines.onnxruntime import OnnxRuntimeEngine

        return OnnxRuntimeEngine(path, threads=threads, device=device)
    from detectors.engines.ultralytics import UltralyticsEngine

    return UltralyticsEngine(path, threads=threads, device=device)


def chosen_engine(path: Path, engine: EngineName, device: Device) -> EngineName:
    """What `auto` comes to for this file and device."""
    if engine != "auto":
        return engine
    if path.suffix in READS["ultralytics"]:
        return "ultralytics"
    return "openvino" if device == "cpu" else "onnxruntime"


def _installed(engine: EngineName) -> None:
    if importlib.util.find_spec(engine) is None:
        raise ConfigurationError(
            f"the extra `{engine}` is not installed",
            where="HUB_VISION__ENGINE",
            hint=f"pip install 'city-event-hub[{engine}]' or uv sync --extra {engine}; openvino is always there",
        )
