from pathlib import Path

import openvino as ov
import pytest
import yaml

from contracts.errors import AssetMissing
from detectors.decode_yolo import Layout
from detectors.engines.openvino import OpenVinoEngine
from tests.detectors.engines.tiny import LABELS, SIDE, answer, export


def test_an_openvino_export_is_a_folder_with_its_metadata_beside(tmp_path: Path) -> None:
    source = export(tmp_path / "m.onnx", answer(Layout.RAW), {})
    folder = tmp_path / "m_openvino_model"
    folder.mkdir()
    ov.save_model(ov.Core().read_model(source), folder / "m.xml")
    metadata = {"names": dict(enumerate(LABELS)), "imgsz": [SIDE, SIDE], "task": "detect"}
    (folder / "metadata.yaml").write_text(yaml.safe_dump(metadata))
    engine = OpenVinoEngine(folder)
    assert engine.metadata.labels == LABELS
    assert engine.path.name == "m.xml"


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="hub assets"):
        OpenVinoEngine(tmp_path)
