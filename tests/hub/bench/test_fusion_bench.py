"""`hub bench fusion`: the baselines, the engine's runs and the verdict, on a morning small enough to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from contracts.signals import Signal
from fusion.policy import Params
from hub.bench.fusion_set import cities, peer_boosting, running, simple, trials
from hub.bench.fusion_set.cities import answers
from hub.bench.fusion_set.playing import play, quantile
from hub.bench.fusion_set.points import Day, day_of
from hub.bench.fusion_set.verdict import verdict
from tests.fusion.scene import at, call, dispute, grid, seen


def morning(happenings: int = 6) -> Day:
    """Fights 800 m and half an hour apart, each filmed twice and called about; a dispute that nobody judges."""
    signals: list[Signal] = [dispute(t=0)]
    truth: dict[str, str] = {}
    for number in range(happenings):
        t, north = number * 1800.0, (number % 3) * 800.0
        camera = f"camera {number % 3}"
        for name, one in {
            f"seen-{number}": seen(f"seen-{number}", t, north=north, camera=camera, event_type="suspected_fight"),
            f"again-{number}": seen(f"again-{number}", t + 60, north=north, camera=camera,
                                    event_type="suspected_fight"),
            f"call-{number}": call(f"call-{number}", t + 120, north=north + 15, event_type="call_public_order"),
        }.items():  # fmt: skip
            signals.append(one)
            truth[name] = f"fight {number}"
    signals.sort(key=lambda one: one.received_at)
    return day_of("morning", [(one, one.received_at) for one in signals], truth)


def test_only_what_can_join_is_judged() -> None:
    assert {point.source for point in morning().points} == {"camera", "police_110"}


def test_a_second_update_of_a_signal_is_one_point_at_its_first_arrival() -> None:
    first, later = grid("g", 0), grid("g", 0, update=1, received_at=at(500))

    day = day_of("d", [(first, at(1)), (later, at(500))], {"g": "x"})

    assert [point.arrived for point in day.points] == [at(1).timestamp()]


@pytest.mark.parametrize(("name", "share"), [("base", 0.0), ("drift", 0.5), ("outage+drift", 0.5)])
def test_a_model_is_retrained_at_noon_of_the_judged_day(name: str, share: float) -> None:
    settings = cities.settings_of(name)

    assert (settings.breakers.drift.from_hour, settings.breakers.drift.share) == (108.0, share)
    assert settings.days * 24 - 12 == 108


@pytest.mark.parametrize("tried", [simple.windows, simple.keys])
def test_a_simple_grouping_finds_what_is_far_apart(tried: Any) -> None:
    day = morning()

    best = trials.best_of(day, tried(day.points))

    assert (best["bcubed_f1"], best["cross_f1"]) == (1.0, 1.0)
    assert best["best_cross_f1"] == 1.0
    assert best["signals"] == 18


def test_the_window_joins_the_nearest_that_fits() -> None:
    near, far = seen("near", 0, north=10), seen("far", 0, north=60, camera="other")
    new = call("new", 30, north=12, event_type="call_crowd")
    day = day_of("d", [(one, one.received_at) for one in (far, near, new)], {"near": "1", "far": "2", "new": "1"})
    wide = next(one for one in simple.windows(day.points) if one.setting == "160 m, 15 min, kinds 1")

    # far came first and near joined it within 160 m; new goes to the nearest of them, which is near.
    assert wide.found == {"far": "far", "near": "far", "new": "far"}
    narrow = next(one for one in simple.windows(day.points) if one.setting == "40 m, 15 min, kinds 1")
    assert narrow.found == {"far": "far", "near": "near", "new": "near"}


def test_average_linkage_cuts_where_the_mean_falls_below_the_threshold() -> None:
    ends = np.array([[0, 1], [0, 2], [1, 2], [3, 4]])
    p = np.array([0.9, 0.6, 0.2, 0.04])

    cuts = dict(zip(peer_boosting.LINKS, peer_boosting.average_linkage(6, ends, p), strict=True))

    # 0 and 1 at .9; then 2 to both at the mean of .6 and .2, which is .4; 3 and 4 are too faint to be weighed.
    assert cuts[0.3] == [0, 0, 0, 3, 4, 5]
    assert cuts[0.5] == [0, 0, 2, 3, 4, 5]


def test_pairs_are_those_within_the_gate_whose_kinds_fit() -> None:
    columns = {
        "t": [0.0, 60.0, 60.0, 9 * 3600.0], "x": [0.0, 10.0, 10.0, 0.0], "y": [0.0, 0.0, 0.0, 0.0],
        "sigma": [10.0] * 4, "kind": ["fire", "fire", "noise", "fire"], "source": ["grid", "camera", "camera", "grid"],
        "camera": ["", "c", "c", ""], "words": [["红", "轿车"], ["红"], [], []], "truth": [1, 1, 2, 3],
    }  # fmt: skip

    pairs = peer_boosting.pairs_of(columns, {"fire|fire": 1.0, "noise|noise": 1.0})

    assert pairs.ends.tolist() == [[1, 0]]
    assert pairs.same.tolist() == [True]
    assert pairs.features[0, :2] == pytest.approx([10.0, 10.0 / np.sqrt(425.0)])
    assert pairs.features[0, 3] == -60.0
    assert pairs.features[0, 7] == 1.0


def test_thinning_keeps_every_pair_of_the_same_happening() -> None:
    same = np.array([False, True, False, False, False, True])
    pairs = peer_boosting.Pairs(np.zeros((6, 2), np.int64), np.arange(6.0).reshape(6, 1), same)

    assert peer_boosting.thinned(pairs).features.ravel().tolist() == [0.0, 1.0, 4.0, 5.0]


def test_a_played_day_seats_every_signal_and_tells_what_was_right() -> None:
    day = morning()

    played = play(day, Params())

    assert set(day.truth) <= set(played.found)
    assert played.second == 6
    assert len(played.step_s) == len(day.signals)
    assert all(one.right for one in played.judged if one.signal_id.startswith("call"))
    assert play(day, Params()).digest == played.digest


def test_few_answers_carry_what_they_stand_for() -> None:
    judged = play(morning(), Params()).judged
    silent = sum(one.chosen != "provisional" for one in judged)

    drawn = answers(judged, most=4, seed=1)

    assert len(drawn) <= 4
    assert sum(one.weight for one in drawn) == pytest.approx(len(judged))
    assert len(answers(judged)) == len(judged)
    assert silent


def test_batches_and_restarts_change_no_byte() -> None:
    found = running.replayed(morning(), Params())

    assert found["same"], found
    assert len(found["digests"]) == 4


def test_a_restart_is_seen_when_it_does_change_something() -> None:
    day = morning()
    shifted = Day(day.name, tuple((one, at_ + timedelta(hours=30)) for one, at_ in day.signals), day.truth, day.points)

    assert running.replayed(day, Params())["digests"] != running.replayed(shifted, Params())["digests"]


@pytest.mark.parametrize(("share", "value"), [(0.5, 3.0), (0.0, 1.0), (0.99, 5.0)])
def test_quantiles(share: float, value: float) -> None:
    assert quantile([5.0, 1.0, 2.0, 3.0, 4.0], share) == value
    assert quantile([], share) == 0.0


FITTED = {
    "signals": 10, "bcubed_f1": 0.94, "pair_f1": 0.87, "cross_f1": 0.8, "merge_rate": 0.07, "split_rate": 0.07,
    "certain_precision": 0.96, "certain_share": 0.55, "ece": 0.02, "fuse_ms_p95": 20.0,
}  # fmt: skip
SIMPLE = {"signals": 10, "bcubed_f1": 0.86, "pair_f1": 0.69, "cross_f1": 0.46}
ALONE = {
    "speed": {"with": {"signals_per_s": 400, "p99_ms": 20.0}, "without": {"signals_per_s": 1200, "p99_ms": 4.0}},
    "replay": {"same": True},
    "shards": {"lost": 0.004},
}


def sides(**changes: float) -> dict[str, Mapping[str, Any]]:
    return {"fitted": FITTED | changes, "window": SIMPLE, "key": SIMPLE, "st-dbscan": SIMPLE}


@pytest.mark.parametrize(
    ("changes", "what", "met"),
    [
        ({}, "fitted: B-cubed F1 ≥ 0.935", True),
        ({"bcubed_f1": 0.9349}, "fitted: B-cubed F1 ≥ 0.935", False),
        ({}, "fitted: B-cubed F1 ≥ 0.947 (wanted)", False),
        ({}, "B-cubed ahead of the best simple grouping by 0.07", True),
        ({"cross_f1": 0.759}, "cross-source ahead of the best simple grouping by 0.3", False),
        ({"merge_rate": 0.086}, "merge rate ≤ 8.5 %", False),
        ({"ece": 0.031}, "calibration error of a join ≤ .03", False),
        ({"certain_share": 0.49}, "certain joins: share of true pairs ≥ .50", False),
        ({"fuse_ms_p95": 51.0}, "time to fuse p95 ≤ 50 ms", False),
    ],
)
def test_each_bar_has_two_sides(changes: dict[str, float], what: str, met: bool) -> None:
    mean = sides(**changes)

    assert verdict(mean, [mean], {}, ALONE)["met"][what] is met


def test_a_scenario_may_not_fall_below_the_best_simple_grouping() -> None:
    below = {"fitted": FITTED | {"cross_f1": 0.45, "bcubed_f1": 0.88}, "window": SIMPLE, "key": SIMPLE,
             "st-dbscan": SIMPLE}  # fmt: skip

    met = verdict(sides(), [sides()], {"outage": below, "moving": sides()}, ALONE)["met"]

    assert (met["outage: B-cubed ≥ 0.885"], met["outage: never below the best simple grouping"]) == (False, False)
    assert (met["moving: B-cubed ≥ 0.885"], met["moving: never below the best simple grouping"]) == (True, True)


def test_a_different_byte_fails_the_replay() -> None:
    found = verdict(sides(), [sides()], {}, ALONE | {"replay": {"same": False}})

    assert found["met"]["the same bytes over three batchings and a restart in each tenth"] is False
