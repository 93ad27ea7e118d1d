"""Models on this machine: the starter models, those pulled with the optional extra `ultralytics`, and any by path."""

import importlib
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import AssetMissing, ConfigurationError
from detectors.engines.openvino import OpenVinoEngine
from hub.assets import assets_root

EXTRA = "ultralytics"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What `hub models check` says of a model."""

    path: Path
    labels: tuple[str, ...]
    width: int
    height: int
    layout: str


def models_dir() -> Path:
    """Where pulled models lie."""
    return assets_root() / "models"


def known_models() -> list[Path]:
    """Starter and pulled models that are there."""
    return sorted(assets_root().glob("*.onnx")) + sorted(models_dir().glob("*.onnx"))


def check(path: Path) -> ModelFacts:
    """Load a model as vision would.

    Raises:
        AssetMissing: it is not there.
        ConfigurationError: it is no detection export that the engine can run.
    """
    engine = OpenVinoEngine(path)
    metadata = engine.metadata
    return ModelFacts(path, metadata.labels, metadata.width, metadata.height, engine.layout.value)


def pull(name: str, size: int) -> Path:
    """Fetch weights by their ultralytics name and export them to ONNX; needs the extra and its source of weights.

    Raises:
        ConfigurationError: the extra is not installed, or the name is no model's name.
        AssetMissing: the weights cannot be fetched.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no model's name", where="hub models pull", hint="for example yolo11n")
    if importlib.util.find_spec(EXTRA) is None:
        raise ConfigurationError(
            "the extra `ultralytics` (AGPL-3.0) is not installed",
            where="hub models pull",
            hint="pip install 'city-event-hub[ultralytics]' or uv sync --extra ultralytics; "
            "or export elsewhere with `yolo export model=yolo11n.pt format=onnx` and set HUB_VISION__MODEL",
        )
    folder = models_dir()
    folder.mkdir(parents=True, exist_ok=True)
    yolo = importlib.import_module(EXTRA).YOLO
    try:
        exported = Path(yolo(str(folder / f"{name}.pt")).export(format="onnx", imgsz=size))
    except (OSError, RuntimeError) as problem:
        raise AssetMissing(
            f"{name} could not be fetched and exported ({str(problem)[:200]})",
            where=str(folder),
            hint=f"put {name}.pt there by hand and run it again",
        ) from problem
    target = folder / f"{name}-{size}.onnx"
    exported.replace(target)
    return target
