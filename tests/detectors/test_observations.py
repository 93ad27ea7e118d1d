from dataclasses import replace

import pytest

from contracts.cameras import Rule
from contracts.geo import PositionQuality
from contracts.kinds import Certainty, Kind
from contracts.signals import SIGNAL, Evidence, identity_of
from detectors.observations import Storyteller
from detectors.rules.happening import Intent, Phase
from tests.detectors.scenes import CAMERA_ID, T0, at, camera, standing

EPOCH = int(T0.timestamp())


def storyteller(rule: str = "crowd_gathering", zone: str | None = None, *, exercise: bool = False) -> Storyteller:
    return Storyteller(camera(), Rule(rule=rule, zone=zone), ground=None, model="m@sha256:0", exercise=exercise)


def began(count: int = 7) -> Intent:
    boxes = tuple(standing(0.1 * number, 0.5) for number in range(count))
    return Intent(Phase.BEGAN, at(0), None, count, 0.7654321, boxes)


def picture(seconds: float) -> Evidence:
    return Evidence(kind="snapshot", ref=f"ev/{seconds}.jpg", sha256="0" * 64, at=at(seconds))


def test_an_observation_says_who_saw_what_where_and_how_sure() -> None:
    told = storyteller().tell(began(), now=at(6), evidence=picture(6))
    assert told.signal_id == f"cam:{CAMERA_ID}:crowd_gathering:{EPOCH}"
    assert identity_of(told) == f"camera|{CAMERA_ID}:crowd_gathering:{EPOCH}|0"
    assert (told.event_type, told.kind, told.severity) == ("crowd_gathering", Kind.CROWD, 3)
    assert (told.certainty, told.confidence, told.count) == (Certainty.LIKELY, 0.765, 7)
    assert (told.observed_at, told.received_at, told.ended_at) == (at(0), at(6), None)
    assert told.place.quality is PositionQuality.AREA
    assert (told.place_text, told.district, told.landmark_no) == ("人民广场北侧", "990199-east", "SP-0001")
    assert (told.rule, told.model, told.words) == ("crowd_gathering", "m@sha256:0", ())
    assert told.evidence == (picture(6),)
    assert SIGNAL.validate_python(told.model_dump(mode="json")) == told


def test_all_updates_are_one_signal_with_rising_numbers_and_the_same_start() -> None:
    story = storyteller()
    changed = Intent(Phase.CHANGED, at(0), None, 9, 0.8, (standing(0.5, 0.5),))
    ended = Intent(Phase.ENDED, at(0), at(90), 12)
    told = [story.tell(began(), now=at(6)), story.tell(changed, now=at(60)), story.tell(ended, now=at(100))]
    assert [observation.update for observation in told] == [0, 1, 2]
    assert len({observation.signal_id for observation in told}) == 1
    assert {observation.observed_at for observation in told} == {at(0)}
    assert (told[2].ended_at, told[2].count, told[2].confidence) == (at(90), 12, 0.8)


def test_the_next_happening_is_another_signal_and_begins_at_nought() -> None:
    story = storyteller()
    story.tell(began(), now=at(6), evidence=picture(6))
    story.tell(Intent(Phase.ENDED, at(0), at(90), 7), now=at(100))
    again = Intent(Phase.BEGAN, at(200), None, 6, 0.8, (standing(0.5, 0.5),))
    assert story.next_update(again) == 0
    told = story.tell(again, now=at(206))
    assert (told.update, told.evidence) == (0, ())
    assert told.signal_id.endswith(str(EPOCH + 200))


def test_the_first_picture_and_the_newest_are_kept() -> None:
    story = storyteller()
    story.tell(began(), now=at(6), evidence=picture(0))
    for number in range(1, 10):
        intent = Intent(Phase.CHANGED, at(0), None, 9, 0.8, (standing(0.5, 0.5),))
        assert story.next_update(intent) == number
        told = story.tell(intent, now=at(60 * number), evidence=picture(number))
    assert [proof.ref for proof in told.evidence] == ["ev/0.jpg", "ev/7.jpg", "ev/8.jpg", "ev/9.jpg"]


def test_a_rule_in_a_zone_is_named_with_it() -> None:
    told = storyteller("zone_intrusion", "left").tell(began(1), now=at(3))
    assert told.rule == "zone_intrusion@left"
    assert told.signal_id == f"cam:{CAMERA_ID}:zone_intrusion@left:{EPOCH}"


@pytest.mark.parametrize(("confidence", "certainty"), [(0.69, Certainty.POSSIBLE), (0.7, Certainty.LIKELY)])
def test_a_claim_is_likely_when_the_model_is_sure(confidence: float, certainty: Certainty) -> None:
    assert storyteller().tell(replace(began(), confidence=confidence), now=at(6)).certainty is certainty


def test_what_was_measured_is_said_and_stays_with_the_happening_to_its_end() -> None:
    story = storyteller("crowd_growing")
    forecast = {"rate_per_min": 6.0, "threshold": 12.0, "eta_s": 50.0, "eta_low_s": 40.0, "eta_high_s": 70.0}
    assert story.tell(replace(began(), measures=forecast), now=at(6)).measures == forecast
    assert story.tell(Intent(Phase.ENDED, at(0), at(90), 12), now=at(100)).measures == forecast


@pytest.mark.parametrize(
    ("rule", "event_type", "text"),
    [
        (Rule(rule="line_crossing", line="gate", direction="left"), "", "line_crossing@gate/left"),
        (Rule(rule="wrong_way", zone="left", line="lane"), "", "wrong_way@left/lane"),
        (Rule(rule="presence", labels=("fire",)), "flame_detected", "presence.flame_detected"),
        (Rule(rule="presence", zone="left", labels=("fire",)), "flame_detected", "presence.flame_detected@left"),
    ],
)
def test_a_rule_is_named_with_what_tells_it_from_others(rule: Rule, event_type: str, text: str) -> None:
    told = Storyteller(camera(), rule, ground=None, model="m", exercise=False, event_type=event_type)
    assert told.rule_text == text
    assert told.tell(began(), now=at(6)).event_type == (event_type or rule.rule)


def test_a_device_fault_is_certain_and_at_the_camera() -> None:
    told = storyteller("camera_offline").tell(Intent(Phase.BEGAN, at(0), None, 1), now=at(30))
    assert (told.kind, told.certainty, told.count, told.model) == (Kind.DEVICE, Certainty.OBSERVED, None, "")
    assert (told.place.lat, told.place.lon) == (34.3287, 118.0067)


@pytest.mark.parametrize("exercise", [True, False])
def test_an_exercise_is_marked(exercise: bool) -> None:
    assert storyteller(exercise=exercise).tell(began(), now=at(6)).exercise is exercise
