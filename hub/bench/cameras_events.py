"""Happenings out of counts, by the product's own rule, and how many of the true ones a side has told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from contracts.detections import Box, Detection
from contracts.frames import Frame
from detectors.watching import CameraWatch
from hub.bench.cameras_ours import camera_of

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TOLERANCE_S = 4.0
"""keyframes come every 2 s and the rule holds for 4: a happening is told so much later than it begins"""
LEAST_S = 8.0
"""a shorter one may begin and end between two looks; it is not asked for"""
BLANK = np.zeros((36, 64, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Count:
    """How many persons were seen when."""

    at_s: float
    persons: int


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something went on, seconds."""

    start_s: float
    end_s: float


def happenings(counts: Sequence[Count]) -> list[Span]:
    """What the rule tells of these counts, in order of time; the last may not have ended."""
    watch = CameraWatch(camera_of(0, "rtsp://none"), model="", min_confidence=0.1)
    spans: list[Span] = []
    for count in counts:
        at = EPOCH + timedelta(seconds=count.at_s)
        hits = [Detection("person", 0.9, Box(0.02 * n, 0.1, 0.02 * n + 0.01, 0.2)) for n in range(count.persons)]
        for report in watch.look(Frame("0", BLANK, at, is_keyframe=True), hits, tracked=False, now=at):
            seen = report.observation
            start_s = (seen.observed_at - EPOCH).total_seconds()
            end_s = ((seen.ended_at or at) - EPOCH).total_seconds()
            if spans and spans[-1].start_s == start_s:
                spans.pop()
            spans.append(Span(start_s, end_s))
    if watch.happening and spans:
        spans[-1] = Span(spans[-1].start_s, counts[-1].at_s)
    return spans


def recalled(truth: Sequence[Span], told: Sequence[Span], window: Span) -> tuple[int, int]:
    """(how many of the true happenings were told, how many there were), of those that lie well inside the window."""
    asked = [
        span
        for span in truth
        if span.end_s - span.start_s >= LEAST_S
        and span.start_s >= window.start_s
        and span.start_s + LEAST_S <= window.end_s
    ]
    hit = [
        any(one.start_s <= span.end_s + TOLERANCE_S and span.start_s - TOLERANCE_S <= one.end_s for one in told)
        for span in asked
    ]
    return sum(hit), len(asked)
