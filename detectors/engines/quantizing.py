"""An ONNX model in 8-bit integers: static quantization by onnxruntime (MIT), read by OpenVINO and onnxruntime alike.

Why not NNCF: as accurate within two boxes of a hundred and as fast in OpenVINO, but 50 MB of scikit-learn and networkx
more, and only one engine reads what it makes.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from contracts.errors import ConfigurationError
from detectors.engines.onnxruntime import ERRORS

Floats = npt.NDArray[np.float32]
OPERATORS = ["Conv", "MaxPool", "Resize"]
"""what costs; the arithmetic of the boxes stays exact"""


class _Blobs(CalibrationDataReader):  # type: ignore[misc]
    """The pictures as onnxruntime's calibration asks for them."""

    def __init__(self, name: str, blobs: Iterator[Floats]) -> None:
        self._name, self._blobs = name, blobs

    def get_next(self) -> dict[str, Floats] | None:
        blob = next(self._blobs, None)
        return None if blob is None else {self._name: blob}


def quantize(source: Path, blobs: Iterator[Floats], out: Path) -> None:
    """Write `source` in INT8 to `out`, ranges measured on `blobs` (1, 3, height, width); some seconds to minutes.

    The last convolutions stay floats: they hold few operations and much of the accuracy. Weights use seven bits,
    because processors without VNNI saturate at eight.

    Raises:
        ConfigurationError: it is no ONNX model, or one that is quantized already.
    """
    if source.suffix != ".onnx":
        raise ConfigurationError("only ONNX exports can be quantized", where=str(source), hint="export it to ONNX")
    part = out.with_name(f"{out.stem}.part.onnx")
    try:
        quant_pre_process(str(source), str(part), skip_optimization=True, skip_symbolic_shape=True)
        model = _with_names(onnx.load(str(part)))
        quantize_static(
            model, str(part), _Blobs(model.graph.input[0].name, blobs), quant_format=QuantFormat.QDQ,
            per_channel=True, reduce_range=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
            op_types_to_quantize=OPERATORS, calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=sorted(kept_exact(model.graph)),
        )  # fmt: skip
        made = onnx.load(str(part))
        onnx.helper.set_model_props(made, {one.key: one.value for one in model.metadata_props})
        onnx.save(made, str(part))
    except (*ERRORS, ValueError, onnx.checker.ValidationError) as problem:
        what = " ".join(str(problem).split())[:200]
        raise ConfigurationError(f"the model cannot be quantized ({what})", where=str(source)) from problem
    part.replace(out)


def is_quantized(source: Path) -> bool:
    """Whether an ONNX model holds integers already."""
    nodes = onnx.load(str(source), load_external_data=False).graph.node
    return any(node.op_type in ("QuantizeLinear", "DynamicQuantizeLinear", "ConvInteger") for node in nodes)


def kept_exact(graph: onnx.GraphProto) -> set[str]:
    """Names of the last convolutions before the outputs."""
    makers = {name: node for node in graph.node for name in node.output}
    last: set[str] = set()
    seen: set[str] = set()
    todo = [one.name for one in graph.output]
    while todo:
        node = makers.get(todo.pop())
        if node is None or node.name in seen:
            continue
        seen.add(node.name)
        if node.op_type == "Conv":
            last.add(node.name)
        else:
            todo += node.input
    return last


def _with_names(model: onnx.ModelProto) -> onnx.ModelProto:
    """Every node under a name, so that it can be spoken of."""
    for number, node in enumerate(model.graph.node):
        node.name = node.name or f"node{number}"
    return model
