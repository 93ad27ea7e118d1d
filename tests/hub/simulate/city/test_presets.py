"""Scenarios of scale, and how they and settings files are laid over each other."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from contracts.errors import ConfigurationError
from contracts.geo import Place, PositionQuality
from hub.simulate.city.day import CityDay
from hub.simulate.city.presets import PRESETS, scenario, settings_of
from tests.hub.simulate.city.days import clusters, day_of, of, off, right


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "base"])
def test_every_scenario_is_another_day_with_a_truth_for_each_signal(name: str) -> None:
    day, base = day_of(name), day_of("base")
    assert day.signals != base.signals
    assert {signal.signal_id for signal in day.signals} == set(day.truth)
    assert all(one <= later for one, later in pairwise(day.arrivals))
    assert len(day.arrivals) == len(day.signals)


@pytest.mark.parametrize(
    "name",
    ["noise-2", "understated", "weak-categories", "geocoded", "wrong-datum", "outage", "landmarks", "clock-skew"],
)
def test_what_happened_is_the_same_when_only_the_telling_changes(name: str) -> None:
    assert clusters(day_of(name)) == clusters(day_of("base"))


@pytest.mark.parametrize(("name", "told"), [("noise-2", 2.0), ("understated", 1.0)])
def test_twice_the_noise_is_told_or_not(name: str, told: float) -> None:
    day, base = day_of(name), day_of("base")
    for source, least in (("police_110", 1.7), ("grid", 1.4)):
        errors = [median(off(one, s) for s in of(one, source)) for one in (day, base)]
        assert least < errors[0] / errors[1] < 2.2
        sigmas = [median(s.place.sigma_m for s in of(one, source)) for one in (day, base)]
        assert sigmas[0] / sigmas[1] == pytest.approx(told, rel=0.01)


def test_density_3_happens_three_times_as_often() -> None:
    def incidents(day: CityDay) -> int:
        return len({truth.incident for truth in day.truth.values()})

    assert incidents(day_of("density-3")) / incidents(day_of("base")) == pytest.approx(
        6, rel=0.1
    )  # 3 against the 0.5 of SMALL


def test_weak_categories_are_wrong_more_often_in_every_source() -> None:
    for source, share in (("camera", 0.6), ("police_110", 0.5), ("grid", 0.55)):
        assert right(day_of("weak-categories"), source) == pytest.approx(share, abs=0.06)


def test_few_cameras_are_the_first_of_the_many_and_people_say_the_same() -> None:
    day, base = day_of("few-cameras"), day_of("base")
    assert day.cameras == base.cameras[:300]
    assert len(of(day, "camera")) < 0.7 * len(of(base, "camera"))
    assert len(of(day, "police_110")) == len(of(base, "police_110"))


def test_hawkes_4_has_more_children_near_their_parents() -> None:
    def children(day: CityDay) -> int:
        return sum("." in (truth.incident or "") for truth in day.truth.values())

    assert children(day_of("hawkes-4")) > 2.2 * children(day_of("base"))


def test_a_camera_without_ground_points_knows_its_view_and_no_more() -> None:
    for signal in of(day_of("views-only"), "camera"):
        assert signal.place.covariance_m2 is None
        assert signal.place.polygon is not None
        assert len(signal.place.polygon) > 3
        assert signal.place.quality is PositionQuality.AREA
        assert signal.place.sigma_m >= 30


def test_four_shards_hold_the_same_signals() -> None:
    def told(day: CityDay) -> Counter[tuple[str, Place]]:
        return Counter((signal.source, signal.place) for signal in day.signals)

    day = day_of("shards-4")
    assert told(day) == told(day_of("base"))
    assert {signal.district for signal in day.signals} == {f"990199-sim-{n}" for n in (1, 2, 3, 4)}


def test_scenarios_are_laid_over_each_other_and_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("fleet: {count: 10}\ncalls: {gross: 0.5}\nstart: 2026-12-01T00:00:00+08:00\n", encoding="utf-8")
    both = scenario("noise-2+outage", settings_of(file))
    assert (both.noise.actual, both.breakers.outage.minutes, both.fleet.count, both.calls.gross) == (2, 60, 10, 0.5)
    assert scenario("base", settings_of(file)).noise.actual == 1
    empty = tmp_path / "empty.json"
    empty.write_text("{}", encoding="utf-8")
    assert scenario("base", settings_of(empty)) == scenario("base")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fleet: {cameras: 3}", "fleet.cameras: Extra inputs"),
        ("calls: {gross: 1.5}", "calls.gross: Input should be less"),
        ("kinds: {riot: {}}", "kinds.riot"),
        ("[1, 2]", "not a mapping"),
        ("a: [", "not YAML"),
        ("start: 2026-12-01T00:00:00", "timezone"),
    ],
)
def test_a_settings_file_that_is_wrong_says_where(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=says) as bad:
        settings_of(file)
    assert bad.value.where == str(file)


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="no scenario 'nose-2'") as bad:
        scenario("base+nose-2")
    assert "noise-2" in bad.value.hint
