import pytest

from contracts.cameras import Rule, Zone
from contracts.errors import ConfigurationError
from detectors.class_mapping import check_classes, look_of, names_of
from detectors.tiles import WHOLE
from tests.detectors.scenes import camera

CLASSES = {"fire": "flame_detected", "yan": "smoke_detected", "pedestrian": "person"}


def test_a_class_means_an_event_type_or_a_label_of_the_rules() -> None:
    check_classes(CLASSES)
    assert names_of(CLASSES) == {"pedestrian": "person"}


@pytest.mark.parametrize("meaning", ["fires", "camera_offline", "call_fire", "dog", ""])
def test_a_meaning_that_does_not_exist_or_is_no_camera_s_is_refused(meaning: str) -> None:
    with pytest.raises(ConfigurationError, match="neither an event type nor a label") as refused:
        check_classes({"fire": meaning})
    assert "flame_detected" in refused.value.hint


def test_a_model_is_asked_for_what_the_camera_s_rules_look_for() -> None:
    fire = Rule(rule="presence", labels=("fire",))
    assert "fire" in (look_of(camera(fire)).labels or ())
    assert "person" not in (look_of(camera(fire)).labels or ())
    assert look_of(camera(Rule(rule="crowd_gathering"))).labels == {"person"}


def test_tiles_are_looked_at_where_a_rule_s_zone_lies() -> None:
    corner = Zone(name="corner", points=((0.0, 0.0), (0.2, 0.0), (0.2, 0.2)))
    zoned, whole = Rule(rule="zone_intrusion", zone="corner"), Rule(rule="crowd_gathering")
    assert look_of(camera(zoned, zones=(corner,))).views == (WHOLE,)
    assert len(look_of(camera(zoned, zones=(corner,), tiles=2)).views) == 1 + 1
    assert len(look_of(camera(zoned, whole, zones=(corner,), tiles=2)).views) == 1 + 4
