import hashlib

import pytest

from contracts.cameras import Rule
from contracts.errors import ConfigurationError
from detectors.watching import CameraWatch, Report
from tests.detectors.scenes import CAMERA_ID, at, camera, crowd, frame, seen

CROWD = Rule(rule="crowd_gathering", zone="left")
INTRUSION = Rule(rule="zone_intrusion", zone="left", thresholds={"dwell_s": 1})


def watch(*rules: Rule) -> CameraWatch:
    return CameraWatch(camera(*rules), model="m", min_confidence=0.35)


def test_a_crowd_on_keyframes_becomes_one_report_with_its_picture() -> None:
    looking = watch(CROWD)
    reports: list[Report] = []
    for number in range(20):
        reports += looking.look(frame(2.0 * number), crowd(7), tracked=False, now=at(2.0 * number + 0.3))
    [report] = reports
    assert report.snapshot is not None
    [proof] = report.observation.evidence
    assert proof.ref == report.snapshot.ref
    assert proof.sha256 == hashlib.sha256(report.snapshot.data).hexdigest()
    assert proof.at == at(6)  # the moment of the picture, not of the telling
    assert report.observation.received_at == at(6.3)


def test_the_end_of_it_has_no_new_picture_and_keeps_the_old() -> None:
    looking = watch(CROWD)
    reports: list[Report] = []
    for number in range(30):
        hits = crowd(7) if number < 10 else ()
        reports += looking.look(frame(2.0 * number), hits, tracked=False, now=at(2.0 * number))
    assert [report.snapshot is None for report in reports] == [False, True]
    assert reports[1].observation.ended_at == at(20)
    assert reports[1].observation.evidence == reports[0].observation.evidence


@pytest.mark.parametrize(("confidence", "told"), [(0.34, 0), (0.35, 1)])
def test_only_sure_boxes_count(confidence: float, told: int) -> None:
    looking = watch(CROWD)
    hits = tuple(seen("person", 0.1 + 0.03 * n, 0.5, confidence) for n in range(7))
    reports = [r for n in range(5) for r in looking.look(frame(2.0 * n), hits, tracked=False, now=at(2.0 * n))]
    assert len(reports) == told


@pytest.mark.parametrize(("tracked", "told"), [(True, 1), (False, 0)])
def test_an_intrusion_needs_tracks(tracked: bool, told: int) -> None:
    looking = watch(INTRUSION)
    hits = (seen("person", 0.3, 0.5),)
    reports = [r for n in range(20) for r in looking.look(frame(0.2 * n), hits, tracked=tracked, now=at(0.2 * n))]
    assert len(reports) == told


@pytest.mark.parametrize(
    ("tracked", "every_s"), [(False, 2.0), (True, 0.2), (False, 0.2)], ids=["keyframes", "sub", "full"]
)
def test_what_is_outside_every_zone_is_nothing_in_every_mode(tracked: bool, every_s: float) -> None:
    looking = watch(CROWD, INTRUSION, Rule(rule="illegal_parking", zone="left", thresholds={"stopped_s": 5}))
    hits = (*crowd(8, x=0.6), seen("car", 0.8, 0.8))
    for number in range(100):
        moment = every_s * number
        assert looking.look(frame(moment), hits, tracked=tracked, now=at(moment)) == ()


def test_the_last_picture_comes_about_every_two_seconds() -> None:
    looking = watch()
    pictures = [number for number in range(100) if looking.last_picture(frame(0.1 * number)) is not None]
    assert pictures == [0, 19, 38, 57, 76, 95]
    kept = looking.last_picture(frame(50))
    assert kept is not None
    assert kept.ref == f"last/{CAMERA_ID}.jpg"


def test_a_threshold_that_does_not_exist_names_the_camera() -> None:
    with pytest.raises(ConfigurationError, match=f"camera {CAMERA_ID}, rule crowd_gathering"):
        watch(Rule(rule="crowd_gathering", thresholds={"persons": 3}))


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="zone_intrusion"):
        watch(Rule(rule="fight"))


def test_two_rules_of_one_name_and_place_are_refused() -> None:
    twice = camera(Rule(rule="crowd_gathering"), Rule(rule="crowd_gathering", thresholds={"persons_on": 20}))
    with pytest.raises(ConfigurationError, match="crowd_gathering twice"):
        CameraWatch(twice, model="m", min_confidence=0.35)


def test_who_stands_still_is_not_lost_while_nothing_moves() -> None:
    watch = CameraWatch(camera(Rule(rule="zone_intrusion", zone="left")), model="m", min_confidence=0.35)
    there = (seen("person", 0.3, 0.5),)
    for look in range(5):
        assert watch.look(frame(0.25 * look), there, tracked=True, now=at(0.25 * look)) == ()
    told = [report for look in range(2, 8) for report in watch.still(frame(float(look)), now=at(look))]
    assert [report.observation.event_type for report in told] == ["zone_intrusion"]


def test_before_the_first_look_a_still_picture_tells_nothing() -> None:
    watch = CameraWatch(camera(Rule(rule="crowd_gathering")), model="m", min_confidence=0.35)
    assert watch.still(frame(0), now=at(0)) == ()
