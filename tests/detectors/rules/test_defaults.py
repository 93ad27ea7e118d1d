import pytest

from contracts.cameras import Rule
from contracts.errors import ConfigurationError
from contracts.kinds import EVENT_TYPES
from detectors.rules.defaults import DEFAULTS, PRESENCE, thresholds_of


def test_every_rule_is_an_event_type_and_every_threshold_says_what_it_means() -> None:
    assert set(DEFAULTS) - {PRESENCE} <= set(EVENT_TYPES)
    assert all(threshold.meaning for rule in DEFAULTS.values() for threshold in rule.values())


def test_a_camera_changes_only_what_it_names() -> None:
    thresholds = thresholds_of(Rule(rule="crowd_gathering", thresholds={"persons_on": 20}))
    assert thresholds["persons_on"] == 20
    assert thresholds["persons_off"] == DEFAULTS["crowd_gathering"]["persons_off"].default


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        pytest.param(Rule(rule="crowd"), "crowd_gathering", id="no such rule"),
        pytest.param(Rule(rule="crowd_gathering", thresholds={"person_on": 3}), "persons_on", id="no such threshold"),
        pytest.param(Rule(rule="crowd_gathering", thresholds={"hold_s": -1}), "below zero", id="below zero"),
    ],
)
def test_a_mistake_is_said_with_what_is_known(rule: Rule, word: str) -> None:
    with pytest.raises(ConfigurationError, match=word) as refused:
        thresholds_of(rule, where="camera 7")
    assert str(refused.value).startswith("camera 7: ")
