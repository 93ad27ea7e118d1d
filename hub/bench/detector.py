"""`hub bench detector`: pictures per CPU-second of our best engine against onnxruntime in fp32, one thread each.

The same weights and the same pictures, from BGR to detections. The peer runs the model as an export gives it, 640×640
with grey bars around a 16:9 picture. Ours sees the picture at the same scale without the bars (640×384), in INT8 that
`hub models quantize` made of other pictures of the same camera. What of the gain comes from where is shown by the
steps between. Accuracy is judged on 24 pictures with the persons put right by hand.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from contracts.detections import Detection
from detectors.accuracy import count_error, mean_average_precision
from detectors.detector import Detector
from detectors.engines.choice import EngineName, open_engine
from hub import assets, quantizing
from hub.bench import progress, street

Image = npt.NDArray[np.uint8]
ROUNDS = 5
CALIBRATION = 64
EVERY = 12
"""a picture in 1.2 s of the footage calibrates, none of them one of those that are judged"""
DOUBTFUL, SURE = 0.05, 0.35
FACTOR, WANT, LOST_POINTS, LOST_COUNT = 2.5, 3.3, 1.5, 0.1

PEER = "onnxruntime fp32 640×640"
OURS = "OpenVINO INT8 640×384"
SIDES: Mapping[str, tuple[EngineName, str]] = {
    PEER: ("onnxruntime", "square"),
    "onnxruntime fp32 640×384": ("onnxruntime", "far"),
    "onnxruntime INT8 640×384": ("onnxruntime", "far-int8"),
    "OpenVINO 640×640": ("openvino", "square"),
    "OpenVINO 640×384": ("openvino", "far"),
    OURS: ("openvino", "far-int8"),
}
"""how it is called → engine and model"""


async def measure(*, rounds: int = ROUNDS) -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`."""
    return await asyncio.get_running_loop().run_in_executor(None, _measure, rounds)


def _measure(rounds: int) -> dict[str, Any]:
    made = assets.ensure()
    truth = street.labelled_persons()
    shown = street.pictures(made, [*truth, *range(0, EVERY * CALIBRATION, EVERY)])
    judged = {number: shown[number] for number in truth}
    with tempfile.TemporaryDirectory() as folder:
        int8 = Path(folder) / "far-int8.onnx"
        others = [picture for number, picture in shown.items() if number not in truth]
        quantizing.quantize(made.model_far, others, int8, progress.say)
        models = {"square": made.model_640, "far": made.model_far, "far-int8": int8}
        detectors = {
            name: Detector(open_engine(models[model], engine=engine), min_confidence=DOUBTFUL)
            for name, (engine, model) in SIDES.items()
        }
        seen = {name: [detector.detect(one) for one in judged.values()] for name, detector in detectors.items()}
        spent_ms = _timed(detectors, list(judged.values()), rounds)
    return verdict(spent_ms, list(truth.values()), seen)


def _timed(detectors: Mapping[str, Detector], pictures: Sequence[Image], rounds: int) -> dict[str, list[float]]:
    """Per side the milliseconds of processor time a picture in each round; the sides take turns."""
    spent_ms: dict[str, list[float]] = {name: [] for name in detectors}
    for number in range(rounds):
        for name, detector in detectors.items():
            progress.say(f"round {number + 1}, {name}", number, rounds)
            began_s = time.process_time()
            for picture in pictures:
                detector.detect(picture)
            spent_ms[name].append((time.process_time() - began_s) * 1000 / len(pictures))
    return spent_ms


def verdict(
    spent_ms: Mapping[str, Sequence[float]],
    truth: Sequence[Sequence[Detection]],
    seen: Mapping[str, Sequence[Sequence[Detection]]],
) -> dict[str, Any]:
    """What was measured, judged: the median round of each side."""
    said: dict[str, dict[str, float]] = {}
    for name, rounds in spent_ms.items():
        milliseconds = statistics.median(rounds)
        said[name] = {
            "ms_a_picture": round(milliseconds, 1),
            "pictures_per_cpu_s": round(1000 / milliseconds, 1),
            "map50": round(mean_average_precision(truth, seen[name], labels=frozenset({"person"})) * 100, 1),
            "count_error": round(count_error(truth, seen[name], "person", min_confidence=SURE), 2),
        }
    ours, peer = said[OURS], said[PEER]
    ratio = statistics.median(spent_ms[PEER]) / statistics.median(spent_ms[OURS])
    guards = {
        f"mAP50 at most {LOST_POINTS:g} points lower": ours["map50"] >= peer["map50"] - LOST_POINTS,
        f"count error at most {LOST_COUNT:g} greater": ours["count_error"] <= peer["count_error"] + LOST_COUNT,
    }
    return {
        "ours": {OURS: ours},
        "peers": {name: one for name, one in said.items() if name != OURS},
        "ratios": {
            f"against {name}": round(ours["pictures_per_cpu_s"] / one["pictures_per_cpu_s"], 2)
            for name, one in said.items()
            if name != OURS
        },
        "guards": guards,
        "met": {
            f"≥ {FACTOR:g} × {PEER}": all(guards.values()) and ratio >= FACTOR,
            f"≥ {WANT:g} × (wanted)": all(guards.values()) and ratio >= WANT,
        },
    }
