"""Operators who know the truth and correct the hub by it: confirm, dismiss, merge, split, accept, refuse, undo."""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from contracts.actions import Action, ActionName, ActionResult, Actor
from contracts.incidents import Incident, IncidentState
from hub.simulate.city.dice import dice, lag
from hub.simulate.city.drafts import Truth

ATTENTION = 0.12
"""chance that a new revision is looked at"""
STALE = 0.1
"""chance that what was seen is old by the time of the action, or over: the hub must refuse when it matters"""
UNDONE = 0.12
"""chance that an accepted action is taken back"""
LOOK_S, LOOK_SIGMA = 400.0, 0.8
OVER = (IncidentState.CLOSED, IncidentState.REJECTED, IncidentState.MERGED)
DESK = Actor(user="sim-operator", unit="演练席", role="operator")


class Look(NamedTuple):
    """Someone will act on an incident as they saw it."""

    at: datetime
    serial: int
    incident_id: str
    revision: int
    undoes: str = ""
    """the action that is to be taken back"""


class Choice(NamedTuple):
    """What someone decided to do."""

    action: ActionName
    arguments: dict[str, Any]
    reason: str = ""


@dataclass(slots=True)
class Operators:
    """What they have seen of the hub and what they are about to do. Time comes from outside."""

    truth: Mapping[str, Truth]
    seed: int
    results: Counter[str] = field(default_factory=Counter)
    """action name and whether it was accepted → how many"""
    _incidents: dict[str, Incident] = field(default_factory=dict)
    _of_cluster: dict[str, dict[str, None]] = field(default_factory=dict)
    _looks: list[Look] = field(default_factory=list)
    _serial: int = 0

    def see(self, incidents: Iterator[Incident] | tuple[Incident, ...], at: datetime) -> None:
        """New revisions appear on the wall."""
        for incident in incidents:
            self._incidents[incident.incident_id] = incident
            for cluster in self._clusters(incident):
                self._of_cluster.setdefault(cluster, {})[incident.incident_id] = None
            rng = dice(self.seed, "attention", incident.incident_id, incident.revision)
            if incident.signals and rng.random() < ATTENTION:
                self._plan(at, lag(rng, LOOK_S, LOOK_SIGMA), incident)

    def hear(self, action: Action, result: ActionResult) -> None:
        """What the hub made of an action; some that it took are taken back."""
        self.results[f"{action.action} {'done' if result.accepted else 'refused'}"] += 1
        rng = dice(self.seed, "regret", action.action_id)
        incident = self._incidents.get(action.incident_id)
        if result.accepted and action.action != "undo" and incident is not None and rng.random() < UNDONE:
            self._plan(action.at, 30.0 + rng.expovariate(1.0 / 120.0), incident, undoes=action.action_id)

    def due(self, until: datetime) -> Iterator[Action]:
        """What they do up to a moment, in order."""
        while self._looks and self._looks[0].at <= until:
            look = heapq.heappop(self._looks)
            action = self._act(look)
            if action is not None:
                yield action

    def _plan(self, at: datetime, after_s: float, incident: Incident, undoes: str = "") -> None:
        self._serial += 1
        when = at + timedelta(milliseconds=round(after_s * 1000))
        heapq.heappush(self._looks, Look(when, self._serial, incident.incident_id, incident.revision, undoes))

    def _act(self, look: Look) -> Action | None:
        incident = self._incidents[look.incident_id]
        rng = dice(self.seed, "act", look.serial)
        stale = rng.random() < STALE
        if incident.state in OVER and not look.undoes and not stale:
            return None
        choice = Choice("undo", {"action_id": look.undoes}) if look.undoes else self._choose(incident)
        if choice is None:
            return None
        return Action(
            action_id=f"sim-{self.seed}-{look.serial}",
            incident_id=look.incident_id,
            district=incident.district,
            expected_revision=look.revision if stale else incident.revision,
            action=choice.action,
            by=DESK,
            at=look.at,
            reason=choice.reason,
            arguments=choice.arguments,
        )

    def _choose(self, incident: Incident) -> Choice | None:
        clusters = self._clusters(incident)
        if not clusters:
            return None
        most = clusters.most_common(1)[0][0]
        wrong = [m for m in incident.signals if m.signal_id in self.truth and self._cluster(m.signal_id) != most]
        for member in incident.signals:
            if member.provisional and member.signal_id in self.truth:
                said: ActionName = "refuse" if member in wrong else "accept"
                return Choice(said, {"signal_id": member.signal_id})
        if wrong:
            return Choice("split", {"signal_ids": [member.signal_id for member in wrong]})
        return self._whole(incident, most)

    def _whole(self, incident: Incident, cluster: str) -> Choice:
        """An incident of one cluster only: is it all of it, and did it happen?"""
        for other in self._of_cluster[cluster]:
            if other != incident.incident_id and self._mostly(other) == cluster:
                return Choice("merge", {"other": other})
        first = self.truth[next(m.signal_id for m in incident.signals if m.signal_id in self.truth)]
        if first.incident is None:
            return Choice("dismiss", {}, "现场核实无此情况")
        return Choice("confirm", {"kind": first.kind.value, "real": True})

    def _mostly(self, incident_id: str) -> str:
        clusters = self._clusters(self._incidents[incident_id])
        return clusters.most_common(1)[0][0] if clusters else ""

    def _clusters(self, incident: Incident) -> Counter[str]:
        return Counter(self._cluster(m.signal_id) for m in incident.signals if m.signal_id in self.truth)

    def _cluster(self, signal_id: str) -> str:
        return self.truth[signal_id].cluster
