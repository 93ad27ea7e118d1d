"""What is measured on one city: the model cold, fitted, and after few labels, and the groupings it is compared with.

Each function is one piece of work for a process of its own and takes and gives plain values.
"""

import json
import os
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fusion.compatibility import PAIRS
from fusion.learning.fit import fit_decisions, fit_rates
from fusion.learning.labels import Lesson
from fusion.learning.reliability import expected_calibration_error, reliability
from fusion.model import REAL_KINDS
from fusion.policy import Params
from hub.bench.fusion_set import cities, peer_boosting, peer_dbscan, simple
from hub.bench.fusion_set.certainty import certain_joins
from hub.bench.fusion_set.partition import Likeness, likeness
from hub.bench.fusion_set.playing import Played, play, quantile
from hub.bench.fusion_set.points import Day

RATE_DAYS = slice(0, 3)
ANSWER_DAY, TEST_DAY = 3, 4
FEW_LABELS = FEW_ANSWERS = 300
Figures = dict[str, Any]


def base(seed: int, python: str, sides: Sequence[str], small: bool = False) -> dict[str, Figures]:
    """Side → figures of the judged day; `sides` may leave out what takes long. `python`: the peers' interpreter."""
    city = cities.city("base", seed, small=small)
    test = city.days[TEST_DAY]
    found: dict[str, Figures] = {}
    if "cold" in sides:
        found["cold"] = figures(test, play(test, cold(city)))
    if "fitted" in sides:
        params = fitted(city)
        found["fitted"] = figures(test, play(test, params)) | {"params": params.model_dump_json()}
    if "few" in sides:
        found["few"] = figures(test, play(test, after_few(city, seed)))
    if "simple" in sides:
        found |= simple_sides([test], python)[0]
    if "boosting" in sides:
        found["boosting"] = boosting(city, python)
    return found


def in_scenario(name: str, seed: int, params: str, python: str, small: bool = False) -> dict[str, Figures]:
    """A scenario's judged day under the numbers fitted on the base city's days; only the registry's cameras are new."""
    city = cities.city(name, seed, small=small)
    test = city.days[TEST_DAY]
    fitted_on_base = Params.model_validate_json(params)
    lesson = Lesson((), (), 1.0, views={camera.camera_id: camera for camera in city.cameras})
    _, heard = cities.lesson(city.days[:1], city, most=0)
    covered = fit_rates(fitted_on_base, lesson, heard)
    return {"fitted": figures(test, play(test, covered))} | simple_sides([test], python)[0]


def cold(city: cities.City) -> Params:
    """No label: the built-in numbers, and what the registry says of the cameras' views."""
    lesson, heard = cities.lesson(city.days[:1], city, most=0)
    return fit_rates(Params(), lesson, heard)


def fitted(city: cities.City) -> Params:
    """Three days confirmed whole, a fourth answered whole."""
    lesson, heard = cities.lesson(city.days[RATE_DAYS], city)
    params = fit_rates(Params(), lesson, heard)
    return fit_decisions(params, cities.answers(play(city.days[ANSWER_DAY], params).judged))


def after_few(city: cities.City, seed: int) -> Params:
    """300 incidents of the third day confirmed or dismissed, 300 decisions of the fourth answered."""
    lesson, heard = cities.lesson(city.days[2:3], city, most=FEW_LABELS, seed=seed)
    params = fit_rates(Params(), lesson, heard)
    judged = play(city.days[ANSWER_DAY], params).judged
    return fit_decisions(params, cities.answers(judged, most=FEW_ANSWERS, seed=seed))


def figures(day: Day, played: Played) -> Figures:
    """Everything that is said of one run of the engine."""
    certain = certain_joins(played.found, played.p_of, day.truth, day.source_of)
    joins = [(one.p, one.right, 1.0) for one in played.judged if one.chosen != "new"]
    return {
        **of_partition(day, played.found),
        "certain_precision": round(certain.precision, 4),
        "certain_share": round(certain.share, 4),
        "ece": round(expected_calibration_error(reliability(joins)), 4),
        "ece_of_all": round(expected_calibration_error(reliability((o.p, o.right, 1.0) for o in played.judged)), 4),
        "fused_at_once": round(len(played.fused_s) / played.second, 4) if played.second else None,
        "fuse_ms_p50": round(quantile(played.fused_s, 0.5) * 1e3, 2),
        "fuse_ms_p95": round(quantile(played.fused_s, 0.95) * 1e3, 2),
        "signals_per_s": round(len(played.step_s) / sum(played.step_s)),
        "p50_ms": round(quantile(played.step_s, 0.5) * 1e3, 2),
        "p99_ms": round(quantile(played.step_s, 0.99) * 1e3, 2),
        "moves_per_signal": round(played.moves / len(day.points), 4),
        "mistakes": mistakes(day, played),
    }


def of_partition(day: Day, found: Mapping[str, str]) -> Figures:
    """The likeness by name, rounded, and how many signals."""
    like = likeness(found, day.truth, day.source_of)
    return {"signals": len(day.points)} | {name: round(value, 4) for name, value in like._asdict().items()}


def mistakes(day: Day, played: Played) -> dict[str, dict[str, int]]:
    """Errors' anatomy: decisions gone wrong by source, by kind, and by the term that spoke loudest the wrong way."""
    kind_of = {point.name: point.kind for point in day.points}
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for one in played.judged:
        joined = one.chosen != "new"
        if joined == one.right:
            continue
        what = "joined wrongly" if joined else "left apart"
        best = max(one.decision.candidates, key=lambda candidate: candidate.p)
        terms = [(value if joined else -value, name) for name, value in best.terms.items()]
        by[f"{what}, source"][one.source] += 1
        by[f"{what}, kind"][kind_of[one.signal_id]] += 1
        by[f"{what}, loudest term"][max(terms)[1]] += 1
    return {what: dict(counts.most_common(8)) for what, counts in sorted(by.items())}


def simple_sides(days: Sequence[Day], python: str) -> list[dict[str, Figures]]:
    """Per day the best setting of the window, the key and ST-DBSCAN, chosen on that very day."""
    labels = in_peer(python, peer_dbscan.__file__, {"test": [_columns(day) for day in days]})
    found = []
    for number, day in enumerate(days):
        dbscan = (simple.Tried(setting, _named(day, of_days[number])) for setting, of_days in labels.items())
        found.append(
            {
                "window": best_of(day, simple.windows(day.points)),
                "key": best_of(day, simple.keys(day.points)),
                "st-dbscan": best_of(day, dbscan),
            }
        )
    return found


def boosting(city: cities.City, python: str) -> Figures:
    """Gradient boosting on pairs, trained on the days that the model was fitted on; its threshold on the judged day."""
    test = city.days[TEST_DAY]
    given = {
        "train": [_columns(day) for day in city.days[RATE_DAYS]],
        "test": [_columns(test)],
        "weights": {f"{kind}|{kind}": 1.0 for kind in REAL_KINDS}
        | {f"{a.value}|{b.value}": weight for one, two, weight in PAIRS for a, b in ((one, two), (two, one))},
    }
    labels = in_peer(python, peer_boosting.__file__, given)
    return best_of(test, (simple.Tried(setting, _named(test, days[0])) for setting, days in labels.items()))


def best_of(day: Day, tried: Iterable[simple.Tried]) -> Figures:
    """The setting with the best sum of the three F1s; and beside it the best of each alone, whatever the setting."""
    rows = [(likeness(one.found, day.truth, day.source_of), one) for one in tried]
    _, chosen = max(rows, key=lambda row: _worth(row[0]))
    alone = {f"best_{name}": round(max(getattr(row, name) for row, _ in rows), 4) for name in F1S}
    return of_partition(day, chosen.found) | alone | {"setting": chosen.setting}


F1S = ("pair_f1", "bcubed_f1", "cross_f1")


def _worth(like: Likeness) -> float:
    return like.pair_f1 + like.bcubed_f1 + like.cross_f1


def in_peer(python: str, script: str, given: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """Run a peer's script in its environment: setting → per day the labels.

    Raises:
        subprocess.CalledProcessError: it failed; what it said is in `stderr`.
    """
    with tempfile.TemporaryDirectory() as folder:
        into, out = Path(folder) / "in.json", Path(folder) / "out.json"
        into.write_text(json.dumps(given))
        # Threads that spin for each other are slower than one, where the machine has other work.
        own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"OMP_NUM_THREADS": "1"}
        subprocess.run([python, script, str(into), str(out)], check=True, capture_output=True, env=own)
        labels: dict[str, list[list[int]]] = json.loads(out.read_text())
    return labels


def _columns(day: Day) -> dict[str, list[Any]]:
    numbers: dict[str, int] = {}
    return {
        "t": [point.at for point in day.points],
        "x": [point.x for point in day.points],
        "y": [point.y for point in day.points],
        "sigma": [point.sigma for point in day.points],
        "kind": [point.kind for point in day.points],
        "source": [point.source for point in day.points],
        "camera": [point.camera for point in day.points],
        "words": [sorted(point.words) for point in day.points],
        "truth": [numbers.setdefault(day.truth[point.name], len(numbers)) for point in day.points],
    }


def _named(day: Day, labels: Sequence[int]) -> dict[str, str]:
    return {point.name: str(label) for point, label in zip(day.points, labels, strict=True)}
