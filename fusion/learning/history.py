"""What people said in a recording: verdicts on incidents, and words on single joins, as they stood in the end."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.actions import Action
from contracts.incidents import Candidate, Decision, Incident
from contracts.kinds import Kind
from contracts.signals import Signal
from fusion.engine import Outputs
from fusion.heard import Heard
from fusion.learning.calibration import Answer
from fusion.learning.labels import Label
from fusion.policy import Params
from fusion.recording import Line, Replay

JUDGED = ("camera", "police_110", "grid")
BIAS = "bias"
WEIGHED = ("join", "provisional", "new")

Same = Callable[[str, Collection[str]], bool | None]
"""(signal, other signals) → whether it is of their happening; None: nobody said"""


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word on one signal: it is, or is not, of the happening of these others."""

    signal_id: str
    others: frozenset[str]
    same: bool
    weight: float = 1.0


@dataclass(slots=True)
class History:
    """A recording, as far as a fit needs it."""

    heard: dict[str, Heard] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    """each at its last revision"""
    verdicts: dict[str, str] = field(default_factory=dict)
    """incident → confirmed, rejected or nothing"""


def history_of(lines: Iterable[Line], params: Params, told: Callable[[], None] = lambda: None) -> History:
    """Replay a recording and note what people said; `told` after each line. A word that was undone is none."""
    history, replay = History(), Replay(params)
    spoken: dict[str, Word] = {}
    for line in lines:
        before = history.incidents.get(_incident_of(line))
        for outputs in replay.take(line):
            _note(history, replay, line, outputs)
            if isinstance(line.incoming.body, Action):
                _hear_action(spoken, line.incoming.body, outputs, before)
        told()
    history.words = list(spoken.values())
    history.labels = list(_labels(history))
    return history


def same_by(history: History, truth: Mapping[str, str] | None = None) -> Same:
    """Whom to ask: the truth, where it is known of all; else the labels, else single words."""
    cluster = dict(truth or {})
    if not cluster:
        cluster = {member.signal_id: label.incident_id for label in history.labels for member in label.members}
    words: dict[str, list[Word]] = {}
    for word in history.words:
        words.setdefault(word.signal_id, []).append(word)

    def same(signal_id: str, others: Collection[str]) -> bool | None:
        for word in words.get(signal_id, ()):
            if not word.others.isdisjoint(others):
                return word.same
        known = [cluster[other] for other in others if other in cluster]
        if signal_id not in cluster or not known:
            return None
        return known.count(cluster[signal_id]) * 2 > len(known)

    return same


def answers_of(
    lines: Iterable[Line], params: Params, same: Same, asked: Mapping[str, float] | None = None,
    told: Callable[[], None] = lambda: None,
) -> list[Answer]:  # fmt: skip
    """The recording under these numbers, and of each decision whether its best candidate was right, where known.

    `asked`: signal → weight; when given, only those decisions are taken.
    """
    found: list[Answer] = []
    members: dict[str, tuple[str, ...]] = {}
    replay = Replay(params)
    for line in lines:
        for outputs in replay.take(line):
            found += _answered(outputs.decisions, members, same, asked)
            for incident in outputs.incidents:
                members[incident.incident_id] = tuple(member.signal_id for member in incident.signals)
        told()
    return found


def raw_nats(candidate: Candidate) -> float:
    """The score without calibration."""
    return round(candidate.score - candidate.terms.get(BIAS, 0.0), 6)


def terms_of(candidate: Candidate) -> dict[str, float]:
    """Its terms without calibration."""
    return {name: nats for name, nats in candidate.terms.items() if name != BIAS}


def rivals_of(decision: Decision, best: Candidate) -> tuple[float, ...]:
    """The other candidates' scores without calibration."""
    return tuple(raw_nats(one) for one in decision.candidates if one is not best)


def _answered(
    decisions: Sequence[Decision], members: Mapping[str, tuple[str, ...]], same: Same, asked: Mapping[str, float] | None
) -> Iterator[Answer]:
    for decision in decisions:
        if decision.chosen not in WEIGHED or not decision.candidates:
            continue
        if asked is not None and decision.signal_id not in asked:
            continue
        best = max(decision.candidates, key=lambda candidate: candidate.p)
        right = same(decision.signal_id, members.get(best.incident_id, ()))
        if right is not None:
            weight = asked[decision.signal_id] if asked is not None else 1.0
            source = decision.identity.partition("|")[0]
            yield Answer(
                decision.signal_id,
                source,
                raw_nats(best),
                right,
                weight,
                rivals_of(decision, best),
                terms_of(best),
            )


def _note(history: History, replay: Replay, line: Line, outputs: Outputs) -> None:
    book = replay.states()[line.incoming.district].book
    for incident in outputs.incidents:
        history.incidents[incident.incident_id] = incident
        if (own := book.incidents.get(incident.incident_id)) is not None:
            history.verdicts[incident.incident_id] = own.verdict
    body = line.incoming.body
    if isinstance(body, Action) or not hasattr(body, "signal_id"):
        return
    signal: Signal = body  # type: ignore[assignment]
    known = book.signals.get(signal.signal_id)
    if known is not None and known.source in JUDGED and known.kind != Kind.DEVICE.value:
        history.heard[signal.signal_id] = known


def _incident_of(line: Line) -> str:
    body = line.incoming.body
    return body.incident_id if isinstance(body, Action) else ""


def _hear_action(spoken: dict[str, Word], action: Action, outputs: Outputs, before: Incident | None) -> None:
    accepted = any(result.accepted and result.action_id == action.action_id for result in outputs.results)
    if not accepted:
        return
    if action.action == "undo":
        spoken.pop(str(action.arguments.get("action_id", "")), None)
    elif action.action in ("accept", "refuse") and before is not None:
        signal_id = str(action.arguments["signal_id"])
        others = frozenset(member.signal_id for member in before.signals) - {signal_id}
        if others:
            spoken[action.action_id] = Word(signal_id, others, action.action == "accept")


def _labels(history: History) -> Iterator[Label]:
    for name, incident in sorted(history.incidents.items()):
        verdict = history.verdicts.get(name, "")
        members = tuple(
            history.heard[member.signal_id] for member in incident.signals if member.signal_id in history.heard
        )
        if verdict and members:
            kind = incident.kind.value if verdict == "confirmed" else ""
            yield Label(name, members, kind, incident.district)
