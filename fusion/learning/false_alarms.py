"""What is not there: false alarms per camera by a gamma posterior of dismissals, nuisance calls by counting."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from fusion.learning.labels import Label
from fusion.model import FalseAlarms

SHAPE_LEAST, SHAPE_MOST = 0.1, 5.0
PRIOR_BURSTS = 5.0
NUISANCE_SHAPE = 2.0


def fitted(labels: Sequence[Label], guess: FalseAlarms, cameras: Iterable[str], days: float) -> FalseAlarms:
    """`cameras`: all that could have raised one; `days`: as if everything heard in them had been judged.

    Cameras differ widely, so the prior's own shape is taken from how widely (method of moments).
    """
    bursts = [label for label in labels if not label.real and set(_sources(label)) == {"camera"}]
    of_camera = Counter(label.members[0].camera for label in bursts)
    names = sorted(set(cameras) | set(of_camera))
    if not names:
        return guess
    mean, shape = _spread_of([of_camera[name] for name in names], days, guess.per_day)
    signals = sum(len(label.members) for label in bursts)
    waits = [member.at - label.first for label in bursts for member in label.members if member.at > label.first]
    known = {name: (shape + of_camera[name]) / (shape / mean + days) for name in names}
    return guess.model_copy(
        update={
            "per_day": round(mean, 5),
            "cameras": {name: round(rate, 5) for name, rate in known.items() if abs(rate / mean - 1.0) > 0.02},
            "burst": round((PRIOR_BURSTS * guess.burst + signals) / (PRIOR_BURSTS + len(bursts)), 4),
            "burst_s": round((PRIOR_BURSTS * guess.burst_s + math.fsum(waits)) / (PRIOR_BURSTS + len(waits)), 1),
        }
    )


def nuisance(labels: Sequence[Label], guess: float, km2: float, days: float) -> float:
    """Calls about nothing, per km² and day."""
    calls = sum(1 for label in labels if not label.real and "police_110" in _sources(label))
    return round((NUISANCE_SHAPE + calls) / (NUISANCE_SHAPE / guess + km2 * days), 5)


def _sources(label: Label) -> list[str]:
    return [member.source for member in label.members]


def _spread_of(counts: Sequence[int], days: float, guess: float) -> tuple[float, float]:
    """(mean per day, shape of the gamma over cameras): variance of a count = m + m² / shape."""
    mean_count = (1.0 + sum(counts)) / (1.0 / (guess * days) + len(counts))
    variance = math.fsum((count - mean_count) ** 2 for count in counts) / len(counts)
    excess = variance - mean_count
    shape = mean_count * mean_count / excess if excess > 0.0 else SHAPE_MOST
    return mean_count / days, min(SHAPE_MOST, max(SHAPE_LEAST, shape))
