"""What a recording would have looked like under other numbers: the joins gained and lost, each by its signal."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fusion.engine import Outputs
from fusion.policy import Params
from fusion.recording import Line, Replay


@dataclass(frozen=True, slots=True)
class Joined:
    """A signal that sits with another under one version and not under the other."""

    signal_id: str
    with_signal: str
    """the founder of the incident it sits in"""
    p: float
    """under the version that joins it"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two versions on the same recording."""

    signals: int
    incidents_now: int
    incidents_then: int
    provisional_now: int
    provisional_then: int
    gained: tuple[Joined, ...]
    """joins that only the new version makes"""
    lost: tuple[Joined, ...]
    """joins that only the version in force makes"""


@dataclass(slots=True)
class Seats:
    """Where everything sits in the end, under one version."""

    incident_of: dict[str, str] = field(default_factory=dict)
    p_of: dict[str, float] = field(default_factory=dict)
    provisional: set[str] = field(default_factory=set)

    def take(self, outputs: Outputs) -> None:
        """The newest revisions."""
        for incident in outputs.incidents:
            for member in incident.signals:
                self.incident_of[member.signal_id] = incident.incident_id
                self.p_of[member.signal_id] = member.p
                (self.provisional.add if member.provisional else self.provisional.discard)(member.signal_id)

    def founders(self) -> dict[str, str]:
        """Incident → the first of its signals."""
        found: dict[str, str] = {}
        for signal_id, incident_id in self.incident_of.items():
            found.setdefault(incident_id, signal_id)
        return found


class Beside:
    """Two versions beside each other on one stream of records; neither has any effect. Long-lived: feed it and look."""

    def __init__(self, now: Params, then: Params) -> None:
        self._now, self._then = (Replay(now), Seats()), (Replay(then), Seats())

    def take(self, line: Line) -> None:
        """One record through both."""
        for replay, seats in (self._now, self._then):
            for outputs in replay.take(line):
                seats.take(outputs)

    def look(self) -> Comparison:
        """The difference so far."""
        now, then = self._now[1], self._then[1]
        return Comparison(
            signals=len(now.incident_of),
            incidents_now=len(set(now.incident_of.values())),
            incidents_then=len(set(then.incident_of.values())),
            provisional_now=len(now.provisional),
            provisional_then=len(then.provisional),
            gained=tuple(_only_in(then, now)),
            lost=tuple(_only_in(now, then)),
        )


def compare(lines: Iterable[Line], now: Params, then: Params, told: Callable[[], None] = lambda: None) -> Comparison:
    """A whole recording under the version in force and under another; `told` after each record."""
    beside = Beside(now, then)
    for line in lines:
        beside.take(line)
        told()
    return beside.look()


def _only_in(this: Seats, other: Seats) -> Iterable[Joined]:
    """Signals that sit with their incident's founder here and apart from it there, the surest first."""
    founders = this.founders()
    found = [
        Joined(signal_id, founders[incident_id], this.p_of[signal_id])
        for signal_id, incident_id in this.incident_of.items()
        if founders[incident_id] != signal_id
        and other.incident_of.get(signal_id) != other.incident_of.get(founders[incident_id])
    ]
    return sorted(found, key=lambda one: (-one.p, one.signal_id))


def by_source(joins: Iterable[Joined], source_of: Mapping[str, str]) -> dict[str, int]:
    """How many of them by the two sources that meet, «camera + grid»."""
    counts: dict[str, int] = defaultdict(int)
    for one in joins:
        pair = sorted((source_of.get(one.signal_id, "?"), source_of.get(one.with_signal, "?")))
        counts[" + ".join(pair)] += 1
    return dict(sorted(counts.items()))
