from pathlib import Path

import numpy as np
import onnx
import pytest

from contracts.errors import ConfigurationError
from detectors.engines.openvino import OpenVinoEngine
from hub.assets.darknet import Floats, Weights, convolution, parse
from hub.assets.darknet_onnx import convert, with_last_mask

CFG = """
[net]
width=64 # as trained
[convolutional]
batch_normalize=1
filters=4
size=3
stride=1
pad=1
activation=leaky
[maxpool]
size=2
stride=2
[maxpool]
size=2
stride=1
[convolutional]
filters=21
size=1
stride=1
pad=1
activation=linear
[yolo]
mask = 0,1,2
anchors = 10,14, 23,27, 37,58, 81,82
classes=2
"""


def files(folder: Path, *, short: bool = False) -> tuple[Path, Path, Floats]:
    """The cfg above with weights by chance; header of a darknet 0.2 file."""
    (folder / "tiny.cfg").write_text(CFG)
    values = np.random.default_rng(7).uniform(0.05, 0.4, 4 * 4 + 4 * 27 + 21 + 21 * 4).astype(np.float32)
    with (folder / "tiny.weights").open("wb") as out:
        np.array([0, 2, 0], np.int32).tofile(out)
        np.array([0], np.int64).tofile(out)
        (values[:-1] if short else values).tofile(out)
    return folder / "tiny.cfg", folder / "tiny.weights", values


def test_a_cfg_is_sections_in_order_without_comments() -> None:
    sections = parse(CFG)
    assert [section.kind for section in sections] == [
        "net", "convolutional", "maxpool", "maxpool", "convolutional", "yolo",
    ]  # fmt: skip
    assert sections[0].integer("width") == 64
    assert sections[-1].integers("mask") == [0, 1, 2]


def test_batch_normalisation_is_folded_into_the_kernel(tmp_path: Path) -> None:
    _, path, values = files(tmp_path)
    tensors = convolution(parse(CFG)[1], 3, Weights(path))
    beta, gamma, mean, variance = values[:16].reshape(4, 4)
    factor = gamma / np.sqrt(variance + 1e-5)
    assert tensors.kernel == pytest.approx(values[16 : 16 + 108].reshape(4, 3, 3, 3) * factor[:, None, None, None])
    assert tensors.bias == pytest.approx(beta - mean * factor)


def test_only_the_last_mask_is_mended() -> None:
    sections = parse(CFG + "[yolo]\nmask = 0,1,2\nanchors=1,1\nclasses=2\n")
    mended = with_last_mask(sections, "1,2,3")
    assert [section.options["mask"] for section in mended if section.kind == "yolo"] == ["0,1,2", "1,2,3"]


def test_the_model_answers_what_darknet_would(tmp_path: Path) -> None:
    cfg, weights, values = files(tmp_path)
    convert(cfg, weights, ["person", "car"], (32, 64), tmp_path / "m.onnx")
    engine = OpenVinoEngine(tmp_path / "m.onnx")
    picture = np.random.default_rng(8).uniform(0, 1, (1, 3, 32, 64)).astype(np.float32)
    answer = engine.infer(picture)[0]
    assert answer.shape == (6, 3 * 16 * 32)
    assert answer == pytest.approx(by_hand(picture[0], values), rel=2e-2, abs=2e-2)  # a CPU may count in bfloat16


def by_hand(picture: Floats, values: Floats) -> Floats:
    """The same network in numpy, head decoded with anchors 1, 2, 3."""
    beta, gamma, mean, variance = values[:16].reshape(4, 4)
    kernel = values[16:124].reshape(4, 3, 3, 3)
    padded = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    hidden = np.einsum("chwij,fcij->fhw", windows, kernel)
    normal = (gamma / np.sqrt(variance + 1e-5))[:, None, None]
    hidden = (hidden - mean[:, None, None]) * normal + beta[:, None, None]
    hidden = np.where(hidden > 0, hidden, 0.1 * hidden)
    hidden = hidden.reshape(4, 16, 2, 32, 2).max(axis=(2, 4))
    padded = np.pad(hidden, ((0, 0), (0, 1), (0, 1)), constant_values=-np.inf)
    hidden = np.lib.stride_tricks.sliding_window_view(padded, (2, 2), axis=(1, 2)).max(axis=(3, 4))
    raw = np.einsum("chw,fc->fhw", hidden, values[145:].reshape(21, 4)) + values[124:145, None, None]
    raw = raw.reshape(3, 7, 16 * 32)
    y, x = np.divmod(np.arange(16 * 32), 32)
    anchors = np.array([[23, 27], [37, 58], [81, 82]], np.float32)
    sigmoid = 1 / (1 + np.exp(-raw))
    middle = (sigmoid[:, :2] + np.stack([x, y])) * 2
    extent = np.exp(raw[:, 2:4]) * anchors[:, :, None]
    scores = sigmoid[:, 5:] * sigmoid[:, 4:5]
    return np.concatenate([middle, extent, scores], axis=1).transpose(1, 0, 2).reshape(6, -1)


def test_the_metadata_is_that_of_an_export(tmp_path: Path) -> None:
    cfg, weights, _ = files(tmp_path)
    convert(cfg, weights, ["person", "car"], (32, 64), tmp_path / "m.onnx")
    metadata = {entry.key: entry.value for entry in onnx.load(str(tmp_path / "m.onnx")).metadata_props}
    assert (metadata["names"], metadata["imgsz"]) == ("{0: 'person', 1: 'car'}", "[32, 64]")
    assert (metadata["task"], metadata["stride"]) == ("detect", "32")


def test_weights_that_end_too_early_are_refused(tmp_path: Path) -> None:
    cfg, weights, _ = files(tmp_path, short=True)
    with pytest.raises(ConfigurationError, match="weights end before"):
        convert(cfg, weights, ["person", "car"], (32, 64), tmp_path / "m.onnx")
    assert not (tmp_path / "m.onnx").exists()
