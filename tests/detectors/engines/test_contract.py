"""What every engine must do alike; each test runs on each engine that is installed."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from contracts.errors import AssetMissing, ConfigurationError
from detectors.decode_yolo import Layout
from detectors.detector import Detector
from detectors.engines.choice import EngineName, open_engine
from hub import assets
from tests.detectors.engines.tiny import BOX, DETECT, LABELS, SCORE, SIDE, answer, export

ONNX_ENGINES: list[EngineName] = ["openvino", "onnxruntime"]
INSTALLED = [name for name in ONNX_ENGINES if importlib.util.find_spec(name)]
GREY = np.full((SIDE, SIDE, 3), 90, np.uint8)


def test_both_engines_for_onnx_are_tested_here() -> None:
    assert INSTALLED == ONNX_ENGINES


@pytest.mark.parametrize("name", INSTALLED)
class TestEngine:
    @pytest.mark.parametrize("layout", list(Layout))
    @pytest.mark.parametrize("side", [SIDE, "s"], ids=["fixed", "open"])
    def test_it_reads_every_layout_the_same(
        self, name: EngineName, layout: Layout, side: int | str, tmp_path: Path
    ) -> None:
        engine = open_engine(export(tmp_path / "m.onnx", answer(layout), DETECT, side=side), engine=name)
        assert engine.layout is layout
        assert (engine.metadata.labels, engine.metadata.height, engine.metadata.width) == (LABELS, SIDE, SIDE)
        (hit,) = Detector(engine, min_confidence=0.5).detect(GREY)
        assert (hit.label, hit.confidence) == ("person", pytest.approx(SCORE))
        assert [hit.box.x0, hit.box.y0, hit.box.x1, hit.box.y1] == pytest.approx([side / SIDE for side in BOX])

    def test_a_model_of_one_class_is_a_model(self, name: EngineName, tmp_path: Path) -> None:
        for layout in Layout:
            path = export(tmp_path / f"{layout}.onnx", answer(layout, 1), DETECT | {"names": "{0: 'fire'}"})
            engine = open_engine(path, engine=name)
            assert engine.layout is layout
            assert [hit.label for hit in Detector(engine, min_confidence=0.5).detect(GREY)] == ["fire"]

    def test_a_half_precision_export_takes_and_gives_floats(self, name: EngineName, tmp_path: Path) -> None:
        path = export(tmp_path / "m.onnx", answer(Layout.RAW), DETECT, kind=TensorProto.FLOAT16)
        engine = open_engine(path, engine=name)
        assert engine.infer(np.zeros((1, 3, SIDE, SIDE), np.float32)).dtype == np.float32

    def test_class_names_may_lie_beside_the_model(self, name: EngineName, tmp_path: Path) -> None:
        path = export(tmp_path / "m.onnx", answer(Layout.GRID), {})
        (tmp_path / "m.names").write_text("汽车\n行人\n", encoding="utf-8")
        assert open_engine(path, engine=name).metadata.labels == ("汽车", "行人")

    @pytest.mark.parametrize(
        ("metadata", "output", "word"),
        [
            pytest.param({}, answer(Layout.RAW), "does not name its classes", id="no metadata"),
            pytest.param(
                DETECT | {"task": "pose"}, answer(Layout.RAW), "task is 'pose', not detect", id="another task"
            ),
            pytest.param(DETECT, answer(Layout.RAW, 7), "none that is read here", id="other classes"),
            pytest.param(DETECT, np.zeros((1, 40, 9), np.float32), "none that is read here", id="another layout"),
            pytest.param(DETECT, np.zeros((1, 6), np.float32), "none that is read here", id="a classifier"),
            pytest.param(DETECT | {"names": "eval('1')"}, answer(Layout.RAW), "what an export writes", id="a program"),
        ],
    )
    def test_another_model_is_refused_in_one_sentence(
        self, name: EngineName, metadata: dict[str, str], output: np.ndarray, word: str, tmp_path: Path
    ) -> None:
        path = export(tmp_path / "m.onnx", output, metadata)
        with pytest.raises(ConfigurationError, match=word) as refused:
            open_engine(path, engine=name)
        assert refused.value.where == str(path)
        assert refused.value.hint
        assert "\n" not in refused.value.message

    def test_a_fixed_batch_of_eight_is_refused(self, name: EngineName, tmp_path: Path) -> None:
        path = export(tmp_path / "m.onnx", answer(Layout.RAW), DETECT, batch=8)
        with pytest.raises(ConfigurationError, match="one picture"):
            open_engine(path, engine=name)

    def test_a_file_that_is_no_model_is_refused(self, name: EngineName, tmp_path: Path) -> None:
        path = tmp_path / "m.onnx"
        path.write_bytes(b"no model")
        with pytest.raises(ConfigurationError, match="cannot read the model"):
            open_engine(path, engine=name)

    def test_a_model_that_is_not_there_says_what_to_do(self, name: EngineName, tmp_path: Path) -> None:
        with pytest.raises(AssetMissing, match="hub assets") as missing:
            open_engine(tmp_path / "none.onnx", engine=name)
        assert missing.value.exit_code == 3

    def test_the_starter_model_sees_the_same_street(
        self, name: EngineName, starter: assets.Assets, street: list[np.ndarray]
    ) -> None:
        detector = Detector(open_engine(starter.model_wide, engine=name), min_confidence=0.35)
        persons = sum(hit.label == "person" for picture in street for hit in detector.detect(picture))
        assert 30 <= persons <= 50
