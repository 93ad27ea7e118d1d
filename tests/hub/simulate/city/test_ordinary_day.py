"""The base scenario: the same for the same seed, as much of everything as was asked for, the truth beside it."""

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from contracts.geo import GeoPoint, distance_between, distance_m
from contracts.signals import SIGNAL, Observation, PoliceAlert
from hub.simulate.city.day import CityDay, city_day
from hub.simulate.city.settings import CitySettings

SOURCES = ("camera", "police_110", "grid", "dispute")


@cache
def base(seed: int) -> CityDay:
    return city_day(CitySettings(), seed)


def bytes_of(day: CityDay) -> bytes:
    return b"\n".join(SIGNAL.dump_json(signal) for signal in day.signals) + repr(sorted(day.truth.items())).encode()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_day() -> None:
    small = CitySettings(days=0.1)
    once, again, other = (city_day(small, seed) for seed in (5, 5, 6))
    assert bytes_of(once) == bytes_of(again) != bytes_of(other)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_holds_as_much_as_the_prototypes(seed: int) -> None:
    day = base(seed)
    sources = Counter(signal.source for signal in day.signals)
    assert 6_900 <= len(day.signals) <= 8_600
    assert 3_000 <= len({truth.cluster for truth in day.truth.values()}) <= 3_800
    assert set(sources) == set(SOURCES)
    nuisance = [t for t in day.truth.values() if t.cluster.startswith("nuisance")]
    assert 230 <= len(nuisance) <= 370
    false = {t.cluster for t in day.truth.values() if t.cluster.startswith("false")}
    assert 1_250 <= len(false) <= 1_750


def test_signals_come_in_order_of_arrival_and_each_has_its_truth_and_an_id_of_its_own() -> None:
    day = base(1)
    assert all(one.received_at <= next_one.received_at for one, next_one in pairwise(day.signals))
    assert [signal.signal_id for signal in day.signals] == list(day.truth)
    assert all(signal.exercise for signal in day.signals)


def test_nothing_happened_where_the_truth_names_no_incident() -> None:
    for truth in base(1).truth.values():
        assert (truth.incident is None) == truth.cluster.startswith(("false", "nuisance"))
        assert truth.incident in (None, truth.cluster)


def test_half_of_the_calls_fall_within_their_stated_radius_and_a_few_are_grossly_wrong() -> None:
    day = base(1)
    calls = [signal for signal in day.signals if isinstance(signal, PoliceAlert)]
    off = sorted(_off_by(day, call.signal_id, call.place.lat, call.place.lon) / call.place.sigma_m for call in calls)
    # Rayleigh: the median is 1.18 sigma; the happening's own extent adds a little.
    assert 1.0 <= off[len(off) // 2] <= 1.45
    assert 0.015 <= sum(1 for one in off if one > 5) / len(off) <= 0.07
    assert {round(call.place.sigma_m) for call in calls} == {33, 67, 133, 200}


def _off_by(day: CityDay, signal_id: str, lat: float, lon: float) -> float:
    truth = day.truth[signal_id]
    return distance_between(truth.lat, truth.lon, lat, lon)


def test_lags_have_the_medians_that_were_set() -> None:
    day = base(1)
    medians = {}
    for source in ("police_110", "grid", "dispute"):
        lags = sorted(
            (signal.observed_at - day.truth[signal.signal_id].began_at).total_seconds()
            for signal in day.signals
            if signal.source == source and not signal.time_stated
        )
        medians[source] = lags[len(lags) // 2] / 60
    assert medians["police_110"] == pytest.approx(5, rel=0.15)
    assert medians["grid"] == pytest.approx(25, rel=0.2)
    assert medians["dispute"] == pytest.approx(240, rel=0.5)


def test_sources_name_the_kind_right_as_often_as_was_set() -> None:
    day = base(1)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for signal in day.signals:
        if day.truth[signal.signal_id].incident is not None:
            total[signal.source] += 1
            right[signal.source] += signal.kind is day.truth[signal.signal_id].kind
    for source, share in {"camera": 0.88, "police_110": 0.78, "grid": 0.85}.items():
        assert right[source] / total[source] == pytest.approx(share, abs=0.035)


def test_an_observation_lies_in_its_cameras_view_and_knows_its_error_ellipse() -> None:
    day = base(1)
    cameras = {camera.camera_id: camera for camera in day.cameras}
    assert len(cameras) == 1_500
    seen = [signal for signal in day.signals if isinstance(signal, Observation)]
    far = 0
    for one in seen:
        hangs = cameras[one.camera_id].place
        far += distance_m(hangs, GeoPoint(lat=one.place.lat, lon=one.place.lon)) > 60 + 3 * 25 + 30
        assert one.place.covariance_m2 is not None
        east2, both, north2 = one.place.covariance_m2
        assert east2 > 0
        assert east2 * north2 > both**2
        assert one.place.sigma_m == pytest.approx(((east2 + north2) / 2) ** 0.5, abs=0.06)
    assert far / len(seen) < 0.02
