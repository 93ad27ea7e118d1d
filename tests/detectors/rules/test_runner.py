from datetime import datetime, time, timedelta

import pytest

from contracts.cameras import Camera, Expected, Hours, Line, Rule
from contracts.errors import ConfigurationError
from contracts.kinds import EVENT_TYPES
from detectors.calendar import CHINA
from detectors.rules.defaults import CAMERA_OFFLINE, DEFAULTS, NEEDS_LINE, NEEDS_ZONE, PRESENCE
from detectors.rules.happening import Intent, Phase, Sight
from detectors.rules.runner import PICTURE_RULES, RuleRunner, labels_of, needs_tracks
from fusion.compatibility import NEVER_JOIN, weight
from tests.detectors.scenes import camera, crowd

GATE = Line(name="gate", start=(0.5, 0.9), end=(0.5, 0.1))
SIX = datetime(2026, 11, 23, 18, 0, tzinfo=CHINA)


def runner(rule: Rule, *, events: dict[str, str] | None = None, **more: object) -> RuleRunner:
    there: Camera = camera(rule, lines=(GATE,), **more)
    return RuleRunner(there, rule, ground=None, model="m", exercise=False, events=events)


def play(one: RuleRunner, count: int, *, begin: datetime, minutes: float) -> list[Intent]:
    moments = (begin + timedelta(seconds=2 * n) for n in range(int(minutes * 30)))
    return [intent for moment in moments if (intent := one.step(Sight(crowd(count, x=0.05)), moment)) is not None]


def bound(name: str) -> Rule:
    return Rule(
        rule=name, zone="left" if name in NEEDS_ZONE else None, line="gate" if name in NEEDS_LINE else None,
        labels=("fire",) if name == PRESENCE else (), thresholds={"area_m2": 20} if "density" in name else {},
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(PICTURE_RULES))
def test_every_rule_tells_what_the_taxonomy_knows_and_fusion_joins(name: str) -> None:
    story = runner(bound(name)).story
    told = story.tell(Intent(Phase.BEGAN, SIX, None, 1), now=SIX)
    row = EVENT_TYPES[told.event_type]
    assert (told.kind, told.severity) == (row.kind, row.severity)
    assert told.kind not in NEVER_JOIN
    assert weight(told.kind, told.kind) == 1.0


def test_every_rule_with_thresholds_is_run_by_somebody() -> None:
    device = {name for name in DEFAULTS if name != PRESENCE and EVENT_TYPES[name].code.startswith("DV")}
    assert CAMERA_OFFLINE in device
    assert set(DEFAULTS) - device == set(PICTURE_RULES)


def test_a_rule_sleeps_outside_its_hours_and_what_went_on_has_ended() -> None:
    night = Rule(rule="crowd_gathering", hours=(Hours(start=time(18), until=time(18, 5)),))
    told = play(runner(night), 9, begin=SIX - timedelta(minutes=5), minutes=20)
    assert [intent.phase for intent in told if intent.phase is not Phase.CHANGED] == [Phase.BEGAN, Phase.ENDED]
    assert told[0].started_at == SIX
    assert told[-1].ended_at == SIX + timedelta(minutes=5)
    assert told[-1].count == 9


def test_a_rule_that_sleeps_sees_nothing() -> None:
    night = Rule(rule="crowd_gathering", hours=(Hours(start=time(22), until=time(6)),))
    assert play(runner(night), 9, begin=SIX, minutes=60) == []


@pytest.mark.parametrize(("usual", "told"), [(8, 1), (9, 0)])
def test_what_is_usual_at_this_hour_is_no_happening(usual: int, told: int) -> None:
    market = Expected(name="market", hours=Hours(days=(1,), start=time(17), until=time(20)), persons=usual)
    assert len(play(runner(Rule(rule="crowd_gathering"), expected=(market,)), 9, begin=SIX, minutes=0.8)) == told


def test_the_early_warning_is_about_the_crowd_rule_of_the_same_zone() -> None:
    rules = (Rule(rule="crowd_gathering", thresholds={"persons_on": 12}), Rule(rule="crowd_growing"))
    one = RuleRunner(camera(*rules), rules[1], ground=None, model="m", exercise=False)
    told = [
        intent for n in range(60)
        if (intent := one.step(Sight(crowd(3 + n // 4, x=0.01)), SIX + timedelta(seconds=2 * n)))
    ]  # fmt: skip
    assert told[0].measures["threshold"] == 12
    assert told[0].count < 12


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        pytest.param(Rule(rule="crowd"), "no rule", id="no such rule"),
        pytest.param(Rule(rule="zone_intrusion"), "needs a zone", id="no zone"),
        pytest.param(Rule(rule="zone_intrusion", zone="right"), "no zone 'right'", id="no such zone"),
        pytest.param(Rule(rule="line_crossing"), "needs a line", id="no line"),
        pytest.param(Rule(rule="wrong_way", line="lane"), "no line 'lane'", id="no such line"),
        pytest.param(Rule(rule="presence"), "needs labels", id="no labels"),
        pytest.param(Rule(rule="presence", labels=("dragon",)), "stands for no event type", id="unmapped class"),
        pytest.param(Rule(rule="presence", labels=("fire", "smoke")), "different event types", id="two types"),
        pytest.param(Rule(rule="crowd_density_high"), "ground points", id="no area"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_in_words(rule: Rule, word: str) -> None:
    with pytest.raises(ConfigurationError, match=word):
        runner(rule)


def test_a_citys_own_class_tells_what_the_settings_say() -> None:
    one = runner(Rule(rule="presence", labels=("huoyan",)), events={"huoyan": "flame_detected"})
    told = one.story.tell(Intent(Phase.BEGAN, SIX, None, 1), now=SIX)
    assert (told.event_type, told.severity, told.rule) == ("flame_detected", 1, "presence.flame_detected")


@pytest.mark.parametrize(
    ("rules", "labels"),
    [
        ((Rule(rule="crowd_gathering"),), {"person"}),
        ((Rule(rule="presence", labels=("fire",)),), {"fire", "flame_detected"}),
        ((), set()),
    ],
    ids=["persons", "a mapped class", "nothing"],
)
def test_only_what_the_rules_need_is_looked_for(rules: tuple[Rule, ...], labels: set[str]) -> None:
    assert labels_of(camera(*rules)) == labels


@pytest.mark.parametrize(("name", "tracked"), [("crowd_growing", False), ("person_down", True)])
def test_who_needs_tracks(name: str, tracked: bool) -> None:
    assert needs_tracks(camera(Rule(rule=name))) is tracked
