"""The report: the table of figures, and what of it was met."""

from collections.abc import Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]
Sides = Mapping[str, Figures]
SIMPLE = ("window", "key", "st-dbscan")
F1S = {"bcubed_f1": "B-cubed", "pair_f1": "pairwise", "cross_f1": "cross-source"}
BARS = {
    "fitted": {"bcubed_f1": (0.935, 0.947), "pair_f1": (0.865, 0.894), "cross_f1": (0.785, 0.836)},
    "cold": {"bcubed_f1": (0.905, 0.92), "pair_f1": (0.80, 0.83), "cross_f1": (0.71, 0.74)},
    "few": {"bcubed_f1": (0.92, 0.93), "pair_f1": (0.82, 0.85), "cross_f1": (0.73, 0.77)},
}
"""side → figure → (must, want)"""
SAID = {
    "fitted": "fitted",
    "cold": "cold start, no label",
    "few": "after 300 confirmed incidents and 300 answers",
}
LEAST_IN_SCENARIO = 0.885


def verdict(mean: Sides, each: Sequence[Sides], scenarios: Mapping[str, Sides], alone: Figures) -> dict[str, Any]:
    """`ours`, `peers`, `scenarios`, `cities`, `alone`, `ratios`, `guards`, `met`.

    `mean`: over the cities, side → figures; `each`: the same by city; `alone`: speed, replay and shards.
    """
    return {
        "ours": {SAID[side]: mean[side] for side in SAID if side in mean},
        "peers": {side: mean[side] for side in (*SIMPLE, "boosting") if side in mean},
        "scenarios": {name: _row(sides) for name, sides in scenarios.items()},
        "alone": alone,
        "cities": list(each),
        "ratios": _ahead(mean),
        "guards": {
            "cities": len(each),
            "every signal sits in exactly one incident": all(
                city[side]["signals"] == city["window"]["signals"] for city in each for side in SAID if side in city
            ),
        },
        "met": _levels(mean) | _against(mean) | _in_scenarios(scenarios) | _surely(mean["fitted"]) | _alone(alone),
    }


def _levels(mean: Sides) -> dict[str, bool]:
    return {
        f"{SAID[side]}: {F1S[name]} F1 ≥ {bar:g}{said}": mean[side][name] >= bar
        for side, bars in BARS.items()
        if side in mean
        for name, of in bars.items()
        for bar, said in zip(of, ("", " (wanted)"), strict=True)
    }


def _ahead(mean: Sides) -> dict[str, float]:
    ahead = {
        f"{F1S[name]} ahead of the best simple grouping": mean["fitted"][name] - max(mean[s][name] for s in SIMPLE)
        for name in ("bcubed_f1", "cross_f1")
    }
    if "boosting" in mean:
        ahead["cross-source ahead of gradient boosting"] = mean["fitted"]["cross_f1"] - mean["boosting"]["cross_f1"]
    return {name: round(value, 4) for name, value in ahead.items()}


def _against(mean: Sides) -> dict[str, bool]:
    ahead = _ahead(mean)
    bars = {
        "B-cubed ahead of the best simple grouping": (0.07,),
        "cross-source ahead of the best simple grouping": (0.30,),
        "cross-source ahead of gradient boosting": (0.05, 0.08),
    }
    return {
        f"{name} by {bar:g}{' (wanted)' if number else ''}": ahead[name] >= bar
        for name, of in bars.items()
        if name in ahead
        for number, bar in enumerate(of)
    }


def _row(sides: Sides) -> dict[str, Any]:
    ours = sides["fitted"]
    return {name: ours[name] for name in F1S} | {
        f"best simple {said}": max(sides[one][name] for one in SIMPLE) for name, said in F1S.items()
    }


def _in_scenarios(scenarios: Mapping[str, Sides]) -> dict[str, bool]:
    met: dict[str, bool] = {}
    for name, sides in scenarios.items():
        row = _row(sides)
        met[f"{name}: B-cubed ≥ {LEAST_IN_SCENARIO:g}"] = row["bcubed_f1"] >= LEAST_IN_SCENARIO
        met[f"{name}: never below the best simple grouping"] = all(
            row[figure] >= row[f"best simple {said}"] for figure, said in F1S.items()
        )
    return met


def _surely(fitted: Figures) -> dict[str, bool]:
    return {
        "merge rate ≤ 8.5 %": fitted["merge_rate"] <= 0.085,
        "split rate ≤ 7.5 %": fitted["split_rate"] <= 0.075,
        "merge and split rate ≤ 6 % (wanted)": max(fitted["merge_rate"], fitted["split_rate"]) <= 0.06,
        "certain joins: pairwise precision ≥ .95": fitted["certain_precision"] >= 0.95,
        "certain joins: share of true pairs ≥ .50": fitted["certain_share"] >= 0.50,
        "certain joins: .97 and .65 (wanted)": fitted["certain_precision"] >= 0.97 and fitted["certain_share"] >= 0.65,
        "calibration error of a join ≤ .03": fitted["ece"] <= 0.03,
        "calibration error of a join ≤ .02 (wanted)": fitted["ece"] <= 0.02,
        "time to fuse p95 ≤ 50 ms": fitted["fuse_ms_p95"] <= 50.0,
    }


def _alone(alone: Figures) -> dict[str, bool]:
    with_, without = alone["speed"]["with"], alone["speed"]["without"]
    met = {
        "≥ 1,000 signals/s without re-association": without["signals_per_s"] >= 1000,
        "≥ 300 signals/s with it": with_["signals_per_s"] >= 300,
        "p99 ≤ 5 ms without": without["p99_ms"] <= 5.0,
        "p99 ≤ 25 ms with": with_["p99_ms"] <= 25.0,
        "≥ 2,000 and 1,000 signals/s, p99 ≤ 2 and 8 ms (wanted)": (
            without["signals_per_s"] >= 2000
            and with_["signals_per_s"] >= 1000
            and without["p99_ms"] <= 2.0
            and with_["p99_ms"] <= 8.0
        ),
        "the same bytes over three batchings and a restart in each tenth": alone["replay"]["same"],
    }
    if "shards" in alone:
        met["four districts within .005 B-cubed of one"] = alone["shards"]["lost"] <= 0.005
    return met
