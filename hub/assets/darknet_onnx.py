"""Darknet's tiny YOLO as ONNX, in the layout and with the metadata of an ultralytics export.

Output `output0` is [1, 4 + classes, boxes]: middle x, middle y, width, height in pixels of the input, then one
score per class, objectness multiplied in.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from hub.assets.darknet import Section, Weights, convolution, parse

OPSET = 13
IR_VERSION = 8
LEAKY_SLOPE = 0.1


class _Graph:
    """Nodes and constants as they are added, each under a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        name = f"c{len(self.constants)}"
        array = np.ascontiguousarray(np.asarray(values, dtype))
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        name = output or f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name


class _Network:
    """The walk through the cfg: what the last layer is called, how many channels and which stride it has."""

    def __init__(self, size: tuple[int, int], weights: Weights) -> None:
        self.graph = _Graph()
        self.size = size
        self.weights = weights
        self.outputs: list[tuple[str, int, int]] = []
        """per layer: name, channels, stride"""
        self.heads: list[str] = []
        self.boxes = 0
        self.classes = 0
        self.current: tuple[str, int, int] = ("images", 3, 1)

    def convolutional(self, section: Section) -> None:
        name, channels, stride = self.current
        tensors = convolution(section, channels, self.weights)
        size, step = section.integer("size"), section.integer("stride", 1)
        pad = size // 2 if section.integer("pad") else 0
        name = self.graph.node(
            "Conv", name, self.graph.constant(tensors.kernel), self.graph.constant(tensors.bias),
            kernel_shape=[size, size], strides=[step, step], pads=[pad] * 4,
        )  # fmt: skip
        if section.options["activation"] == "leaky":
            name = self.graph.node("LeakyRelu", name, alpha=LEAKY_SLOPE)
        self.current = name, section.integer("filters"), stride * step

    def maxpool(self, section: Section) -> None:
        name, channels, stride = self.current
        size, step = section.integer("size"), section.integer("stride", 1)
        # Darknet pads to the right and below, so that a pool of stride 1 keeps the size.
        pads = [0, 0, size - 1, size - 1] if step == 1 else [0] * 4
        name = self.graph.node("MaxPool", name, kernel_shape=[size, size], strides=[step, step], pads=pads)
        self.current = name, channels, stride * step

    def upsample(self, section: Section) -> None:
        name, channels, stride = self.current
        factor = section.integer("stride", 2)
        name = self.graph.node(
            "Resize", name, "", self.graph.constant([1, 1, factor, factor]),
            mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        )  # fmt: skip
        self.current = name, channels, stride // factor

    def route(self, section: Section) -> None:
        here = len(self.outputs)
        sources = [self.outputs[n if n >= 0 else here + n] for n in section.integers("layers")]
        names = [name for name, _, _ in sources]
        name = names[0] if len(names) == 1 else self.graph.node("Concat", *names, axis=1)
        self.current = name, sum(channels for _, channels, _ in sources), sources[0][2]

    def yolo(self, section: Section) -> None:
        """One head, decoded in the graph: sigmoid of x, y and scores, exponential of width and height."""
        name, _, stride = self.current
        add, constant = self.graph.node, self.graph.constant
        anchors = np.array(section.floats("anchors"), np.float32).reshape(-1, 2)[section.integers("mask")]
        count, self.classes = len(anchors), section.integer("classes")
        down, across = self.size[0] // stride, self.size[1] // stride
        rows = 5 + self.classes
        raw = add("Reshape", name, constant([count, rows, down * across], np.int64))
        columns, lines = np.meshgrid(np.arange(across), np.arange(down))
        corner = np.stack([columns, lines]).reshape(1, 2, down * across) * stride
        within = add("Mul", add("Sigmoid", self._rows(raw, 0, 2)), constant(stride))
        middle = add("Add", within, constant(corner))
        extent = add("Mul", add("Exp", self._rows(raw, 2, 4)), constant(anchors[:, :, None]))
        scores = add("Mul", add("Sigmoid", self._rows(raw, 5, rows)), add("Sigmoid", self._rows(raw, 4, 5)))
        head = add("Transpose", add("Concat", middle, extent, scores, axis=1), perm=[1, 0, 2])
        boxes = count * down * across
        self.heads.append(add("Reshape", head, constant([1, 4 + self.classes, boxes], np.int64)))
        self.boxes += boxes

    def _rows(self, name: str, first: int, last: int) -> str:
        bounds = [self.graph.constant([value], np.int64) for value in (first, last, 1)]
        return self.graph.node("Slice", name, *bounds)

    def walk(self, sections: Sequence[Section]) -> None:
        layers = {
            "convolutional": self.convolutional,
            "maxpool": self.maxpool,
            "upsample": self.upsample,
            "route": self.route,
            "yolo": self.yolo,
        }
        for section in sections:
            layers[section.kind](section)
            self.outputs.append(self.current)
        self.graph.node("Concat", *self.heads, output="output0", axis=2)


def with_last_mask(sections: list[Section], mask: str) -> list[Section]:
    """The cfg with another choice of anchors in its last head.

    The cfg in the package (darknet's own slip) says 0,1,2 where the weights were trained with 1,2,3: left as it is,
    every small box comes out at half its size.
    """
    last = max(i for i, section in enumerate(sections) if section.kind == "yolo")
    mended = Section("yolo", sections[last].options | {"mask": mask})
    return [*sections[:last], mended, *sections[last + 1 :]]


def convert(cfg: Path, weights: Path, names: Sequence[str], size: tuple[int, int], out: Path) -> None:
    """Write the ONNX model for pictures of `size` (height, width) pixels, multiples of 32.

    Raises:
        ConfigurationError: cfg and weights do not belong together.
    """
    sections = with_last_mask(parse(cfg.read_text()), "1,2,3")
    network = _Network(size, Weights(weights))
    network.walk(sections[1:])
    graph = helper.make_graph(
        network.graph.nodes,
        "yolov3-tiny",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, *size])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, 4 + network.classes, network.boxes])],
        network.graph.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    metadata = {
        "description": "YOLOv3-tiny, COCO (darknet, public domain)",
        "task": "detect",
        "stride": "32",
        "imgsz": str(list(size)),
        "names": str(dict(enumerate(names))),
    }
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    part = out.with_name(out.name + ".part")
    onnx.save(model, str(part))
    part.replace(out)
