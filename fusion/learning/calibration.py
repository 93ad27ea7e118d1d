"""From nats to honest nats: what people answered about joins, against what the score had said.

Platt's sigmoid (Platt 1999) per incoming source, drawn towards the one of all sources together, so that a source with
few answers is not led astray; beyond 2,000 answers a monotone curve by pool-adjacent-violators (Ayer et al. 1955).
Answers that were asked for by chance carry the inverse of that chance as their weight.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from fusion.learning import weights
from fusion.learning.weights import TERMS, Row, Weighting
from fusion.model import Calibration

LEAST_ANSWERS = 200
CURVE_FROM = 2_000
CURVE_BINS = 30
CLEAR_NATS = 4.0
"""a rival so much worse than the best candidate takes nothing from it"""
UNFITTED = Calibration(slope=1.0, offset=-0.5)
"""after a fit of the rates without answers: half a nat of caution"""
WEIGHTS_FROM = 1_000
"""answers in all from which the terms are weighed one by one"""
FACTOR_SD, SOURCE_FACTOR_SD = 0.3, 0.2
SLOPE_SD, OFFSET_SD = 0.5, 2.0
"""how far the sigmoid of all sources may easily be from `UNFITTED`"""
SOURCE_SLOPE_SD, SOURCE_OFFSET_SD = 0.2, 0.7
"""how far one source's may easily be from that of all"""
LEAST_SLOPE = 0.05
_ROUNDS = 40


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
    rivals: tuple[float, ...] = ()
    """the scores of the other candidates without calibration: they share the probability with the best"""
    terms: Mapping[str, float] = field(default_factory=dict)
    """of the best candidate, without calibration"""


def calibrate(answers: Sequence[Answer], sources: Iterable[str]) -> dict[str, Calibration]:
    """Source → its calibration. With fewer than 200 answers in all, caution and nothing else."""
    if len(answers) < LEAST_ANSWERS:
        return dict.fromkeys(sources, UNFITTED)
    every = platt(answers, UNFITTED, SLOPE_SD, OFFSET_SD)
    told = [answer for answer in answers if answer.terms]
    shared = _weighting(told, every, Weighting(), FACTOR_SD, OFFSET_SD) if len(told) >= WEIGHTS_FROM else None
    found: dict[str, Calibration] = {}
    for source in sources:
        own = [answer for answer in answers if answer.source == source]
        if len(own) >= CURVE_FROM:
            found[source] = Calibration(slope=every.slope, offset=every.offset, curve=curve(own))
        else:
            found[source] = platt(own, every, SOURCE_SLOPE_SD, SOURCE_OFFSET_SD)
        if shared is not None:
            weighting = _weighting(
                [one for one in own if one.terms], found[source], shared, SOURCE_FACTOR_SD, SOURCE_OFFSET_SD
            )
            found[source] = found[source].model_copy(
                update={
                    "weights": dict(zip(TERMS, weighting.factors, strict=True)),
                    "weights_offset": weighting.offset,
                }
            )
    return found


def _weighting(
    answers: Sequence[Answer], calibration: Calibration, centre: Weighting, factor_sd: float, offset_sd: float
) -> Weighting:
    scale = _scale(answers)
    rows = [Row(one.terms, _against(one, calibration), one.same, one.weight * scale) for one in answers if one.terms]
    return weights.fitted(rows, centre, factor_sd, offset_sd)


def platt(answers: Sequence[Answer], centre: Calibration, slope_sd: float, offset_sd: float) -> Calibration:
    """The sigmoid that makes the answers likeliest, with a Gaussian prior about `centre`.

    The best candidate shares the probability with its rivals, which are calibrated alike: a softmax over all of them
    and «new». Gauss and Newton's method, each step halved until it helps.
    """
    prior = _Prior(centre, slope_sd, offset_sd)
    slope, offset = centre.slope, centre.offset
    loss = _loss(answers, slope, offset, prior)
    for _ in range(_ROUNDS):
        by_slope, by_offset = _step(answers, slope, offset, prior)
        size, tried, new = 1.0, (slope, offset), loss
        while size > 1e-6 and not new < loss:
            tried = max(LEAST_SLOPE, slope + size * by_slope), offset + size * by_offset
            new = _loss(answers, *tried, prior)
            size /= 2
        if not new < loss - 1e-9:
            break
        (slope, offset), loss = tried, new
    return Calibration(slope=round(slope, 6), offset=round(offset, 6))


def probability(answer: Answer, calibration: Calibration) -> float:
    """Of the best candidate, beside its rivals and a new incident."""
    return sigmoid(_nats(answer, calibration))


def _nats(answer: Answer, calibration: Calibration) -> float:
    """Of the best candidate against all else together."""
    if calibration.weights and answer.terms:
        told = sum(calibration.weights.get(name, 1.0) * value for name, value in answer.terms.items())
        return told + calibration.weights_offset - _against(answer, calibration)
    return honest(answer.nats, calibration) - _against(answer, calibration)


def _against(answer: Answer, calibration: Calibration) -> float:
    """A new incident and the rivals together, nats."""
    against = [0.0, *(honest(rival, calibration) for rival in answer.rivals)]
    top = max(against)
    return top + math.log(math.fsum(math.exp(one - top) for one in against))


def curve(answers: Sequence[Answer]) -> tuple[tuple[float, float], ...]:
    """A rising curve of (nats, honest nats): shares of «same» in bins of equal weight, violators pooled.

    Of decisions between one candidate and «new»: where rivals are near, the share is not the candidate's alone.
    """
    plain = [one for one in answers if not any(rival > one.nats - CLEAR_NATS for rival in one.rivals)] or answers
    blocks = [_Block(*one) for one in _binned(sorted(plain, key=lambda answer: (answer.nats, answer.signal_id)))]
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
    scale = _scale(answers)
    full = len(answers) / CURVE_BINS
    nats = same = weight = 0.0
    for number, answer in enumerate(answers):
        own = answer.weight * scale
        nats, same, weight = nats + own * answer.nats, same + own * answer.same, weight + own
        if weight >= full or number == len(answers) - 1:
            yield nats / weight, (same + 0.5) / (weight + 1.0), weight
            nats = same = weight = 0.0


@dataclass(frozen=True, slots=True)
class _Prior:
    centre: Calibration
    slope_sd: float
    offset_sd: float

    def pull(self, slope: float, offset: float) -> tuple[float, float]:
        return (slope - self.centre.slope) / self.slope_sd**2, (offset - self.centre.offset) / self.offset_sd**2


def _step(answers: Sequence[Answer], slope: float, offset: float, prior: _Prior) -> tuple[float, float]:
    found, scale = Calibration(slope=slope, offset=offset), _scale(answers)
    g_slope, g_offset = prior.pull(slope, offset)
    h_slope, h_cross, h_offset = 1.0 / prior.slope_sd**2, 0.0, 1.0 / prior.offset_sd**2
    for answer in answers:
        p = probability(answer, found)
        by_slope, by_offset = _leverage(answer, found)
        weight = scale * answer.weight
        error, bend = weight * (p - answer.same), weight * p * (1.0 - p)
        g_slope, g_offset = g_slope + error * by_slope, g_offset + error * by_offset
        h_slope += bend * by_slope * by_slope
        h_cross += bend * by_slope * by_offset
        h_offset += bend * by_offset * by_offset
    det = h_slope * h_offset - h_cross * h_cross
    return -(h_offset * g_slope - h_cross * g_offset) / det, -(h_slope * g_offset - h_cross * g_slope) / det


def _leverage(answer: Answer, calibration: Calibration) -> tuple[float, float]:
    """How much the best candidate's nats against all else change with the slope and the offset."""
    if not answer.rivals:
        return answer.nats, 1.0
    against = [honest(rival, calibration) for rival in answer.rivals]
    top = max(0.0, *against)
    whole = math.exp(-top) + math.fsum(math.exp(one - top) for one in against)
    shares = [math.exp(one - top) / whole for one in against]
    mean = math.fsum(share * rival for share, rival in zip(shares, answer.rivals, strict=True))
    return answer.nats - mean, 1.0 - math.fsum(shares)


def _loss(answers: Sequence[Answer], slope: float, offset: float, prior: _Prior) -> float:
    found, scale, centre = Calibration(slope=slope, offset=offset), _scale(answers), prior.centre
    told = math.fsum(scale * answer.weight * _surprise(_nats(answer, found), answer.same) for answer in answers)
    pulled = ((slope - centre.slope) / prior.slope_sd) ** 2 + ((offset - centre.offset) / prior.offset_sd) ** 2
    return told + pulled / 2


def _scale(answers: Sequence[Answer]) -> float:
    """Weights are brought to a mean of one: an answer that stands for fifty is still one answer's worth of knowing."""
    return len(answers) / math.fsum(answer.weight for answer in answers) if answers else 1.0


def _surprise(nats: float, same: bool) -> float:
    """−ln of the probability of what was; without overflow."""
    signed = nats if same else -nats
    return math.log1p(math.exp(-signed)) if signed > -30.0 else -signed


def log_loss(answers: Sequence[Answer], calibration: dict[str, Calibration]) -> float:
    """Mean surprise, nats per answer, of answers that the calibration was not fitted on; 0 of none."""
    whole = math.fsum(answer.weight for answer in answers)
    told = math.fsum(
        answer.weight * _surprise(_nats(answer, calibration[answer.source]), answer.same) for answer in answers
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
