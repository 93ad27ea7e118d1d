from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from typer.testing import CliRunner

from contracts.detections import Box, Detection
from contracts.errors import ConfigurationError
from detectors.engines.choice import open_engine
from detectors.engines.quantizing import is_quantized, kept_exact
from hub import assets, quantizing
from hub.cli.models import app

SIDE = 32
PICTURES = [np.random.default_rng(seed).integers(0, 255, (SIDE, SIDE, 3), np.uint8) for seed in range(8)]


@pytest.fixture
def convolving(tmp_path: Path) -> Path:
    """Two convolutions and the layout of an export, one class."""
    random = np.random.default_rng(7)
    weights = [random.normal(0, 0.1, shape).astype(np.float32) for shape in ((8, 3, 3, 3), (5, 8, 1, 1))]
    nodes = [
        helper.make_node("Conv", ["images", "w0"], ["c0"], pads=[1] * 4, strides=[2, 2]),
        helper.make_node("LeakyRelu", ["c0"], ["r0"], alpha=0.1),
        helper.make_node("Conv", ["r0", "w1"], ["c1"]),
        helper.make_node("Sigmoid", ["c1"], ["s1"]),
        helper.make_node("Reshape", ["s1", "shape"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, 5, 256])],
        [numpy_helper.from_array(one, f"w{number}") for number, one in enumerate(weights)]
        + [numpy_helper.from_array(np.array([1, 5, 256], np.int64), "shape")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {"names": "{0: 'person'}", "task": "detect"})
    path = tmp_path / "tiny.onnx"
    onnx.save(model, str(path))
    return path


def test_the_integers_answer_almost_as_the_floats_on_every_engine(convolving: Path, tmp_path: Path) -> None:
    made = tmp_path / "made" / "tiny-int8.onnx"
    change = quantizing.quantize(convolving, PICTURES, made, lambda what, done, total: None)
    assert is_quantized(made)
    assert not is_quantized(convolving)
    assert change.pictures == 4
    blob = np.random.default_rng(1).random((1, 3, SIDE, SIDE), np.float32)
    exact = open_engine(convolving).infer(blob).copy()
    for engine in ("openvino", "onnxruntime"):
        coarse = open_engine(made, engine=engine)  # type: ignore[arg-type]
        assert coarse.metadata.labels == ("person",)
        assert np.abs(coarse.infer(blob) - exact).max() < 0.02
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_the_last_convolution_stays_exact(convolving: Path) -> None:
    graph = onnx.load(str(convolving)).graph
    for number, node in enumerate(graph.node):
        node.name = f"n{number}"
    assert kept_exact(graph) == {"n2"}


def test_too_few_pictures_or_what_is_quantized_already_is_refused(convolving: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.onnx"
    with pytest.raises(ConfigurationError, match="too few"):
        quantizing.quantize(convolving, PICTURES[:7], made, lambda what, done, total: None)
    quantizing.quantize(convolving, PICTURES, made, lambda what, done, total: None)
    with pytest.raises(ConfigurationError, match="quantized already"):
        quantizing.quantize(made, PICTURES, tmp_path / "again.onnx", lambda what, done, total: None)


def test_the_change_is_measured_by_what_the_floats_were_sure_of(convolving: Path) -> None:
    def seen(*confidences: float) -> tuple[Detection, ...]:
        return tuple(Detection("person", one, Box(n / 10, 0, n / 10 + 0.1, 1)) for n, one in enumerate(confidences))

    change = quantizing.compare(
        convolving, convolving, ([seen(0.9, 0.8, 0.2)] * 2, [seen(0.9, 0.3)] * 2), (10.0, 4.0)
    )  # fmt: skip
    assert (change.map50, change.count_error, change.label, change.things) == (1.0, 1.0, "person", (4, 2))


def test_the_command_says_what_it_costs_and_gains(convolving: Path, tmp_path: Path, starter: assets.Assets) -> None:
    made = tmp_path / "out.onnx"
    answer = CliRunner().invoke(
        app, ["quantize", str(convolving), "--from", str(starter.street_360p), "--pictures", "8", "--out", str(made)]
    )
    assert answer.exit_code == 0, answer.output
    assert "mAP50 against before" in answer.output
    assert f"HUB_VISION__MODEL={made}" in answer.output.replace("\n", "")


@pytest.fixture(scope="module")
def starter() -> assets.Assets:
    return assets.ensure()
