"""One signal against one incident: what it would add, term by term, and how that is told honestly."""

import math
from dataclasses import dataclass

from contracts.incidents import Details, Terms
from fusion.activity import busier_nats
from fusion.barriers import BARRIER_NATS
from fusion.belief import Belief
from fusion.book import Happening
from fusion.evidence import Evidence, alone
from fusion.heard import Heard, unproject
from fusion.honesty import DIGITS, fair
from fusion.model import DAY, HOUR, REAL_KINDS
from fusion.part import Part
from fusion.scoring import Stages, belief, stages, told_kinds
from fusion.state import State
from fusion.tables import Tables
from fusion.terms.prior import cell_factor, cell_name, coverage, hour_factor, near_repeat_nats
from fusion.terms.space import UNIT_M2, mahalanobis2
from fusion.terms.time import log_sum
from fusion.terms.words import Rarity, WordsTerm, words_term
from fusion.trying import Trial, stages_with, tried

HOPELESS_NATS = 8.0
"""against a new incident: 1 to 3,000; such a candidate is not weighed to the end, and not told of"""
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
    trial: Trial
    distance: float
    sigma: float
    lag: float
    words: WordsTerm
    barrier: str
    near_repeat: float
    five: Terms | None = None
    """the terms but for the bias, as far as they were asked for"""

    @property
    def belief(self) -> Belief:
        """What the incident is, with the signal."""
        return self.trial.belief

    @property
    def outlier(self) -> bool:
        """Whether the signal's place is disbelieved."""
        return self.trial.outlier


@dataclass(slots=True)
class Weighed:
    """A signal with what is the same for all candidates."""

    part: Part
    alone: Evidence
    score: float
    """S({e}) as things are now"""
    near_repeat: float
    """nats by which a new happening is likelier because others of its kind happened near"""
    activity: float
    """how many times the usual happens now"""
    new_rate: float
    """new happenings of its kind expected here and now, per km² and hour"""
    covered: float
    """cameras that see the place, mean"""
    rarity: Rarity


def weigh_alone(state: State, heard: Heard, candidates: list[tuple[float, Happening]]) -> Weighed:
    """The signal as an incident of its own."""
    part = state.part(heard)
    evidence = alone(state.tables, part)
    activity = state.activity(exercise=heard.exercise).factor
    return Weighed(
        part,
        evidence,
        score_now(state, evidence, activity),
        _near_repeat(state, heard, candidates),
        activity,
        round(activity * _rate_here(state, heard), 4),
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
    apart = score_now(state, its, weighed.activity) + weighed.score - words.nats + weighed.near_repeat
    if barrier:
        apart += BARRIER_NATS
    doubtful = may_be_gross(tables, part, x, y, variance)
    trial = tried(tables, its, part, lambda: state.parts_of(incident), state.origin, doubtful=doubtful)
    believed = trial.belief
    raw = believed.nats + busier_nats(weighed.activity, believed) - apart
    if raw < -HOPELESS_NATS:
        return None
    extent = tables.extents[tables.extent_of[believed.best()]]
    sigma = math.sqrt((part.covariance[0] + part.covariance[2]) / 2 + variance + extent * extent)
    scored = Score(
        incident_id=incident.incident_id,
        nats=0.0,
        raw=raw,
        trial=trial,
        distance=round(distance, 1),
        sigma=round(sigma, 1),
        lag=round(heard.at - incident.tally.first, 3),
        words=words,
        barrier=barrier,
        near_repeat=weighed.near_repeat,
    )
    scored.nats = fair(state, part.source, raw, lambda: _five_terms(state, weighed, scored))
    return scored


def score_now(state: State, evidence: Evidence, activity: float) -> float:
    """S(G), when `activity` times the usual happens."""
    what = belief(state.tables, evidence, state.origin)
    return what.nats + busier_nats(activity, what)


def may_be_gross(tables: Tables, part: Part, x: float, y: float, variance: float) -> bool:
    """Whether a grossly wrong place may explain a signal better than its stated error does."""
    r11, r12, r22 = part.covariance[0] + variance, part.covariance[1], part.covariance[2] + variance
    density = -0.5 * mahalanobis2(part.x - x, part.y - y, (r11, r12, r22)) - 0.5 * math.log(r11 * r22 - r12 * r12)
    return density + NEAR_UNIT < tables.gross[part.source] + DOUBT


def terms_of(state: State, weighed: Weighed, scored: Score) -> Terms:
    """Each term's nats in the fixed order in which the factors are turned on; they sum to the score exactly."""
    five = _five_terms(state, weighed, scored)
    return five | {"bias": round(scored.nats - math.fsum(five.values()), DIGITS)}


def _five_terms(state: State, weighed: Weighed, scored: Score) -> Terms:
    """As the model has them, reckoned once."""
    if scored.five is None:
        tables, its, kinds = state.tables, state.evidence[scored.incident_id], told_kinds(scored.belief)
        across = BARRIER_NATS if scored.barrier else 0.0
        sides = (
            stages_with(tables, its, weighed.part, scored.trial, kinds),
            stages(tables, its, kinds),
            stages(tables, weighed.alone, kinds),
        )
        five = apart_by_term(kinds, sides, scored.raw, scored.words.nats)
        scored.five = five | {
            "space": round(five["space"] - across, DIGITS),
            "prior": round(five["prior"] + across, DIGITS),
        }
    return scored.five


def apart_by_term(
    kinds: list[tuple[int, float]], sides: tuple[Stages, Stages, Stages], raw: float, words: float
) -> Terms:
    """The nats by which (together, without the signal, the signal alone) differ, term by term; barriers left out."""
    whole = log_sum([weight for _, weight in kinds])
    space, in_time, claimed = (
        with_it - without - alone + whole for with_it, without, alone in zip(*sides, strict=True)
    )
    return {
        "space": round(space, DIGITS),
        "time": round(in_time - space, DIGITS),
        "kind": round(claimed - in_time, DIGITS),
        "words": round(words, DIGITS),
        "prior": round(raw - words - claimed, DIGITS),
    }


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
        activity=round(weighed.activity, 2),
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
