"""`hub bench rules`: precision, recall and time to raise of every rule, per model, on the labelled set.

The first column is a model that makes no mistake: it is given what is truly there, so what goes wrong there is the
rules' own doing; the others see the pictures. There is no peer: no other product's rules can be run on these clips.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.detections import Box, Detection
from detectors.detector import Detector, Look
from detectors.engines.choice import open_engine
from detectors.rules.runner import labels_of
from detectors.turned import lying
from hub import assets
from hub.bench.progress import say
from hub.bench.rule_set.clips import Clip, clips
from hub.bench.rule_set.judging import EARLY, RULES, Score, See, as_given, camera_of, judge, scores
from hub.bench.rule_set.report import write_into
from hub.bench.rule_set.street import Image, Street
from hub.vision.eyes import DOUBTFUL

GIVEN = "given boxes"
LEAST_GIVEN = 0.9
"""with boxes that are all right, the rules must find and be right so often"""
SEEN_WELL = ("crowd_gathering", "zone_intrusion", "line_crossing", "pedestrian_on_road", "water_edge_presence")
"""rules about persons on real footage"""
LEAST_SEEN = 0.75


async def measure(*, models: Sequence[str] = (), into: str = "") -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`. `models`: paths beside the starter model; `into`: a document.

    Raises:
        AssetMissing: no footage, or a model is not there; ConfigurationError: a model cannot be run.
    """
    found = assets.ensure()
    played = clips(Street(found.street_360p))
    sides: dict[str, See] = {GIVEN: as_given}
    for path in (found.model_wide, *(Path(one) for one in models)):
        sides[path.stem] = _eye(path)
    results = {name: scores() for name in sides}
    steps = [(name, clip) for name in sides for clip in played]
    for done, (name, clip) in enumerate(steps):
        say(f"{name}: {clip.name}", done, len(steps))
        await asyncio.sleep(0)
        judge(clip, sides[name], results[name])
    if into:
        write_into(Path(into), played, results)
    return _verdict(played, results)


def _eye(path: Path) -> See:
    detector = Detector(open_engine(path), min_confidence=DOUBTFUL)
    look = Look(labels_of(camera_of(RULES)))

    def see(image: Image, _: tuple[Detection, ...], places: tuple[Box, ...]) -> Sequence[Detection]:
        seen = detector.detect(image, look)
        return (*seen, *lying(detector, image, places, seen))

    return see


def _verdict(played: Sequence[Clip], results: Mapping[str, Mapping[str, Score]]) -> dict[str, Any]:
    rows = {name: {rule: score.row() for rule, score in of.items()} for name, of in results.items()}
    given, seen = rows[GIVEN], rows[next(name for name in rows if name != GIVEN)]
    forecasts = results[GIVEN][EARLY].forecasts
    return {
        "ours": rows,
        "mistakes": {
            name: {rule: score.mistakes for rule, score in of.items() if score.mistakes} for name, of in results.items()
        },
        "peers": {},
        "ratios": {},
        "guards": {"clips": len(played), "seconds": round(sum(clip.seconds for clip in played))},
        "met": {
            f"given boxes: precision and recall of every rule ≥ {LEAST_GIVEN:g}": all(
                _least(row) >= LEAST_GIVEN for row in given.values()
            ),
            f"starter model: rules about persons on real footage ≥ {LEAST_SEEN:g}": all(
                _least(seen[rule]) >= LEAST_SEEN for rule in SEEN_WELL
            ),
            "given boxes: the crowd came within the early warning's interval": bool(forecasts) and all(forecasts),
        },
    }


def _least(row: Mapping[str, float | int | None]) -> float:
    """The worse of precision and recall; what never happened and was never told is no mistake."""
    return min(1.0 if row[name] is None else float(row[name] or 0.0) for name in ("precision", "recall"))
