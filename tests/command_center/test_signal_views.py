from datetime import UTC, datetime

import pytest

from command_center.signal_views import view_of_signal, words_of
from contracts.cameras import Bureau
from contracts.geo import Place, PositionQuality
from contracts.kinds import EVENT_TYPES
from contracts.signals import Observation

T = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
FORECAST = {"rate_per_min": 6.0, "threshold": 12.0, "eta_s": 50.0, "eta_low_s": 40.0, "eta_high_s": 70.0}


def observation(event_type: str, **measures: float) -> Observation:
    row = EVENT_TYPES[event_type]
    return Observation(
        signal_id=f"cam:1:{event_type}:1", source_ref=f"1:{event_type}:1", event_type=event_type, kind=row.kind,
        severity=row.severity, observed_at=T, received_at=T, bureau=Bureau.TRAFFIC, camera_id="1", count=7,
        place=Place(lat=34.3, lon=118.0, sigma_m=9.0, quality=PositionQuality.EXACT), district="d",
        confidence=0.8, rule=event_type, measures=measures,
    )  # fmt: skip


def test_an_early_warning_says_how_fast_and_when_in_both_languages() -> None:
    measured = view_of_signal(observation("crowd_growing", **FORECAST), "dispatcher", None).fields["measured"]
    assert measured["zh"] == "每分钟 +6 人，阈值 12 人，约 50秒 后达到，最早 40秒，最晚 1分10秒"
    assert measured["en"].startswith("+6 persons a minute, threshold 12 persons, reached in about 50 s")


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ({}, "人员聚集 7 · crowd_gathering · 80%"),
        ({"stayed_s": 75.0}, "人员聚集 7 · 已停留 1分15秒 · crowd_gathering · 80%"),
    ],
)
def test_a_claim_in_one_line(measures: dict[str, float], words: str) -> None:
    assert words_of(observation("crowd_gathering", **measures)) == words


def test_without_measures_nothing_is_said_of_them() -> None:
    assert "measured" not in view_of_signal(observation("crowd_gathering"), "dispatcher", None).fields
