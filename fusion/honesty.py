"""From nats to honest nats: what people's answers made of a score, and caution where nobody answered yet."""

import math
from bisect import bisect_right
from collections.abc import Callable

from contracts.incidents import Terms
from fusion.model import Calibration
from fusion.state import State
from fusion.tally import Tally

DIGITS = 6
"""floats are rounded to so many digits before they leave"""
FAR_NATS = 6.0
"""a candidate so much worse than a new incident is not weighed term by term"""


def as_one(state: State, tally: Tally, raw: float) -> float:
    """Honest nats for two groups of signals being one.

    Calibration by answers was made for signals as they come, one by one, and tells nothing of groups, of which more is
    known: there the model's own nats count. The caution of a model without answers holds here as there.
    """
    calibration = state.tables.model.calibration
    asked = [calibration[source] for source in tally.sources if source in calibration]
    guessed = [one.offset for one in asked if one.slope == 1.0 and not one.curve and not one.weights]
    return round(raw + min(guessed, default=0.0), DIGITS)


def deserved(calibration: Calibration, terms: Terms) -> float:
    """The terms with the factors that people's answers gave them, nats."""
    weights = calibration.weights
    told = math.fsum(weights.get(name, 1.0) * nats for name, nats in terms.items() if name != "bias")
    return round(told + calibration.weights_offset, DIGITS)


def honest(calibration: Calibration | None, raw: float) -> float:
    """The calibrated nats, rounded as they leave."""
    if calibration is None:
        return round(raw, DIGITS)
    curve = calibration.curve
    if not curve:
        return round(calibration.slope * raw + calibration.offset, DIGITS)
    if raw <= curve[0][0]:
        return round(curve[0][1] + raw - curve[0][0], DIGITS)
    if raw >= curve[-1][0]:
        return round(curve[-1][1] + raw - curve[-1][0], DIGITS)
    place = bisect_right(curve, (raw, math.inf))
    (x1, y1), (x2, y2) = curve[place - 1], curve[place]
    return round(y1 + (y2 - y1) * (raw - x1) / (x2 - x1), DIGITS)


def fair(state: State, source: str, raw: float, terms: Callable[[], Terms]) -> float:
    """Honest nats; by the factors of each term where people's answers gave them, and it may matter."""
    calibration = state.tables.model.calibration.get(source)
    if calibration is not None and calibration.weights and raw > -FAR_NATS:
        return deserved(calibration, terms())
    return honest(calibration, raw)
