import pytest

from contracts.cameras import CameraHealth, Rule
from detectors.rules import camera_offline
from detectors.rules.defaults import CAMERA_OFFLINE, thresholds_of
from detectors.rules.happening import Intent, Phase
from tests.detectors.scenes import at

THRESHOLDS = thresholds_of(Rule(rule=CAMERA_OFFLINE))
ON, OFF, STALE, STARTING = CameraHealth.ONLINE, CameraHealth.OFFLINE, CameraHealth.STALE, CameraHealth.STARTING


def play(moments: dict[float, CameraHealth]) -> list[tuple[float, Intent]]:
    state, told = camera_offline.START, []
    for seconds, health in moments.items():
        state, intent = camera_offline.step(state, health, at(seconds), thresholds=THRESHOLDS)
        told += [(seconds, intent)] if intent else []
    return told


@pytest.mark.parametrize("health", [OFF, STALE, STARTING])
@pytest.mark.parametrize(("lasts_s", "told"), [(29.9, 0), (30, 1)])
def test_anything_but_online_is_told_after_half_a_minute(health: CameraHealth, lasts_s: float, told: int) -> None:
    assert len(play({0: ON, 10: health, 10 + lasts_s: health})) == told


def test_it_began_with_the_first_bad_word_whatever_the_later_ones() -> None:
    [(_, intent)] = play({0: STALE, 20: OFF, 31: OFF})
    assert intent.started_at == at(0)


def test_a_short_break_is_nothing() -> None:
    assert play({0: OFF, 20: ON, 25: OFF, 50: ON}) == []


@pytest.mark.parametrize(("healthy_s", "ended"), [(4.9, False), (5, True)])
def test_it_ends_once_the_camera_has_recovered(healthy_s: float, ended: bool) -> None:
    told = play({0: OFF, 30: OFF, 100: ON, 100 + healthy_s: ON})
    assert [intent.phase for _, intent in told] == [Phase.BEGAN, Phase.ENDED][: 1 + ended]
    assert told[-1][1].ended_at == (at(100) if ended else None)


def test_a_camera_that_stays_away_is_told_again_every_ten_minutes_only() -> None:
    told = play({5.0 * number: OFF for number in range(721)})
    assert [(seconds, intent.phase) for seconds, intent in told] == [
        (30, Phase.BEGAN), *[(30 + 600 * number, Phase.CHANGED) for number in range(1, 6)],
    ]  # fmt: skip
