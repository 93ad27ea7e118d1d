from pathlib import Path

import numpy as np
import onnx
import openvino as ov
import pytest
import yaml
from onnx import TensorProto, helper

from contracts.errors import AssetMissing, ConfigurationError
from detectors.decode_yolo import Layout
from detectors.engines.openvino import OpenVinoEngine
from hub import assets

NAMES = "{0: 'person', 1: 'car'}"


def export(path: Path, output: list[int], metadata: dict[str, str], *, side: int | str = 32) -> Path:
    """A model that answers zeros of a shape, with metadata as an ultralytics export has it."""
    zeros = helper.make_tensor("zeros", TensorProto.FLOAT, output, [0.0] * int(np.prod(output)))
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["zeros", "mean"], ["output0"]),
    ]
    picture = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, side, side])
    answer = helper.make_tensor_value_info("output0", TensorProto.FLOAT, output)
    graph = helper.make_graph(nodes, "tiny", [picture], [answer], [zeros])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, metadata)
    onnx.save(model, str(path))
    return path


def test_the_starter_model_says_what_it_is(starter: assets.Assets) -> None:
    engine = OpenVinoEngine(starter.model_wide)
    assert (engine.metadata.height, engine.metadata.width) == (256, 416)
    assert engine.metadata.labels[0] == "person"
    assert len(engine.metadata.labels) == 80
    assert engine.layout is Layout.RAW


def test_the_starter_model_answers_in_the_layout_of_an_export(starter_engine: OpenVinoEngine) -> None:
    answer = starter_engine.infer(np.zeros((1, 3, 256, 416), np.float32))
    assert answer.shape == (1, 84, 3 * (8 * 13 + 16 * 26))


@pytest.mark.parametrize(
    ("output", "layout"), [([1, 6, 40], Layout.RAW), ([1, 300, 6], Layout.END_TO_END)], ids=["raw", "NMS inside"]
)
@pytest.mark.parametrize("side", [32, "s"], ids=["fixed", "dynamic"])
def test_both_layouts_run_fixed_or_dynamic(output: list[int], layout: Layout, side: int | str, tmp_path: Path) -> None:
    path = export(tmp_path / "m.onnx", output, {"names": NAMES, "imgsz": "[32, 32]", "task": "detect"}, side=side)
    engine = OpenVinoEngine(path)
    assert engine.layout is layout
    assert engine.infer(np.zeros((1, 3, 32, 32), np.float32)).shape == tuple(output)


def test_an_openvino_export_is_a_folder_with_its_metadata_beside(tmp_path: Path) -> None:
    source = export(tmp_path / "m.onnx", [1, 6, 40], {})
    folder = tmp_path / "m_openvino_model"
    folder.mkdir()
    ov.save_model(ov.Core().read_model(source), folder / "m.xml")
    metadata = {"names": {0: "person", 1: "car"}, "imgsz": [32, 32], "task": "detect"}
    (folder / "metadata.yaml").write_text(yaml.safe_dump(metadata))
    assert OpenVinoEngine(folder).metadata.labels == ("person", "car")


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    for path in (tmp_path / "none.onnx", tmp_path):
        with pytest.raises(AssetMissing, match="hub assets") as missing:
            OpenVinoEngine(path)
        assert missing.value.exit_code == 3


@pytest.mark.parametrize(
    ("metadata", "output", "word"),
    [
        pytest.param({}, [1, 6, 40], "name its classes", id="no names"),
        pytest.param({"names": NAMES}, [1, 40, 7], "neither", id="another layout"),
        pytest.param({"names": NAMES, "task": "pose"}, [1, 6, 40], "pose", id="another task"),
    ],
)
def test_another_model_is_refused_in_words(
    metadata: dict[str, str], output: list[int], word: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=word):
        OpenVinoEngine(export(tmp_path / "m.onnx", output, metadata))


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(ConfigurationError, match="cannot read the model"):
        OpenVinoEngine(path)
