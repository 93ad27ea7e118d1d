import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import ConfigurationError
from detectors.model_metadata import literal, read_metadata

SQUARE = (1, 3, 416, 416)


@pytest.mark.parametrize(
    ("raw", "shape", "size"),
    [
        pytest.param({"names": "{0: 'person', 1: 'car'}", "imgsz": "[416, 416]"}, SQUARE, (416, 416), id="text"),
        pytest.param({"names": {0: "person", 1: "car"}, "imgsz": [256, 416]}, (1, 3, -1, -1), (256, 416), id="yaml"),
        pytest.param({"names": "['person', 'car']"}, SQUARE, (416, 416), id="a list, no imgsz"),
        pytest.param({"names": "['person', 'car']", "imgsz": "640"}, (1, 3, -1, -1), (640, 640), id="one number"),
        pytest.param({"names": "['person', 'car']", "imgsz": "[640, 640]"}, SQUARE, (416, 416), id="the shape wins"),
    ],
)
def test_reads_what_exports_write(raw: dict[str, object], shape: tuple[int, ...], size: tuple[int, int]) -> None:
    metadata = read_metadata(raw, input_shape=shape, where="m.onnx")
    assert metadata.labels == ("person", "car")
    assert (metadata.height, metadata.width) == size


@pytest.mark.parametrize(
    ("raw", "shape", "word"),
    [
        pytest.param({}, SQUARE, "name its classes", id="no names"),
        pytest.param({"names": "{0: 'person', 2: 'car'}"}, SQUARE, "name its classes", id="a hole in the numbers"),
        pytest.param({"names": "[1, 2]"}, SQUARE, "name its classes", id="names that are numbers"),
        pytest.param({"names": "{}"}, SQUARE, "name its classes", id="no classes"),
        pytest.param({"names": "['person']", "task": "segment"}, SQUARE, "segment", id="another task"),
        pytest.param({"names": "['person']"}, (1, 3, -1, -1), "size of its input", id="no size"),
        pytest.param({"names": "['person']"}, (1, 1, 416, 416), "input is", id="grey pictures"),
        pytest.param({"names": "['person']"}, (1, 3, 416), "input is", id="three dimensions"),
        pytest.param({"names": "['person']"}, (8, 3, 416, 416), "input is", id="eight pictures at once"),
        pytest.param({"names": "__import__('os').getcwd()"}, SQUARE, "not what an export writes", id="a call"),
    ],
)
def test_what_is_no_detection_export_is_refused_in_words(
    raw: dict[str, object], shape: tuple[int, ...], word: str
) -> None:
    with pytest.raises(ConfigurationError, match=word) as refused:
        read_metadata(raw, input_shape=shape, where="m.onnx")
    assert "m.onnx" in str(refused.value)
    assert "export" in refused.value.hint


@pytest.mark.parametrize(
    "attack",
    [
        "__import__('pathlib').Path({path!r}).touch()",
        "{{0: open({path!r}, 'w')}}",
        "[x for x in (open({path!r}, 'w'),)]",
        "(lambda: open({path!r}, 'w'))()",
        "f'{{open({path!r}, chr(119))}}'",
    ],
)
def test_metadata_is_never_executed(attack: str, tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    with pytest.raises(ConfigurationError):
        literal(attack.format(path=str(trace)), "m.onnx")
    assert not trace.exists()


@given(st.text(max_size=200))
def test_any_text_is_a_literal_or_refused(text: str) -> None:
    with contextlib.suppress(ConfigurationError):
        assert (
            isinstance(
                literal(text, "m.onnx"), str | bytes | int | float | complex | tuple | list | dict | set | bool | None
            )
            or literal(text, "m.onnx") is Ellipsis
        )


def test_text_so_deep_that_the_parser_gives_up_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        literal("[" * 5000 + "]" * 5000, "m.onnx")
