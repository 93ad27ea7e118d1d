"""`hub models quantize`: INT8 out of the user's own pictures, and what it costs in accuracy, measured on others."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from contracts.detections import Detection
from contracts.errors import ConfigurationError
from detectors.accuracy import count_error, counts_of, mean_average_precision
from detectors.detector import Detector
from detectors.engines.choice import open_engine
from detectors.letterbox import letterbox

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""what, done, out of"""
LEAST_PICTURES = 8
SURE = 0.35
"""what the float model sees with such confidence is the reference"""
DOUBTFUL = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a model; the accuracy is that of `made` against what `source` sees, on `pictures` pictures."""

    source: Path
    made: Path
    pictures: int
    map50: float
    """1: the same boxes"""
    count_error: float
    """of the most frequent class, a picture"""
    label: str
    things: tuple[int, int]
    """how many things both found"""
    milliseconds: tuple[float, float]
    """processor time a picture, one thread"""
    bytes: tuple[int, int]


def quantize(source: Path, pictures: Sequence[Image], out: Path, progress: Progress) -> Change:
    """Calibrate on every other picture, compare on the rest.

    Raises:
        AssetMissing: no such model.
        ConfigurationError: too few pictures, no ONNX export, or quantized already.
    """
    if len(pictures) < LEAST_PICTURES:
        raise ConfigurationError(
            f"{len(pictures)} pictures are too few to calibrate on",
            hint=f"give at least {LEAST_PICTURES}, better 64, of different cameras and hours",
        )
    engine = open_engine(source, engine="onnxruntime")
    from detectors.engines import quantizing  # needs the extra, which the line above has made sure of

    if quantizing.is_quantized(source):
        raise ConfigurationError("the model is quantized already", where=str(source))
    size, as_bytes = (engine.metadata.height, engine.metadata.width), engine.layout.wants_bytes
    calibration, rest = pictures[::2], pictures[1::2]

    def blobs() -> Iterator[Floats]:
        for number, picture in enumerate(calibration, 1):
            progress("ranges", number, len(calibration))
            yield letterbox(picture, size, as_bytes=as_bytes)[0]

    out.parent.mkdir(parents=True, exist_ok=True)
    quantizing.quantize(source, blobs(), out)
    exact, exact_ms = seen_by(source, rest, lambda done, total: progress("before", done, total))
    coarse, coarse_ms = seen_by(out, rest, lambda done, total: progress("after", done, total))
    return compare(source, out, (exact, coarse), (exact_ms, coarse_ms))


def seen_by(
    model: Path, pictures: Sequence[Image], progress: Callable[[int, int], None]
) -> tuple[list[tuple[Detection, ...]], float]:
    """All that a model sees in each picture, doubtful things too, and its processor time a picture, milliseconds."""
    detector = Detector(open_engine(model), min_confidence=DOUBTFUL)
    found, spent_s = [], []
    for number, picture in enumerate(pictures, 1):
        began_s = time.thread_time()
        found.append(detector.detect(picture))
        spent_s.append(time.thread_time() - began_s)
        progress(number, len(pictures))
    return found, float(np.median(spent_s)) * 1000


def compare(
    source: Path, made: Path, found: tuple[list[tuple[Detection, ...]], list[tuple[Detection, ...]]],
    milliseconds: tuple[float, float],
) -> Change:  # fmt: skip
    """What the second found, measured by what the first is sure of."""
    reference = [tuple(hit for hit in picture if hit.confidence >= SURE) for picture in found[0]]
    counts = [counts_of(one, min_confidence=SURE) for one in found]
    label = next(iter(counts[0]), "")
    return Change(
        source, made, len(reference), mean_average_precision(reference, found[1]),
        count_error(reference, found[1], label, min_confidence=SURE), label,
        (sum(counts[0].values()), sum(counts[1].values())), milliseconds,
        (source.stat().st_size, made.stat().st_size),
    )  # fmt: skip
