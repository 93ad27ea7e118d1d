"""The watch on the borders without a database: for replays and benchmarks, which hold every district themselves."""

from collections import Counter
from datetime import datetime

from contracts.actions import Action
from contracts.incidents import Incident
from contracts.signals import Signal
from fusion.border_weighing import Side, Usual, cession, weigh_across
from fusion.engine import Outputs
from fusion.neighbours import Neighbours, Placed, placed
from fusion.tables import Tables


class BorderInMemory:
    """Looks after every record, as the watch of a hub does every second."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._neighbours = Neighbours()
        self._incidents: dict[str, Incident] = {}
        self._signals: dict[str, Signal] = {}
        self._words: Counter[str] = Counter()
        self._heard = 0

    def hear(self, signal: Signal) -> None:
        """A signal that one of the districts is about to take in."""
        self._signals[signal.signal_id] = signal
        self._words.update(set(signal.words))
        self._heard += bool(signal.words)

    def after(self, outputs: Outputs, at: datetime) -> list[Action]:
        """What must cross because of what changed."""
        actions = []
        for one, other in self._neighbours.pairs(self.see(outputs)):
            sides = self._side(one), self._side(other)
            verdict = weigh_across(self._tables, Usual(self._words, self._heard), *sides)
            if verdict is not None:
                actions.append(cession(verdict, *sides, at=at))
        return actions

    def see(self, outputs: Outputs) -> list[Placed]:
        """Take up what changed, and weigh nothing: time passed, or it was weighed before."""
        changed = [placed(incident) for incident in outputs.incidents]
        self._incidents |= {incident.incident_id: incident for incident in outputs.incidents}
        self._neighbours.file(changed)
        for gone in (one.incident_id for one in changed if not one.live):
            del self._incidents[gone]
        return changed

    def _side(self, incident_id: str) -> Side:
        incident = self._incidents[incident_id]
        return Side(incident, tuple(self._signals[member.signal_id] for member in incident.signals))
