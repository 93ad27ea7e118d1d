from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.decode_yolo import Layout
from detectors.detector import Detector, Look, model_name
from detectors.engines.openvino import OpenVinoEngine
from detectors.rules.vehicles import PERSONS_AND_VEHICLES
from detectors.tiles import views_of
from hub import assets
from tests.detectors.engines.tiny import DETECT, answer, export
from tests.detectors.scenes import blank

Image = npt.NDArray[np.uint8]


def test_the_starter_model_sees_the_people_on_the_street(starter_engine: OpenVinoEngine, street: list[Image]) -> None:
    detector = Detector(starter_engine, min_confidence=0.35, labels=frozenset({"person"}))
    counts = [len(detector.detect(picture)) for picture in street]
    assert all(2 <= count <= 11 for count in counts)
    assert 30 <= sum(counts) <= 50


def test_its_boxes_are_as_tall_as_the_people(starter_engine: OpenVinoEngine, street: list[Image]) -> None:
    """The package's wrong mask would halve every box: a person here is 40 to 95 of 360 pixels tall."""
    detector = Detector(starter_engine, min_confidence=0.6, labels=frozenset({"person"}))
    heights = [hit.box.y1 - hit.box.y0 for picture in street for hit in detector.detect(picture)]
    assert 0.13 < float(np.median(heights)) < 0.24


def test_the_parked_van_is_where_it_stands(starter_engine: OpenVinoEngine, street: list[Image]) -> None:
    detector = Detector(starter_engine, min_confidence=0.35, labels=frozenset({"truck", "car", "bus"}))
    found = detector.detect(street[2])
    assert any(0.8 < hit.box.foot[0] < 0.95 and 0.1 < hit.box.foot[1] < 0.22 for hit in found)


def test_nothing_is_seen_in_an_empty_picture(starter_engine: OpenVinoEngine) -> None:
    assert Detector(starter_engine, min_confidence=0.35, labels=PERSONS_AND_VEHICLES).detect(blank(360, 640)) == ()


def test_half_the_input_finds_most_of_what_the_full_one_finds(
    starter: assets.Assets, starter_engine: OpenVinoEngine, street: list[Image]
) -> None:
    square = Detector(OpenVinoEngine(starter.model_416), min_confidence=0.35, labels=frozenset({"person"}))
    wide = Detector(starter_engine, min_confidence=0.35, labels=frozenset({"person"}))
    by_square = sum(len(square.detect(picture)) for picture in street)
    by_wide = sum(len(wide.detect(picture)) for picture in street)
    assert abs(by_square - by_wide) <= 3


def test_a_model_is_named_by_its_content(starter: assets.Assets) -> None:
    name, _, digest = model_name(starter.model_wide).partition("@sha256:")
    assert name == "yolov3-tiny-416x256"
    assert len(digest) == 12


def small(tmp_path: Path, name: str, classes: tuple[str, ...]) -> OpenVinoEngine:
    """A model that sees one thing of its last class."""
    names = str(dict(enumerate(classes)))
    return OpenVinoEngine(
        export(tmp_path / f"{name}.onnx", answer(Layout.RAW, len(classes)), DETECT | {"names": names})
    )


def test_a_class_goes_by_the_name_that_the_rules_know(tmp_path: Path) -> None:
    detector = Detector(small(tmp_path, "m", ("x", "行人")), min_confidence=0.5, names={"行人": "person"})
    assert [hit.label for hit in detector.detect(blank(64, 64))] == ["person"]


def test_each_of_several_models_tells_what_those_before_it_do_not_know(tmp_path: Path) -> None:
    first, second = small(tmp_path, "a", ("smoke", "person")), small(tmp_path, "b", ("person", "fire"))
    third = small(tmp_path, "c", ("fire", "person"))
    detector = Detector(first, second, third, min_confidence=0.5)
    assert sorted(hit.label for hit in detector.detect(blank(64, 64))) == ["fire", "person"]
    assert detector.labels == {"smoke", "person", "fire"}
    assert detector.model.startswith("a@sha256:")
    assert "+b@sha256:" in detector.model


def test_a_model_that_knows_nothing_wanted_is_not_asked(tmp_path: Path) -> None:
    people, fire = small(tmp_path, "a", ("x", "person")), small(tmp_path, "b", ("y", "fire"))
    asked: list[str] = []
    for name, engine in (("people", people), ("fire", fire)):
        infer = engine.infer
        engine.infer = lambda blob, name=name, infer=infer: (asked.append(name), infer(blob))[1]  # type: ignore[method-assign]
    detector = Detector(people, fire, min_confidence=0.5)
    assert [hit.label for hit in detector.detect(blank(64, 64), Look(frozenset({"fire"})))] == ["fire"]
    assert asked == ["fire"]


def test_tiles_find_small_people_and_tell_each_once(starter_engine: OpenVinoEngine, street: list[Image]) -> None:
    """The street in a quarter of a grey wide view."""
    detector = Detector(starter_engine, min_confidence=0.35, labels=frozenset({"person"}))
    wide = np.full((720, 1280, 3), 114, np.uint8)
    wide[360:720, 640:1280] = street[2]
    plain, tiled = len(detector.detect(wide)), len(detector.detect(wide, Look(views=views_of(2))))
    alone = len(detector.detect(street[2]))
    assert plain < tiled
    assert abs(tiled - alone) <= 1
