"""What an ultralytics export says of itself: class names and input size, as Python literals that are never executed."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.errors import ConfigurationError

HINT = "export it with `yolo export model=… format=onnx` (task detect), or use the starter model of `hub assets`"


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """The part of the metadata that running the model needs."""

    labels: tuple[str, ...]
    """class names by class number"""
    height: int
    """of the input, pixels"""
    width: int


def read_metadata(raw: Mapping[str, object], *, input_shape: tuple[int, ...], where: str) -> ModelMetadata:
    """The metadata of a model; `raw` as in the ONNX properties or an OpenVINO folder's `metadata.yaml`.

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
    raise ConfigurationError("the model does not name its classes", where=where, hint=HINT)


def _size(imgsz: object, input_shape: tuple[int, ...], where: str) -> tuple[int, int]:
    if len(input_shape) != 4 or input_shape[1] != 3:
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
