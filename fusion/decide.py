"""From scores to a decision: a softmax over the candidates and «new», the bands, and what no number may override."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from contracts.incidents import Candidate, Terms
from fusion.book import Happening
from fusion.heard import Heard
from fusion.honesty import DIGITS
from fusion.policy import Bands
from fusion.state import State
from fusion.weighing import Score, Weighed, details_of, terms_of

SHOWN = 5
"""candidates kept in a decision"""
FAINT_NATS = 8.0
"""one that is so many nats less likely than the likeliest is not worth a line, unless it is the only one"""


class Verdict(NamedTuple):
    """What to do with one signal."""

    chosen: Literal["join", "provisional", "new"]
    score: Score | None
    """of the incident to join; None for a new one"""
    terms: Terms
    """of that score"""
    p: float
    margin: float
    candidates: tuple[Candidate, ...]
    constraints: tuple[str, ...]
    related: tuple[str, ...]
    """closed incidents that it would have joined: follow-ups"""
    runner_up: str = ""
    """the next best incident; empty: one of its own"""
    rivals: tuple[str, ...] = ()
    """incidents nearly as good as the one that it joined: they may be one"""


def decide(state: State, heard: Heard, weighed: Weighed, scores: Sequence[Score]) -> Verdict:
    """The most probable place for a signal, shown by the bands of `fusion.md` §3.6; ties go to the lowest id.

    A signal that is likelier not new, but equally of two incidents, waits for a person in the better of them.
    """
    barred = {score.incident_id: why for score in scores if (why := bar(state, heard, score))}
    allowed = sorted(
        (score for score in scores if score.incident_id not in barred), key=lambda s: (-s.nats, s.incident_id)
    )
    odds, p_new = shares([score.nats for score in allowed])
    p_of = {score.incident_id: p for score, p in zip(allowed, odds, strict=True)}
    best = allowed[0] if allowed else None
    joins = best if best is not None and best.nats > 0.0 else None
    candidates = _shown(state, heard, weighed, scores, p_of, joins)
    terms = {candidate.incident_id: candidate.terms for candidate in candidates}
    said = _held_back(scores, barred, allowed)
    related = tuple(incident_id for incident_id in said if not barred[incident_id].startswith("never"))
    constraints = tuple(f"{barred[incident_id]}:{incident_id}" for incident_id in said)
    bands = state.book.params.bands
    if joins is None or 1.0 - p_new < bands.provisional:
        margin = -best.nats if best else 0.0
        nearest = best.incident_id if best else ""
        return Verdict("new", None, {}, p_new, round(margin, DIGITS), candidates, constraints, related, nearest)
    chosen, held = band(state, heard, odds[0], state.book.incidents[joins.incident_id], bands)
    second = allowed[1] if len(allowed) > 1 and allowed[1].nats > 0.0 else None
    margin = round(joins.nats - (second.nats if second else 0.0), DIGITS)
    return Verdict(
        chosen, joins, terms[joins.incident_id], odds[0], margin, candidates, constraints + held, related,
        second.incident_id if second else "", _rivals(state, allowed),
    )  # fmt: skip


def _rivals(state: State, allowed: Sequence[Score]) -> tuple[str, ...]:
    least = min(0.0, allowed[0].nats - state.book.params.regrouping.merge_within_nats)
    return tuple(score.incident_id for score in allowed[1:] if score.nats > least)


def band(
    state: State, heard: Heard, p: float, incident: Happening, bands: Bands
) -> tuple[Literal["join", "provisional"], tuple[str, ...]]:
    """How a join of probability `p` is shown: a call beside a call always waits for a person (疑似重复报警)."""
    if heard.source == "police_110" and "police_110" in incident.tally.sources:
        return "provisional", ("call_beside_call",)
    return ("join" if p >= bands.joined else "provisional"), ()


def shares(nats: Sequence[float]) -> tuple[list[float], float]:
    """Probabilities of the candidates and of «new» (0 nats), which add up to one before rounding."""
    top = max(0.0, *nats) if nats else 0.0
    weights = [math.exp(value - top) for value in nats]
    new = math.exp(-top)
    whole = math.fsum(weights) + new
    return [round(weight / whole, DIGITS) for weight in weights], round(new / whole, DIGITS)


def bar(state: State, heard: Heard, score: Score) -> str:
    """Why an incident may not take this signal in, whatever the score; empty when it may."""
    incident = state.book.incidents[score.incident_id]
    if kept_out(heard, incident):
        return "never_merge"
    if incident.closed_by == "person":
        return "closed_by_person"
    if incident.closed_by == "silence":
        before = heard.at <= incident.closed_at and score.nats > state.book.params.bands.reopen_nats
        return "" if before else "closed_by_silence"
    return ""


def kept_out(heard: Heard, incident: Happening) -> bool:
    """Whether a person said that the signal is not of this incident, under any of its names."""
    return any(name == incident.incident_id or name in incident.redirects for name in heard.never)


def _held_back(scores: Sequence[Score], barred: dict[str, str], allowed: Sequence[Score]) -> list[str]:
    """Barred incidents that the signal would have joined, best first."""
    best = max(0.0, allowed[0].nats) if allowed else 0.0
    held = [score for score in scores if score.incident_id in barred and score.nats > best]
    return [score.incident_id for score in sorted(held, key=lambda s: (-s.nats, s.incident_id))]


def _shown(
    state: State, heard: Heard, weighed: Weighed, scores: Sequence[Score], p_of: dict[str, float], joins: Score | None
) -> tuple[Candidate, ...]:
    """The likeliest, and in any case the one that it `joins`, however much likelier those are that are barred."""
    ranked = sorted(scores, key=lambda s: (-s.nats, s.incident_id))[:SHOWN]
    if joins is not None and all(score is not joins for score in ranked):
        ranked[-1] = joins
    least = max(0.0, ranked[0].nats) - FAINT_NATS if ranked else 0.0
    return tuple(
        Candidate(
            incident_id=score.incident_id,
            score=score.nats,
            p=p_of.get(score.incident_id, 0.0),
            terms=terms_of(state, weighed, score),
            distance_m=score.distance,
            sigma_m=score.sigma,
            lag_s=score.lag,
            details=details_of(state, heard, weighed, score),
        )
        for place, score in enumerate(ranked)
        if place == 0 or score is joins or score.nats > least
    )
