"""Our side: a day through the engine, signal by signal, and what came of it."""

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.incidents import Decision, Incident
from contracts.signals import Signal, identity_of
from fusion.engine import Outputs
from fusion.journal import Incoming
from fusion.policy import Params
from fusion.recording import Line, Replay, decision_line
from hub.bench.fusion_set.points import Day


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of a signal's best candidate, and whether it was so."""

    signal_id: str
    source: str
    chosen: str
    p: float
    """of the best candidate"""
    right: bool
    """most of the candidate's members were truly of the signal's cluster"""
    decision: Decision


@dataclass(slots=True)
class Played:
    """A day as the engine left it."""

    found: dict[str, str] = field(default_factory=dict)
    """signal → incident"""
    p_of: dict[str, float] = field(default_factory=dict)
    """signal → with what probability it sits there; 1 of a founder"""
    judged: list[Judged] = field(default_factory=list)
    step_s: list[float] = field(default_factory=list)
    """wall time of each signal's step"""
    fused_s: list[float] = field(default_factory=list)
    """the same of the steps in which a second source's first signal found its incident"""
    second: int = 0
    """how many second sources arrived"""
    moves: int = 0
    """how often a signal that sat somewhere came to sit somewhere else"""
    digest: str = ""
    """of every decision, in order"""


def play(day: Day, params: Params, hear: Callable[[int, int], None] | None = None) -> Played:
    """Run the day; `hear(done, total)` is told now and then."""
    played = Played()
    replay = Replay(params, borders=len({signal.district for signal, _ in day.signals}) > 1)
    watch = _Watch(day, played)
    digest = hashlib.blake2b(digest_size=16)
    for done, (signal, arrived_at) in enumerate(day.signals):
        if hear is not None and done % 500 == 0:
            hear(done, len(day.signals))
        outputs = replay.take(line_of(signal, arrived_at))
        while True:
            began_s = time.perf_counter()
            one = next(outputs, None)
            spent_s = time.perf_counter() - began_s
            if one is None:
                break
            last = spent_s
            watch.see(one)
            for decision in one.decisions:
                digest.update(json.dumps(decision_line(decision), sort_keys=True).encode())
        played.step_s.append(last)
        watch.arrived(signal, last)
    played.digest = digest.hexdigest()
    return played


def line_of(signal: Signal, arrived_at: datetime) -> Line:
    """A signal as a recorded one."""
    return Line(arrived_at.astimezone(UTC), Incoming(signal.district, "signal", identity_of(signal), b"", signal))


class _Watch:
    """What an onlooker who knows the truth writes down."""

    def __init__(self, day: Day, played: Played) -> None:
        self._truth, self._source_of, self._played = day.truth, day.source_of, played
        self._members: dict[str, Counter[str]] = defaultdict(Counter)
        """incident → true cluster → members"""
        self._sources: dict[str, set[str]] = defaultdict(set)
        """true cluster → sources heard of it"""
        self._heard: dict[str, list[str]] = defaultdict(list)
        """true cluster → its signals so far"""

    def see(self, outputs: Outputs) -> None:
        """The decisions against what the incidents held before them; then the incidents as they are now."""
        for decision in outputs.decisions:
            self._judge(decision)
        for incident in outputs.incidents:
            self._seat(incident)

    def arrived(self, signal: Signal, spent_s: float) -> None:
        """A signal is through: was it the first of a second source?"""
        cluster = self._truth.get(signal.signal_id)
        if cluster is None:
            return
        known, others = self._sources[cluster], self._heard[cluster]
        if known and signal.source not in known:
            self._played.second += 1
            if any(self._played.found[signal.signal_id] == self._played.found[other] for other in others):
                self._played.fused_s.append(spent_s)
        known.add(signal.source)
        others.append(signal.signal_id)

    def _judge(self, decision: Decision) -> None:
        cluster = self._truth.get(decision.signal_id)
        if cluster is None or not decision.candidates or decision.chosen not in ("join", "provisional", "new"):
            return
        best = max(decision.candidates, key=lambda candidate: candidate.p)
        held = self._members[best.incident_id]
        right = held[cluster] > 0 and held[cluster] == max(held.values())
        self._played.judged.append(
            Judged(decision.signal_id, self._source_of[decision.signal_id], decision.chosen, best.p, right, decision)
        )

    def _seat(self, incident: Incident) -> None:
        played = self._played
        for member in incident.signals:
            before = played.found.get(member.signal_id)
            played.moves += before is not None and before != incident.incident_id
            played.found[member.signal_id] = incident.incident_id
            played.p_of[member.signal_id] = member.p
        self._members[incident.incident_id] = Counter(
            self._truth[member.signal_id] for member in incident.signals if member.signal_id in self._truth
        )


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of them lie; 0 of nothing."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0
