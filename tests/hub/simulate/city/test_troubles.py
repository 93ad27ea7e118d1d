"""Every trouble is in the signals as its scenario claims, and what really happened stays as it was."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from statistics import median

import pytest

from contracts.geo import Place, PositionQuality, distance_between
from contracts.kinds import Kind
from contracts.signals import Observation, PoliceAlert, Signal
from hub.simulate.city.day import CityDay, city_day
from hub.simulate.city.presets import PRESETS, scenario
from ingest.masking import mask
from tests.hub.simulate.city.days import SMALL, day_of, noted, of, off


def test_correlated_callers_err_together_and_call_at_once() -> None:
    day = day_of("correlated-callers")
    groups: dict[str, list[Signal]] = {}
    for signal in noted(day, "correlated"):
        if "gross" not in day.truth[signal.signal_id].notes and not signal.time_stated:
            groups.setdefault(day.truth[signal.signal_id].cluster, []).append(signal)
    pairs = [(a, b) for group in groups.values() if len(group) > 1 for a, b in pairwise(group)]
    assert len(pairs) > 100
    together = alike = 0
    for a, b in pairs:
        truth = day.truth[a.signal_id]
        together += (a.place.lat > truth.lat) == (b.place.lat > truth.lat)
        alike += abs(a.observed_at - b.observed_at) < timedelta(minutes=10)
    assert together / len(pairs) > 0.7  # independent errors: 0.5; a correlation of 0.8: 0.80
    assert alike / len(pairs) > 0.9
    assert len(of(day, "police_110")) > 1.2 * len(of(day_of("base"), "police_110"))


def test_geocoded_calls_share_points_and_claim_too_much_trust() -> None:
    day = day_of("geocoded")
    calls = [*noted(day, "road"), *noted(day, "place")]
    assert len(calls) / len(of(day, "police_110")) == pytest.approx(0.5, abs=0.06)
    assert {signal.place.sigma_m for signal in calls} == {30.0}
    assert len({(signal.place.lat, signal.place.lon) for signal in calls}) < 0.8 * len(calls)
    assert median(off(day, signal) for signal in calls) > 3 * 30


def test_gcj_02_taken_for_wgs_84_is_off_by_hundreds_of_metres() -> None:
    day, base = day_of("wrong-datum"), day_of("base")
    moved = noted(day, "GCJ-02")
    before = {(s.source, s.source_ref): s for s in base.signals}
    shifts = [distance_between(*_at(s), *_at(before[s.source, s.source_ref])) for s in moved]
    assert 300 < min(shifts)
    assert max(shifts) < 700
    assert len([s for s in moved if s.source == "police_110"]) / len(of(day, "police_110")) == pytest.approx(
        0.1, abs=0.03
    )


def _at(signal: Signal) -> tuple[float, float]:
    return signal.place.lat, signal.place.lon


def test_moving_happenings_are_told_of_far_from_where_they_began() -> None:
    day = day_of("moving")
    moving = [s for s in noted(day, "moving") if s.source == "grid" and "gross" not in day.truth[s.signal_id].notes]
    still = [s for s in of(day, "grid") if not day.truth[s.signal_id].notes]
    assert median(off(day, s) for s in moving) > 4 * median(off(day, s) for s in still)
    kinds = {day.truth[s.signal_id].kind for s in noted(day, "moving")}
    assert kinds == {Kind.CROWD, Kind.VIOLENCE, Kind.TRAFFIC_ACCIDENT, Kind.FIRE}


def test_an_outage_lets_nothing_through_for_an_hour_and_then_all_at_once_in_order() -> None:
    day = day_of("outage")
    began = day.signals[0].observed_at.replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=1)
    # 14:00 in Beijing is 06:00 UTC of the same date; the day began at 16:00 UTC of the date before.
    over = began + timedelta(hours=1)
    assert not [at for at in day.arrivals if began <= at < over]
    flushed = [s for s, at in zip(day.signals, day.arrivals, strict=True) if over <= at < over + timedelta(seconds=1)]
    assert len(flushed) > 100
    for signal in flushed:
        late = signal.received_at >= over
        assert late == (signal.source != "camera")
        assert signal.observed_at < over
    assert all("late" in day.truth[s.signal_id].notes for s in flushed if s.observed_at < over - timedelta(seconds=5))


def test_duplicates_are_exact_or_the_next_update_or_typed_again() -> None:
    day = day_of("duplicates")
    first: dict[str, Signal] = {}
    exact = changed = 0
    for signal in day.signals:
        if signal.signal_id not in first:
            first[signal.signal_id] = signal
            assert signal.update == 0
        elif signal == first[signal.signal_id]:
            exact += 1
        else:
            changed += 1
            assert signal.update == 1
            assert signal.source_ref == first[signal.signal_id].source_ref
            assert not isinstance(signal, Observation) or signal.ended_at is not None
    assert exact / len(first) == pytest.approx(0.05, abs=0.012)
    assert changed / len(first) == pytest.approx(0.05, abs=0.012)
    retyped = noted(day, "retyped")
    assert len(retyped) > 20
    by_cluster = Counter(truth.cluster for truth in day.truth.values())
    assert all(by_cluster[day.truth[signal.signal_id].cluster] > 1 for signal in retyped)


def test_skewed_clocks_are_wrong_the_same_for_every_signal_of_a_camera() -> None:
    day = day_of("clock-skew")
    gaps: dict[str, list[float]] = {}
    for signal in of(day, "camera"):
        assert isinstance(signal, Observation)
        gaps.setdefault(signal.camera_id, []).append((signal.received_at - signal.observed_at).total_seconds())
    assert all(max(own) - min(own) < 1.0 for own in gaps.values())
    wrong = sum(abs(own[0]) > 5 for own in gaps.values()) / len(gaps)
    assert wrong == pytest.approx(0.21, abs=0.06)
    assert any(abs(own[0]) > 7 * 3600 for own in gaps.values())


def test_at_night_less_happens_and_cameras_imagine_more() -> None:
    day, base = day_of("day-night"), day_of("base")

    def by_night(one: CityDay, keep: Callable[[str], bool]) -> float:
        began = {t.cluster: t.began_at for t in one.truth.values() if keep(t.cluster) and t.kind is not Kind.VIOLENCE}
        return sum(at.hour < 22 and at.hour >= 16 for at in began.values()) / len(began)  # 00:00 to 06:00 in Beijing

    real = [by_night(one, lambda name: not name.startswith("false")) for one in (day, base)]
    false = [by_night(one, lambda name: name.startswith("false")) for one in (day, base)]
    assert real[0] < 0.6 * real[1]
    assert false[0] > 1.15 * false[1]


def test_from_the_retraining_on_a_vendors_cameras_name_another_kind() -> None:
    day, base = city_day(scenario("base", SMALL | {"breakers": {"drift": {"share": 1.0}}}), 11), day_of("base")

    def wrong(one: CityDay, *, afternoon: bool) -> float:
        real = [
            s
            for s in of(one, "camera")
            if one.truth[s.signal_id].incident is not None and (4 <= s.observed_at.hour < 16) == afternoon
        ]
        return sum(s.kind is not one.truth[s.signal_id].kind for s in real) / len(real)

    assert wrong(day, afternoon=True) == pytest.approx(0.45, abs=0.1)
    assert wrong(base, afternoon=True) < 0.2
    assert wrong(day, afternoon=False) == wrong(base, afternoon=False)
    assert PRESETS["drift"].patch == {"breakers": {"drift": {"share": 0.5}}}


def test_landmarks_are_posts_of_the_street_and_rarely_misread() -> None:
    day = day_of("landmarks")
    read = [signal for signal in day.signals if signal.landmark_no]
    assert len(read) / (len(of(day, "police_110")) + len(of(day, "grid"))) == pytest.approx(0.35, abs=0.05)
    assert all(signal.landmark_no and signal.landmark_no.startswith("LD-") for signal in read)
    assert all(signal.place.quality is PositionQuality.LANDMARK for signal in read)
    good = [s for s in read if "misread" not in day.truth[s.signal_id].notes]
    assert median(off(day, s) for s in good) < 45
    assert 0 < len(read) - len(good) < 0.08 * len(read)
    same_post: dict[str, Place] = {}
    assert all(same_post.setdefault(signal.landmark_no or "", signal.place) == signal.place for signal in read)


def test_everything_holds_all_troubles_at_once() -> None:
    notes = {note for truth in day_of("everything").truth.values() for note in truth.notes}
    assert notes >= {
        "gross",
        "correlated",
        "road",
        "place",
        "GCJ-02",
        "moving",
        "late",
        "retyped",
        "skew",
        "zone",
        "landmark",
    }


def test_no_signal_holds_anything_of_a_person() -> None:
    for signal in day_of("everything").signals:
        if isinstance(signal, PoliceAlert):
            assert mask(signal.content) == signal.content
            assert "[电话]" not in signal.content
        body = signal.model_dump()
        assert not {"caller", "name", "phone", "reporter"} & set(body)
