"""A decision told in words and numbers: each candidate's score as a waterfall, what each term was made of, why not.

What is printed adds up: running totals are rounded, and a step is the difference of two of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.incidents import Candidate, Decision

ORDER = ("space", "time", "kind", "words", "prior")
LAST = "bias"
DIGITS = 2
LEAST_SHARE = 0.02
KINDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One term: from the running total before it to the one after, nats, rounded as printed."""

    term: str
    start: float
    end: float
    note: str

    @property
    def nats(self) -> float:
        """What it added, as printed."""
        return round(self.end - self.start, DIGITS)


def waterfall(candidate: Candidate) -> list[Step]:
    """The terms in their order, calibration last; the last step ends at the printed score."""
    exact, shown, steps = 0.0, 0.0, []
    for term in sorted(candidate.terms, key=_place):
        exact += candidate.terms[term]
        after = round(exact, DIGITS)
        steps.append(Step(term, shown, after, note(term, candidate)))
        shown = after
    return steps


def note(term: str, candidate: Candidate) -> str:
    """What a term was made of; empty for one of a later model."""
    said = _NOTES.get(term)
    return "" if said is None else ", ".join(said(candidate))


def why(decision: Decision, candidate: Candidate) -> str:
    """Why this candidate was or was not taken, in one clause."""
    barred = [one for one in decision.constraints if one.endswith(f":{candidate.incident_id}")]
    if decision.chosen in ("join", "provisional") and candidate.incident_id == decision.incident_id:
        if "call_beside_call" in decision.constraints:
            return "joined, but waits for a person: a call beside a call always does"
        return "joined" if decision.chosen == "join" else "joined, but not sure enough: waits for a person"
    if barred:
        return _BARRED.get(barred[0].split(":", 1)[0], barred[0])
    if decision.chosen == "new":
        return "not joined: a new happening is likelier, or another constraint held"
    return "not joined: another candidate is likelier"


_BARRED = {
    "never_merge": "not joined: a person said that these are not the same",
    "closed_by_person": "not joined: a person closed it",
    "closed_by_silence": "not joined: it was closed by silence",
}


def _place(term: str) -> tuple[int, str]:
    if term == LAST:
        return len(ORDER) + 1, term
    return (ORDER.index(term) if term in ORDER else len(ORDER)), term


def _space(candidate: Candidate) -> Iterator[str]:
    yield f"{candidate.distance_m:.0f} m apart, σ {candidate.sigma_m:.0f} m"
    if candidate.details.outlier:
        yield "grossly off?"
    if candidate.details.barrier:
        yield f"across {candidate.details.barrier}"


def _time(candidate: Candidate) -> Iterator[str]:
    yield f"{_span(abs(candidate.lag_s))} {'earlier' if candidate.lag_s < 0 else 'later'}"
    if candidate.details.source_median_s:
        yield f"median of this source {_span(candidate.details.source_median_s)}"


def _kind(candidate: Candidate) -> Iterator[str]:
    details = candidate.details
    if details.claim:
        yield f"claims {details.claim}"
    # The database keeps the members of an object in an order of its own.
    by_share = sorted(details.kinds.items(), key=lambda one: (-one[1], one[0]))
    likely = [(kind, share) for kind, share in by_share if share >= LEAST_SHARE][:KINDS_SHOWN]
    if likely:
        yield "together " + " ".join(f"{kind} {share:.0%}" for kind, share in likely)


def _words(candidate: Candidate) -> Iterator[str]:
    details = candidate.details
    if details.shared:
        yield "shared " + " ".join(f"{word} {nats:+.2f}" for word, nats in details.shared)
    if details.only_here:
        yield "only here " + " ".join(details.only_here)


def _prior(candidate: Candidate) -> Iterator[str]:
    if candidate.details.new_rate_km2_h:
        yield f"{candidate.details.new_rate_km2_h:.2g} new per km² and hour"
    if round(candidate.details.activity, 1) != 1.0:
        yield f"{candidate.details.activity:.1f} times the usual happens now"
    if candidate.details.coverage:
        yield f"seen by {candidate.details.coverage:.1f} cameras"


def _bias(candidate: Candidate) -> Iterator[str]:
    yield "caution about joining, by how right this source was"


_NOTES = {"space": _space, "time": _time, "kind": _kind, "words": _words, "prior": _prior, "bias": _bias}


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
