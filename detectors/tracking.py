"""The same thing from frame to frame on one camera: a small ByteTrack that counts in seconds, not in frames.

Confident boxes are matched first, the doubtful ones may only prolong a track (Zhang et al., ByteTrack, 2022). Motion
is an alpha-beta filter. All limits are times, because a camera gives 3 to 8 pictures a second, never a steady rate.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from contracts.detections import Box, Detection, Track
from detectors.overlap import iou

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """Limits; times in seconds, sizes in fractions of the picture."""

    sure: float = 0.4
    """confidence from which a box may be matched first"""
    new: float = 0.45
    """confidence from which a box may begin a track"""
    confirm_hits: int = 3
    confirm_s: float = 0.4
    """a track is told of after so many hits over so long"""
    keep_s: float = 2.0
    """how long a confirmed track lives unseen"""
    keep_unconfirmed_s: float = 0.6
    max_gap_s: float = 1.2
    """pictures further apart than this cannot be tracked: everything is forgotten (keyframe mode)"""
    min_iou: float = 0.15
    grow: float = 0.25
    """boxes are grown by this share of their size before matching, so that a small walker at 4 fps still overlaps"""
    reach: float = 3.2
    """own heights a second: what no box overlaps with may be a runner who came so far since the last picture"""
    longest_run_s: float = 0.5
    """who was unseen for longer is not followed further"""
    same_height: float = 0.75
    """but only where it is about as high as before"""
    alpha: float = 0.8
    beta: float = 0.3
    confidence_gain: float = 0.3
    """how fast a track's confidence follows that of its boxes"""


@dataclass(slots=True)
class _Candidate:
    """A track in the making or in life; `box` and `velocity` as x0, y0, x1, y1."""

    number: int
    label: str
    confidence: float
    box: Floats
    velocity: Floats
    first_seen: datetime
    last_seen: datetime
    hits: int = 1
    confirmed: bool = False


class Tracker:
    """Tracks of one camera. A function of what it was given: no clock, no chance, one caller."""

    def __init__(self, camera_id: str, settings: TrackerSettings | None = None) -> None:
        self._camera_id = camera_id
        self._settings = settings or TrackerSettings()
        self._candidates: list[_Candidate] = []
        self._next = 1
        self._at: datetime | None = None

    def update(self, detections: Sequence[Detection], at: datetime, *, aspect: float = 16 / 9) -> tuple[Track, ...]:
        """Confirmed tracks seen in this picture. `aspect` is the picture's width / height, for speeds.

        A picture older than the last one, or the same again, changes nothing and shows nothing.
        """
        elapsed_s = (at - self._at).total_seconds() if self._at else 0.0
        if self._at is not None and elapsed_s <= 0:
            return ()
        self._at = at
        if elapsed_s > self._settings.max_gap_s:
            self._candidates.clear()
        predicted = [candidate.box + candidate.velocity * elapsed_s for candidate in self._candidates]
        sure = [hit for hit in detections if hit.confidence >= self._settings.sure]
        doubtful = [hit for hit in detections if hit.confidence < self._settings.sure]
        free = list(range(len(self._candidates)))
        seen = self._match(free, predicted, sure)
        left = [hit for hit in sure if not any(hit is other for other in seen.values())]
        seen |= self._reach([i for i in free if i not in seen], left, at, aspect)
        free = [i for i in free if i not in seen and self._candidates[i].confirmed]
        seen |= self._match(free, predicted, doubtful)
        for i, hit in seen.items():
            self._correct(self._candidates[i], predicted[i], hit, at)
        self._begin([hit for hit in sure if not any(hit is other for other in seen.values())], at)
        self._forget(at)
        return tuple(self._track(one, aspect) for one in self._candidates if one.confirmed and one.last_seen == at)

    def _match(
        self, free: Sequence[int], predicted: Sequence[Floats], hits: Sequence[Detection]
    ) -> dict[int, Detection]:
        """Candidate index → its box, the pairs with the largest total overlap; labels never mix."""
        if not free or not hits:
            return {}
        ours = _grown(np.stack([predicted[i] for i in free]), self._settings.grow)
        theirs = _grown(np.stack([_array(hit.box) for hit in hits]), self._settings.grow)
        same = np.array([[self._candidates[i].label == hit.label for hit in hits] for i in free])
        overlap = iou(ours, theirs) * same
        rows, columns = linear_sum_assignment(-overlap)
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        return {free[r]: hits[c] for r, c in pairs if overlap[r, c] >= self._settings.min_iou}

    def _reach(
        self, free: Sequence[int], hits: Sequence[Detection], at: datetime, aspect: float
    ) -> dict[int, Detection]:
        """Candidate index → the nearest box that it may have run to: at 4 a second a runner leaves its box."""
        found: dict[int, Detection] = {}
        pairs = sorted(
            (gap, i, n) for i in free for n, hit in enumerate(hits)
            if (gap := self._gap(self._candidates[i], hit, at, aspect)) <= 1.0
        )  # fmt: skip
        taken: set[int] = set()
        for _, i, n in pairs:
            if i not in found and n not in taken:
                found[i] = hits[n]
                taken.add(n)
        return found

    def _gap(self, candidate: _Candidate, hit: Detection, at: datetime, aspect: float) -> float:
        """How far the box is from where the candidate was, in parts of what it may have run; or infinity."""
        tall, other = float(candidate.box[3] - candidate.box[1]), hit.box.y1 - hit.box.y0
        if candidate.label != hit.label or min(tall, other) < self._settings.same_height * max(tall, other):
            return math.inf
        x, y = (candidate.box[0] + candidate.box[2]) / 2, candidate.box[3]
        unseen_s = (at - candidate.last_seen).total_seconds()
        gone = math.hypot((hit.box.foot[0] - float(x)) * aspect, hit.box.foot[1] - float(y))
        return gone / (self._settings.reach * tall * min(unseen_s, self._settings.longest_run_s))

    def _correct(self, candidate: _Candidate, predicted: Floats, hit: Detection, at: datetime) -> None:
        unseen_s = (at - candidate.last_seen).total_seconds()
        residual = _array(hit.box) - predicted
        candidate.box = (predicted + self._settings.alpha * residual).astype(np.float32)
        candidate.velocity = (candidate.velocity + self._settings.beta * residual / unseen_s).astype(np.float32)
        candidate.confidence += self._settings.confidence_gain * (hit.confidence - candidate.confidence)
        candidate.last_seen = at
        candidate.hits += 1
        lived_s = (at - candidate.first_seen).total_seconds()
        candidate.confirmed |= candidate.hits >= self._settings.confirm_hits and lived_s >= self._settings.confirm_s

    def _begin(self, hits: Sequence[Detection], at: datetime) -> None:
        for hit in hits:
            if hit.confidence >= self._settings.new:
                still = np.zeros(4, np.float32)
                self._candidates.append(
                    _Candidate(self._next, hit.label, hit.confidence, _array(hit.box), still, at, at)
                )
                self._next += 1

    def _forget(self, at: datetime) -> None:
        """Drop what was not seen for too long; coast the rest, slowing down."""
        kept = []
        for candidate in self._candidates:
            limit_s = self._settings.keep_s if candidate.confirmed else self._settings.keep_unconfirmed_s
            if (at - candidate.last_seen).total_seconds() <= limit_s:
                kept.append(candidate)
        self._candidates = kept

    def _track(self, candidate: _Candidate, aspect: float) -> Track:
        middle = (candidate.velocity[:2] + candidate.velocity[2:]) / 2
        speed = float(np.hypot(middle[0] * aspect, middle[1]) / np.hypot(aspect, 1.0))
        box = np.clip(candidate.box, 0.0, 1.0).tolist()
        return Track(
            self._camera_id, candidate.number, candidate.label, candidate.confidence, Box(*box),
            candidate.first_seen, candidate.last_seen, speed,
        )  # fmt: skip


def _array(box: Box) -> Floats:
    return np.array([box.x0, box.y0, box.x1, box.y1], np.float32)


def _grown(boxes: Floats, share: float) -> Floats:
    extent = (boxes[:, 2:] - boxes[:, :2]) * (share / 2)
    return np.concatenate([boxes[:, :2] - extent, boxes[:, 2:] + extent], axis=1)
