"""A day with people in it: the signals, and among them what operators do about what the hub made of them."""

from collections import Counter
from collections.abc import Callable, Iterator

from contracts.actions import Action
from contracts.signals import Signal
from fusion.policy import Params
from fusion.recording import Replay, read_line
from hub.simulate.city.day import CityDay
from hub.simulate.city.files import action_line, signal_line
from hub.simulate.city.operators import Operators


class Corrected:
    """The lines of a corrected day. The engine runs along, so that every correction names what there really is."""

    def __init__(self, day: CityDay, params: Params, seed: int, told: Callable[[str, int, int], None]) -> None:
        self._day, self._told = day, told
        self._replay = Replay(params)
        self._operators = Operators(day.truth, seed)

    @property
    def results(self) -> Counter[str]:
        """What became of the corrections: «merge done», «undo refused», …"""
        return self._operators.results

    def lines(self) -> Iterator[bytes]:
        """Signals and actions as `hub replay` reads them, in order of arrival."""
        total = len(self._day.signals)
        for number, (signal, arrived_at) in enumerate(zip(self._day.signals, self._day.arrivals, strict=True)):
            self._told("replay with operators", number, total)
            for action in self._operators.due(arrived_at):
                yield self._take(action, action_line(action, action.at))
            yield self._take(signal, signal_line(signal, arrived_at))

    def _take(self, what: Signal | Action, line: bytes) -> bytes:
        read = read_line(line)
        for outputs in self._replay.take(read):
            self._operators.see(outputs.incidents, read.arrived_at)
            for result in outputs.results:
                if isinstance(what, Action) and result.action_id == what.action_id:
                    self._operators.hear(what, result)
        return line
