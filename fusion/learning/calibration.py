"""From nats to honest nats: what people answered about joins, against what the score had said.

Platt's sigmoid (Platt 1999) per incoming source, drawn towards the one of all sources together, so that a source with
few answers is not led astray; beyond 2,000 answers a monotone curve by pool-adjacent-violators (Ayer et al. 1955).
Answers that were asked for by chance carry the inverse of that chance as their weight.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fusion.model import Calibration

LEAST_ANSWERS = 200
CURVE_FROM = 2_000
CURVE_BINS = 30
UNFITTED = Calibration(slope=1.0, offset=-0.5)
"""after a fit of the rates without answers: half a nat of caution"""
SLOPE_SD, OFFSET_SD = 0.5, 2.0
"""how far the sigmoid of all sources may easily be from `UNFITTED`"""
SOURCE_SLOPE_SD, SOURCE_OFFSET_SD = 0.2, 0.7
"""how far one source's may easily be from that of all"""
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's word on one decision."""

    signal_id: str
    source: str
    """of the signal"""
    nats: float
    """the score of the best candidate without calibration"""
    same: bool
    """the signal is of that candidate"""
    weight: float = 1.0
    """one over the chance that this decision was asked about"""


def calibrate(answers: Sequence[Answer], sources: Iterable[str]) -> dict[str, Calibration]:
    """Source → its calibration. With fewer than 200 answers in all, caution and nothing else."""
    if len(answers) < LEAST_ANSWERS:
        return dict.fromkeys(sources, UNFITTED)
    every = platt(answers, UNFITTED, SLOPE_SD, OFFSET_SD)
    found: dict[str, Calibration] = {}
    for source in sources:
        own = [answer for answer in answers if answer.source == source]
        if len(own) >= CURVE_FROM:
            found[source] = Calibration(slope=every.slope, offset=every.offset, curve=curve(own))
        else:
            found[source] = platt(own, every, SOURCE_SLOPE_SD, SOURCE_OFFSET_SD)
    return found


def platt(answers: Sequence[Answer], centre: Calibration, slope_sd: float, offset_sd: float) -> Calibration:
    """The sigmoid that makes the answers likeliest, with a Gaussian prior about `centre`; Newton's method."""
    slope, offset = centre.slope, centre.offset
    scale = len(answers) / math.fsum(answer.weight for answer in answers) if answers else 1.0
    rows = [(answer.nats, float(answer.same), answer.weight * scale) for answer in answers]
    loss = _loss(rows, slope, offset, centre, slope_sd, offset_sd)
    for _ in range(_ROUNDS):
        step_slope, step_offset = _newton(rows, slope, offset, centre, slope_sd, offset_sd)
        size = 1.0
        while size > 1e-6:
            tried = max(0.05, slope + size * step_slope), offset + size * step_offset
            new = _loss(rows, *tried, centre, slope_sd, offset_sd)
            if new <= loss:
                break
            size /= 2
        else:
            break
        done = loss - new < 1e-10
        (slope, offset), loss = tried, new
        if done:
            break
    return Calibration(slope=round(slope, 6), offset=round(offset, 6))


def curve(answers: Sequence[Answer]) -> tuple[tuple[float, float], ...]:
    """A rising curve of (nats, honest nats): shares of «same» in bins of equal weight, violators pooled."""
    blocks = [_Block(*one) for one in _binned(sorted(answers, key=lambda answer: (answer.nats, answer.signal_id)))]
    pooled: list[_Block] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2].share >= pooled[-1].share:
            last = pooled.pop()
            pooled[-1] = pooled[-1].with_(last)
    points = [(round(block.nats, 6), round(_logit(block.share), 6)) for block in pooled]
    return tuple(points[:1] + [later for earlier, later in pairwise(points) if later[0] > earlier[0]])


@dataclass(frozen=True, slots=True)
class _Block:
    nats: float
    share: float
    weight: float

    def with_(self, other: "_Block") -> "_Block":
        whole = self.weight + other.weight
        return _Block(
            (self.nats * self.weight + other.nats * other.weight) / whole,
            (self.share * self.weight + other.share * other.weight) / whole,
            whole,
        )


def _binned(answers: Sequence[Answer]) -> Iterable[tuple[float, float, float]]:
    """(mean nats, share of «same» with half an answer each way, weight) of bins of about equal weight."""
    scale = len(answers) / math.fsum(answer.weight for answer in answers)
    full = len(answers) / CURVE_BINS
    nats = same = weight = 0.0
    for number, answer in enumerate(answers):
        own = answer.weight * scale
        nats, same, weight = nats + own * answer.nats, same + own * answer.same, weight + own
        if weight >= full or number == len(answers) - 1:
            yield nats / weight, (same + 0.5) / (weight + 1.0), weight
            nats = same = weight = 0.0


def _newton(
    rows: Sequence[tuple[float, float, float]], slope: float, offset: float, centre: Calibration,
    slope_sd: float, offset_sd: float,
) -> tuple[float, float]:  # fmt: skip
    g_slope, g_offset = (slope - centre.slope) / slope_sd**2, (offset - centre.offset) / offset_sd**2
    h_slope, h_cross, h_offset = 1.0 / slope_sd**2, 0.0, 1.0 / offset_sd**2
    for nats, same, weight in rows:
        p = sigmoid(slope * nats + offset)
        error, bend = weight * (p - same), weight * p * (1.0 - p)
        g_slope, g_offset = g_slope + error * nats, g_offset + error
        h_slope, h_cross, h_offset = h_slope + bend * nats * nats, h_cross + bend * nats, h_offset + bend
    det = h_slope * h_offset - h_cross * h_cross
    return -(h_offset * g_slope - h_cross * g_offset) / det, -(h_slope * g_offset - h_cross * g_slope) / det


def _loss(
    rows: Sequence[tuple[float, float, float]], slope: float, offset: float, centre: Calibration,
    slope_sd: float, offset_sd: float,
) -> float:  # fmt: skip
    prior = ((slope - centre.slope) / slope_sd) ** 2 / 2 + ((offset - centre.offset) / offset_sd) ** 2 / 2
    return prior + math.fsum(weight * _surprise(slope * nats + offset, same) for nats, same, weight in rows)


def _surprise(nats: float, same: float) -> float:
    """−ln of the probability of what was; without overflow."""
    signed = nats if same else -nats
    return math.log1p(math.exp(-signed)) if signed > -30.0 else -signed


def log_loss(answers: Sequence[Answer], calibration: dict[str, Calibration]) -> float:
    """Mean surprise, nats per answer, of answers that the calibration was not fitted on; 0 of none."""
    whole = math.fsum(answer.weight for answer in answers)
    told = math.fsum(
        answer.weight * _surprise(honest(answer.nats, calibration[answer.source]), float(answer.same))
        for answer in answers
    )
    return told / whole if whole else 0.0


def honest(nats: float, calibration: Calibration) -> float:
    """Raw nats as calibrated nats."""
    points = calibration.curve
    if not points:
        return calibration.slope * nats + calibration.offset
    if nats <= points[0][0]:
        return points[0][1] + nats - points[0][0]
    for (x1, y1), (x2, y2) in pairwise(points):
        if nats <= x2:
            return y1 + (y2 - y1) * (nats - x1) / (x2 - x1)
    return points[-1][1] + nats - points[-1][0]


def sigmoid(nats: float) -> float:
    """Nats as a probability; without overflow."""
    if nats >= 0.0:
        return 1.0 / (1.0 + math.exp(-nats))
    return math.exp(nats) / (1.0 + math.exp(nats))


def _logit(p: float) -> float:
    return math.log(p / (1.0 - p))
