"""What an incident is, as far as its signals tell: a kind, a false alarm, a call about nothing."""

import math
from typing import NamedTuple

from fusion.model import REAL_KINDS

FALSE_ALARM, NUISANCE = "false_alarm", "nuisance"


class Belief(NamedTuple):
    """What an incident is: log weights of the kinds that may be, of false alarm and of nuisance, and their sum."""

    nats: float
    """S(G)"""
    kinds: list[tuple[int, float]]
    """(number in `REAL_KINDS`, log weight)"""
    false_alarm: float
    nuisance: float

    def probabilities(self) -> dict[str, float]:
        """Name → probability, likeliest first."""
        named = [(REAL_KINDS[k], weight) for k, weight in self.kinds]
        named += [(FALSE_ALARM, self.false_alarm), (NUISANCE, self.nuisance)]
        shares = [(name, math.exp(weight - self.nats)) for name, weight in named if weight > -math.inf]
        return dict(sorted(shares, key=lambda share: (-share[1], share[0])))

    def real(self) -> float:
        """Probability that something happened."""
        nothing = math.exp(self.false_alarm - self.nats) + math.exp(self.nuisance - self.nats)
        return 1.0 - nothing

    def best(self) -> int:
        """The likeliest kind's number."""
        return max(self.kinds, key=lambda kind: (kind[1], -kind[0]))[0]
