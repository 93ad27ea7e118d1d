"""How much more happens than usual: a storm, a festival, New Year's Eve. New happenings are then likelier, and joining
asks for more.

The usual is counted by a fit (`fusion.learning.activity`); what is new is counted as it is founded. Both fade with the
same half-life, so that their ratio is the mean of a Gamma–Poisson rate over the last hours, drawn towards 1 where
little is known. Source: conjugate rates, Gelman et al., Bayesian Data Analysis, §2.6; `fusion.md` §3.5.
"""

import math
from dataclasses import dataclass

from fusion.belief import Belief
from fusion.model import DAY, HOUR, Prior
from fusion.terms.prior import hour_factor

HALF_LIFE_S = 4.0 * HOUR
WEIGHT = 20.0
"""incidents that «as usual» is believed for"""
LEAST, MOST = 0.5, 5.0
"""no counting error makes the machine blind"""


@dataclass(slots=True)
class Activity:
    """New incidents of a district, and how many were to be expected; both fading."""

    founded: float = 0.0
    expected: float = 0.0
    at: float = 0.0
    """until when; 0 where nobody counted the usual yet"""

    def pass_to(self, at: float, usual: float, prior: Prior) -> None:
        """Time goes on; it never runs back. `usual`: incidents a day, 0 where nobody counted them."""
        if usual <= 0.0:
            self.founded = self.expected = self.at = 0.0
            return
        if at <= self.at:
            return
        since_s = at - self.at if self.at else 0.0
        left = 0.5 ** (since_s / HALF_LIFE_S)
        # Over a long silence the hours even out; what is left of it is the mean of a day.
        factor = hour_factor(prior, at) if since_s < HOUR else 1.0
        mean_life_s = HALF_LIFE_S / math.log(2.0)
        self.founded *= left
        self.expected = self.expected * left + usual / DAY * factor * mean_life_s * (1.0 - left)
        self.at = at

    def found(self) -> None:
        """An incident was founded; nothing is counted before it is known what is usual."""
        if self.at:
            self.founded += 1.0

    @property
    def factor(self) -> float:
        """How many times the usual; 1 where nothing is known."""
        if not self.at:
            return 1.0
        return min(MOST, max(LEAST, (WEIGHT + self.founded) / (WEIGHT + self.expected)))


def busier_nats(factor: float, what: Belief) -> float:
    """What S(G) gains when everything but false alarms happens `factor` times as often."""
    if factor == 1.0:
        return 0.0
    return math.log1p((factor - 1.0) * (1.0 - math.exp(what.false_alarm - what.nats)))
