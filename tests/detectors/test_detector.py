import numpy as np
import numpy.typing as npt

from detectors.detector import Detector, model_name
from detectors.engines.openvino import OpenVinoEngine
from detectors.rules.vehicles import PERSONS_AND_VEHICLES
from hub import assets
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
