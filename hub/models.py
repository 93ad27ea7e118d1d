"""Models on this machine: the starter models, those pulled or quantized, and any by path."""

import importlib
import importlib.util
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contracts.errors import AssetMissing, ConfigurationError
from contracts.kinds import EVENT_TYPES
from detectors.class_mapping import check_classes
from detectors.detector import Detector
from detectors.engines.choice import READS, Device, EngineName, chosen_engine, open_engine
from detectors.rules.events import BUILT_IN
from detectors.rules.vehicles import PERSONS_AND_VEHICLES
from hub.assets import assets_root

EXTRA = "ultralytics"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
TRIES = 5
SAMPLE = (1080, 1920, 3)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What `hub models check` says of a model."""

    path: Path
    engine: str
    labels: tuple[str, ...]
    width: int
    height: int
    layout: str
    milliseconds: float
    """processor time from a 1080p picture to detections, one thread: the median of a few"""
    meanings: Mapping[str, str]
    """class → the label or event type that it is here; those that nothing looks for are absent"""


def models_dir() -> Path:
    """Where pulled and quantized models lie."""
    return assets_root() / "models"


def known_models() -> list[Path]:
    """Starter, pulled and quantized models that are there; a folder is an OpenVINO export."""
    kinds = {kind for kinds in READS.values() for kind in kinds if kind not in ("", ".xml")}
    files = [path for folder in (assets_root(), models_dir()) for path in folder.glob("*") if path.suffix in kinds]
    return sorted(files) + sorted(path.parent for path in models_dir().glob("*/*.xml"))


def check(
    path: Path, *, engine: EngineName = "auto", device: Device = "cpu", classes: Mapping[str, str] | None = None
) -> ModelFacts:
    """Load a model as vision would and try it.

    Raises:
        AssetMissing: it is not there.
        ConfigurationError: it is no detection export that the engine can run, or a class is mapped to nothing.
    """
    check_classes(classes or {})
    opened = open_engine(path, engine=engine, device=device)
    metadata = opened.metadata
    return ModelFacts(
        path, chosen_engine(path, engine, device), metadata.labels, metadata.width, metadata.height,
        opened.layout.value, _milliseconds(Detector(opened, min_confidence=0.35)),
        meanings_of(metadata.labels, classes or {}),
    )  # fmt: skip


def meanings_of(labels: tuple[str, ...], classes: Mapping[str, str]) -> dict[str, str]:
    """Which of a model's classes mean something here: by the settings, by name, or by a name that is usual."""
    known = {name: name for name in (*PERSONS_AND_VEHICLES, *EVENT_TYPES)} | dict(BUILT_IN) | dict(classes)
    return {label: known[label] for label in labels if label in known}


def _milliseconds(detector: Detector) -> float:
    picture = np.random.default_rng(1).integers(0, 255, SAMPLE, np.uint8)
    spent_s = []
    for _ in range(TRIES):
        began_s = time.thread_time()
        detector.detect(picture)
        spent_s.append(time.thread_time() - began_s)
    return float(np.median(spent_s)) * 1000


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
