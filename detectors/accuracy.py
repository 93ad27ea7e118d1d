"""How well boxes agree with a reference: average precision at half overlap (mAP50), and how far the counts are off."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from contracts.detections import Detection
from detectors.overlap import iou

Floats = npt.NDArray[np.float32]
Pictures = Sequence[Sequence[Detection]]
"""per picture what is (or was found) in it"""
HALF = 0.5
RARE = 10
"""a class that occurs less often in the reference says nothing of accuracy"""


def mean_average_precision(reference: Pictures, found: Pictures, *, labels: frozenset[str] | None = None) -> float:
    """Mean over the classes of the reference (those of `labels`, or all that are not rare) of their AP50, 0..1.

    `found` should hold doubtful boxes too, for precision is taken at every recall. NaN: the reference is empty.
    """
    counts: dict[str, int] = {}
    for one in (hit for picture in reference for hit in picture):
        counts[one.label] = counts.get(one.label, 0) + 1
    common = {name for name, count in counts.items() if count >= RARE} or set(counts)
    wanted = sorted(labels & set(counts) if labels is not None else common)
    return float(np.mean([average_precision(reference, found, label) for label in wanted])) if wanted else float("nan")


def average_precision(reference: Pictures, found: Pictures, label: str) -> float:
    """AP50 of one class over all pictures, 0..1: the area under its precision-recall curve, every point of it."""
    verdicts: list[tuple[float, bool]] = []
    truths = 0
    for true, seen in zip(reference, found, strict=True):
        wanted = [hit for hit in true if hit.label == label]
        truths += len(wanted)
        verdicts += _verdicts(wanted, [hit for hit in seen if hit.label == label])
    verdicts.sort(key=lambda one: -one[0])
    right = np.array([one for _, one in verdicts], bool)
    if not truths or not len(right):
        return 0.0
    recall = np.cumsum(right) / truths
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * envelope))


def count_error(reference: Pictures, found: Pictures, label: str, *, min_confidence: float) -> float:
    """Mean over the pictures of |counted - there|."""
    pairs = zip(reference, found, strict=True)
    return float(np.mean([
        abs(
            sum(hit.label == label and hit.confidence >= min_confidence for hit in seen)
            - sum(hit.label == label for hit in true)
        )
        for true, seen in pairs
    ]))  # fmt: skip


def counts_of(pictures: Pictures, *, min_confidence: float) -> Mapping[str, int]:
    """How many of each class were found, the most frequent first."""
    counts: dict[str, int] = {}
    for hit in (hit for picture in pictures for hit in picture if hit.confidence >= min_confidence):
        counts[hit.label] = counts.get(hit.label, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _verdicts(wanted: Sequence[Detection], seen: Sequence[Detection]) -> list[tuple[float, bool]]:
    """(confidence, right) of each box; the surest takes its thing, another box on it is wrong."""
    ordered = sorted(seen, key=lambda hit: -hit.confidence)
    if not wanted:
        return [(hit.confidence, False) for hit in ordered]
    overlap = iou(_boxes(ordered), _boxes(wanted))
    free = np.ones(len(wanted), bool)
    verdicts = []
    for hit, row in zip(ordered, overlap, strict=True):
        best = int(np.argmax(np.where(free, row, -1.0)))
        right = bool(free[best] and row[best] >= HALF)
        free[best] &= not right
        verdicts.append((hit.confidence, right))
    return verdicts


def _boxes(hits: Sequence[Detection]) -> Floats:
    return np.array([[hit.box.x0, hit.box.y0, hit.box.x1, hit.box.y1] for hit in hits], np.float32).reshape(-1, 4)
