"""What an export says of itself: class names and input size, as Python literals that are never executed."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from contracts.errors import AssetMissing, ConfigurationError

HINT = "export it with `yolo export model=… format=onnx` (task detect), or use the starter model of `hub assets`"
KEYS = ("names", "imgsz", "task")
"""the metadata that is read"""


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """The part of the metadata that running the model needs."""

    labels: tuple[str, ...]
    """class names by class number"""
    height: int
    """of the input, pixels"""
    width: int


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


def beside(path: Path) -> dict[str, object]:
    """What lies beside a model file: the `metadata.yaml` of an OpenVINO export, or its class names, one a line, in
    a file of the same name that ends in `.names`; for models that name nothing themselves, as YOLOX's.
    """
    described = path.parent / "metadata.yaml"
    if path.suffix == ".xml" and described.is_file():
        loaded = yaml.safe_load(described.read_text(encoding="utf-8"))
        return loaded if isinstance(loaded, dict) else {}
    named = path.with_suffix(".names")
    if named.is_file():
        return {"names": [line.strip() for line in named.read_text(encoding="utf-8").splitlines() if line.strip()]}
    return {}


def read_metadata(raw: Mapping[str, object], *, input_shape: tuple[int, ...], where: str) -> ModelMetadata:
    """The metadata of a model; `raw` as in the ONNX properties or a `metadata.yaml`; what `beside` says goes first.

    `input_shape` is [1, 3, height, width], with -1 where the model leaves a side open; `imgsz` fills those.

    Raises:
        ConfigurationError: no class names, an input of no fixed size, or a model that is not a detector.
    """
    task = raw.get("task", "detect")
    if task != "detect":
        raise ConfigurationError(f"the model's task is {task!r}, not detect", where=where, hint=HINT)
    labels = _labels(literal(raw.get("names"), where), where)
    height, width = _size(literal(raw.get("imgsz"), where), input_shape, where)
    return ModelMetadata(labels, height, width)


def literal(value: object, where: str) -> object:
    """A Python literal out of text; anything else (a call, a name) is refused, nothing is ever run.

    Raises:
        ConfigurationError: the text is no literal.
    """
    if not isinstance(value, str):
        return value
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise ConfigurationError("the model's metadata is not what an export writes", where=where, hint=HINT) from None


def _labels(names: object, where: str) -> tuple[str, ...]:
    if isinstance(names, dict) and names and sorted(names) == list(range(len(names))):
        names = [names[number] for number in range(len(names))]
    if isinstance(names, list | tuple) and names and all(isinstance(name, str) for name in names):
        return tuple(str(name) for name in names)
    raise ConfigurationError(
        "the model does not name its classes",
        where=where,
        hint=f"write them, one a line, into {Path(where).stem}.names beside it; or {HINT}",
    )


def _size(imgsz: object, input_shape: tuple[int, ...], where: str) -> tuple[int, int]:
    if len(input_shape) != 4 or input_shape[1] != 3 or input_shape[0] > 1:
        raise ConfigurationError(
            f"the model's input is {list(input_shape)}, not one picture [1, 3, height, width]", where=where, hint=HINT
        )
    said = [imgsz, imgsz] if isinstance(imgsz, int) else imgsz
    sides = [side if side > 0 else None for side in input_shape[2:]]
    if isinstance(said, list | tuple) and len(said) == 2:
        sides = [side or other for side, other in zip(sides, said, strict=True)]
    height, width = sides
    if not isinstance(height, int) or not isinstance(width, int) or height <= 0 or width <= 0:
        raise ConfigurationError("the model does not say the size of its input", where=where, hint=HINT)
    return height, width
