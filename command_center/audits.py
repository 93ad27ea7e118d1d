"""Which silent decisions a person is asked about, and what an answer means.

Two in a hundred decisions that nobody had to confirm are asked about, so that what nobody doubts is checked, too.
Which ones is fusion's to say (`Ports.audited`), by the signal's identity.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from command_center.messages import Question
from contracts.incidents import Candidate, Decision, Member

Audited = Callable[[str], bool]
"""identity of a signal → whether its silent decision is one to ask about"""
BIAS = "bias"
RETOLD = frozenset({"update", "duplicate"})
"""decisions that leave a signal where it was"""


@dataclass(frozen=True, slots=True)
class Label:
    """A person's answer about one decision, as calibration reads it."""

    decision_id: str
    signal_id: str
    incident_id: str
    """the incident that was asked about"""
    source: str
    chosen: str
    nats: float
    """its score without calibration"""
    same: bool
    weight: float
    """one over the chance that this decision was asked about"""
    params_version: str
    login: str
    at: datetime


def questions(
    decisions: Iterable[Decision], members: Sequence[Member], answered: Collection[str], audited: Audited
) -> tuple[Question, ...]:
    """What to ask about an incident's signals, oldest first: the newest decision about each, while it is still the
    machine's and nobody has answered."""
    newest = {one.signal_id: one for one in decisions if one.chosen not in RETOLD}
    asked = []
    for member in members:
        decision = newest.get(member.signal_id)
        if decision is None or decision.decision_id in answered or member.joined_by == "person":
            continue
        candidate = asked_about(decision, audited)
        if candidate is not None:
            asked.append(
                Question(
                    decision_id=decision.decision_id, signal_id=decision.signal_id, chosen=decision.chosen,
                    incident_id=candidate.incident_id, p=candidate.p,
                )
            )  # fmt: skip
    return tuple(asked)


def asked_about(decision: Decision, audited: Audited) -> Candidate | None:
    """The candidate that a person is asked about: the one joined, or the best left aside; None: no question."""
    if decision.chosen not in ("join", "new") or not decision.candidates or not audited(decision.identity):
        return None
    if any(why.startswith("person:") for why in decision.constraints):
        return None
    if decision.chosen == "new":
        return decision.candidates[0]
    return next((one for one in decision.candidates if one.incident_id == decision.incident_id), None)


def label_of(
    decision: Decision, candidate: Candidate, source: str, *, right: bool, weight: float, login: str, at: datetime
) -> Label:
    """What an answer means: that a join was right says «same», that a new incident was right says «not the same»."""
    return Label(
        decision_id=decision.decision_id, signal_id=decision.signal_id, incident_id=candidate.incident_id,
        source=source, chosen=decision.chosen, nats=round(candidate.score - candidate.terms.get(BIAS, 0.0), 6),
        same=right is (decision.chosen == "join"), weight=weight, params_version=decision.params_version,
        login=login, at=at,
    )  # fmt: skip
