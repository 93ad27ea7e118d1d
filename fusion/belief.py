"""What an incident is, as far as its signals tell: a kind, a false alarm, a call about nothing."""

import math
from operator import itemgetter
from typing import NamedTuple

from fusion.model import REAL_KINDS

FALSE_ALARM, NUISANCE = "false_alarm", "nuisance"
_weight = itemgetter(1)


class Belief(NamedTuple):
    """What an incident is: log weights of the kinds that may be, of false alarm and of nuisance, and their sum."""

    nats: float
    """S(G)"""
    kinds: list[tuple[int, float]]
    """(number in `REAL_KINDS`, log weight), in order of the numbers"""
    false_alarm: float
    nuisance: float

    def likeliest(self, number: int) -> dict[str, float]:
        """Name → probability of so many, likeliest first."""
        named = [(-weight, REAL_KINDS[k]) for k, weight in self.kinds]
        named += [(-self.false_alarm, FALSE_ALARM), (-self.nuisance, NUISANCE)]
        return {name: math.exp(-minus - self.nats) for minus, name in sorted(named)[:number] if minus < math.inf}

    def real(self) -> float:
        """Probability that something happened."""
        nothing = math.exp(self.false_alarm - self.nats) + math.exp(self.nuisance - self.nats)
        return 1.0 - nothing

    def best(self) -> int:
        """The likeliest kind's number; of equals the least."""
        return max(self.kinds, key=_weight)[0]
