"""One signal against one incident: what it would add, term by term, and how that is told honestly."""

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from contracts.incidents import Details, Terms
from fusion.barriers import BARRIER_NATS
from fusion.belief import Belief
from fusion.book import Happening
from fusion.evidence import Evidence, alone, misplaced, plus
from fusion.heard import Heard, unproject
from fusion.model import DAY, HOUR, REAL_KINDS, Calibration
from fusion.part import Part
from fusion.scoring import belief_above, score, stages, told_kinds
from fusion.state import State
from fusion.tables import Tables
from fusion.tally import Tally
from fusion.terms.prior import cell_factor, cell_name, coverage, hour_factor, near_repeat_nats
from fusion.terms.space import UNIT_M2, mahalanobis2
from fusion.terms.time import log_sum
from fusion.terms.words import Rarity, WordsTerm, words_term

DIGITS = 6
"""floats are rounded to so many digits before they leave"""
HOPELESS_NATS = 10.0
"""against a new incident: 1 to 20,000; such a candidate is not weighed to the end, and not told of"""
FAR_NATS = 6.0
"""a candidate so much worse than a new incident is not weighed term by term"""
DOUBT = 1.5
"""nats by which a rough look may be wrong about that"""
NEAR_UNIT = math.log(UNIT_M2 / (2.0 * math.pi))
KINDS_SHOWN = 4


@dataclass(slots=True)
class Score:
    """One candidate, weighed."""

    incident_id: str
    nats: float
    """calibrated log odds that the signal is of this incident rather than of a new one, at even terms"""
    raw: float
    """the same as the model has it"""
    together: Evidence
    """the incident's with the signal"""
    belief: Belief
    distance: float
    sigma: float
    lag: float
    words: WordsTerm
    outlier: bool
    barrier: str
    near_repeat: float
    five: Terms | None = None
    """the terms but for the bias, as far as they were asked for"""


@dataclass(slots=True)
class Weighed:
    """A signal with what is the same for all candidates."""

    part: Part
    alone: Evidence
    score: float
    """S({e})"""
    near_repeat: float
    """nats by which a new happening is likelier because others of its kind happened near"""
    new_rate: float
    """new happenings of its kind expected here and now, per km² and hour"""
    covered: float
    """cameras that see the place, mean"""
    rarity: Rarity


def weigh_alone(state: State, heard: Heard, candidates: list[tuple[float, Happening]]) -> Weighed:
    """The signal as an incident of its own."""
    part = state.part(heard)
    evidence = alone(state.tables, part)
    return Weighed(
        part,
        evidence,
        score(state.tables, evidence, state.origin),
        _near_repeat(state, heard, candidates),
        round(_rate_here(state, heard), 4),
        round(coverage(state.tables.model.prior, heard.lat, heard.lon), 3),
        rarity(state),
    )


def weigh(state: State, heard: Heard, weighed: Weighed, incident: Happening, distance: float) -> Score | None:
    """Weigh one signal against one incident `distance` metres away; None when it is hopeless."""
    tables, part = state.tables, weighed.part
    its = state.evidence[incident.incident_id]
    x, y = state.place(incident)
    variance = state.place_variance(incident)
    words = words_term(part.words, incident.tally.words, weighed.rarity, tables.model.words)
    barrier = barrier_between(state, heard, x, y)
    apart = score(tables, its, state.origin) + weighed.score - words.nats + weighed.near_repeat
    if barrier:
        apart += BARRIER_NATS
    doubtful = may_be_gross(tables, part, x, y, variance)
    found = joined(state, its, part, incident, doubtful=doubtful, least=apart - HOPELESS_NATS)
    if found is None:
        return None
    together, believed, outlier = found
    raw = believed.nats - apart
    extent = tables.extents[tables.extent_of[believed.best()]]
    sigma = math.sqrt((part.covariance[0] + part.covariance[2]) / 2 + variance + extent * extent)
    scored = Score(
        incident_id=incident.incident_id,
        nats=0.0,
        raw=raw,
        together=together,
        belief=believed,
        distance=round(distance, 1),
        sigma=round(sigma, 1),
        lag=round(heard.at - incident.tally.first, 3),
        words=words,
        outlier=outlier,
        barrier=barrier,
        near_repeat=weighed.near_repeat,
    )
    scored.nats = fair(state, part.source, raw, lambda: _five_terms(state, weighed, scored))
    return scored


def as_one(state: State, tally: Tally, raw: float) -> float:
    """Honest nats for two groups of signals being one.

    Calibration by answers was made for signals as they come, one by one, and tells nothing of groups, of which more is
    known: there the model's own nats count. The caution of a model without answers holds here as there.
    """
    calibration = state.tables.model.calibration
    asked = [calibration[source] for source in tally.sources if source in calibration]
    guessed = [one.offset for one in asked if one.slope == 1.0 and not one.curve and not one.weights]
    return round(raw + min(guessed, default=0.0), DIGITS)


def deserved(calibration: Calibration, terms: Terms) -> float:
    """The terms with the factors that people's answers gave them, nats."""
    weights = calibration.weights
    told = math.fsum(weights.get(name, 1.0) * nats for name, nats in terms.items() if name != "bias")
    return round(told + calibration.weights_offset, DIGITS)


def may_be_gross(tables: Tables, part: Part, x: float, y: float, variance: float) -> bool:
    """Whether a grossly wrong place may explain a signal better than its stated error does."""
    r11, r12, r22 = part.covariance[0] + variance, part.covariance[1], part.covariance[2] + variance
    density = -0.5 * mahalanobis2(part.x - x, part.y - y, (r11, r12, r22)) - 0.5 * math.log(r11 * r22 - r12 * r12)
    return density + NEAR_UNIT < tables.gross[part.source] + DOUBT


def joined(
    state: State, its: Evidence, part: Part, incident: Happening, *, doubtful: bool, least: float
) -> tuple[Evidence, Belief, bool] | None:
    """The incident's evidence with the signal, what it then is, and whether the signal's place is disbelieved.

    None when it is surely less than `least`.
    """
    tables, members = state.tables, lambda: state.parts_of(incident)
    together = plus(tables, its, part, members, outlier=False)
    believed = belief_above(tables, together, state.origin, least)
    if doubtful:
        apart = misplaced(tables, together, part)
        other = belief_above(tables, apart, state.origin, least)
        if other is not None and (believed is None or other.nats > believed.nats):
            return apart, other, True
    return (together, believed, False) if believed is not None else None


def honest(calibration: Calibration | None, raw: float) -> float:
    """The calibrated nats, rounded as they leave."""
    if calibration is None:
        return round(raw, DIGITS)
    curve = calibration.curve
    if not curve:
        return round(calibration.slope * raw + calibration.offset, DIGITS)
    if raw <= curve[0][0]:
        return round(curve[0][1] + raw - curve[0][0], DIGITS)
    if raw >= curve[-1][0]:
        return round(curve[-1][1] + raw - curve[-1][0], DIGITS)
    place = bisect_right(curve, (raw, math.inf))
    (x1, y1), (x2, y2) = curve[place - 1], curve[place]
    return round(y1 + (y2 - y1) * (raw - x1) / (x2 - x1), DIGITS)


def terms_of(state: State, weighed: Weighed, scored: Score) -> Terms:
    """Each term's nats in the fixed order in which the factors are turned on; they sum to the score exactly."""
    five = _five_terms(state, weighed, scored)
    return five | {"bias": round(scored.nats - math.fsum(five.values()), DIGITS)}


def _five_terms(state: State, weighed: Weighed, scored: Score) -> Terms:
    """As the model has them, reckoned once."""
    if scored.five is None:
        its = state.evidence[scored.incident_id]
        across = BARRIER_NATS if scored.barrier else 0.0
        five = apart_by_term(state, (scored.together, its, weighed.alone), scored.belief, scored.raw, scored.words.nats)
        scored.five = five | {
            "space": round(five["space"] - across, DIGITS),
            "prior": round(five["prior"] + across, DIGITS),
        }
    return scored.five


def apart_by_term(
    state: State, evidence: tuple[Evidence, Evidence, Evidence], what: Belief, raw: float, words: float
) -> Terms:
    """The nats by which (together, without the signal, the signal alone) differ, term by term; barriers left out."""
    kinds = told_kinds(what)
    a, b, c = (stages(state.tables, one, kinds) for one in evidence)
    whole = log_sum([weight for _, weight in kinds])
    space, in_time, claimed = (
        with_it - without - alone + whole for with_it, without, alone in zip(a, b, c, strict=True)
    )
    return {
        "space": round(space, DIGITS),
        "time": round(in_time - space, DIGITS),
        "kind": round(claimed - in_time, DIGITS),
        "words": round(words, DIGITS),
        "prior": round(raw - words - claimed, DIGITS),
    }


def fair(state: State, source: str, raw: float, terms: Callable[[], Terms]) -> float:
    """Honest nats; by the factors of each term where people's answers gave them, and it may matter."""
    calibration = state.tables.model.calibration.get(source)
    if calibration is not None and calibration.weights and raw > -FAR_NATS:
        return deserved(calibration, terms())
    return honest(calibration, raw)


def details_of(state: State, heard: Heard, weighed: Weighed, scored: Score) -> Details:
    """What the terms were made of."""
    best = REAL_KINDS[scored.belief.best()]
    return Details(
        outlier=scored.outlier,
        barrier=scored.barrier,
        claim=heard.claims,
        kinds={name: round(p, 4) for name, p in scored.belief.likeliest(KINDS_SHOWN).items()},
        shared=scored.words.shared,
        only_here=scored.words.only_here,
        source_median_s=usual_lag(state, heard.source, best),
        new_rate_km2_h=weighed.new_rate,
        coverage=weighed.covered,
    )


def usual_lag(state: State, source: str, kind: str) -> float:
    """The source's median lag for a kind, seconds: as guessed, or as fitted."""
    model = state.tables.model
    return state.tables.median(source, model.kinds[kind].pace)


def barrier_between(state: State, heard: Heard, x: float, y: float) -> str:
    """The barrier between a signal and a place, if there is one."""
    barriers = state.tables.barriers
    return barriers.between((heard.lat, heard.lon), unproject(x, y, state.origin)) if barriers else ""


def rarity(state: State) -> Rarity:
    """How usual words are in this district."""
    return Rarity(state.book.rarity, state.book.heard)


def _rate_here(state: State, heard: Heard) -> float:
    kind, prior = heard.kind, state.tables.model.prior
    known = state.tables.model.kinds.get(kind)
    if known is None:
        return 0.0
    cell = cell_name(heard.lat, heard.lon, prior.cell_deg)
    return known.rate * HOUR / DAY * hour_factor(prior, heard.at) * cell_factor(prior, kind, cell)


def _near_repeat(state: State, heard: Heard, candidates: list[tuple[float, Happening]]) -> float:
    prior = state.tables.model.prior
    if prior.near_repeat <= 0.0:
        return 0.0
    near = [
        (distance, abs(heard.at - incident.tally.first))
        for distance, incident in candidates
        if heard.claims in incident.tally.kinds
    ]
    return near_repeat_nats(prior, near)
