"""What a camera's picture usually measures: lately, and in each hour of the day."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from detectors.quality.measures import Floats, Measures

LATELY_S = 300.0
"""the memory of «lately», seconds"""
HOURLY_S = 1800.0
"""the memory of one hour of the day, seconds of looking: about half a day's hour, so a week of days is in it"""
KNOWN_S = 60.0
"""seconds of looking after which something can be said of a camera at all"""
STALE_S = 900.0
"""after so long without a look «lately» says nothing"""
STILL_FADES = 0.9995
HOURS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """A running mean of measures; arrays as in `Measures`."""

    looked_s: float
    first: datetime
    last: datetime
    mean: float
    contrast: float
    clipped: float
    cast: tuple[float, float] | None
    sharpness: float | None
    still_s: float
    """the longest that the picture stood still"""
    edges: Floats
    detail: Floats
    light: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """All that is usual of one camera at one size of picture."""

    lately: Usual | None = None
    hours: tuple[Usual | None, ...] = field(default=(None,) * HOURS)


def learned(baseline: Baseline, seen: Measures, at: datetime, *, passed_s: float, still_s: float) -> Baseline:
    """Take in a picture with nothing wrong; `passed_s` since the look before, `still_s` it has stood still."""
    lately = baseline.lately
    if lately is not None and (at - lately.last).total_seconds() > STALE_S:
        lately = None
    hours = list(baseline.hours)
    hours[at.hour] = _blended(hours[at.hour], seen, at, passed_s, still_s, HOURLY_S)
    return Baseline(_blended(lately, seen, at, passed_s, still_s, LATELY_S), tuple(hours))


def by_the_hour(baseline: Baseline, at: datetime) -> list[Usual]:
    """What is usual at this hour by earlier days, and at the nearer neighbouring hour; hours are of UTC."""
    near = (at.hour + (1 if at.minute >= 30 else -1)) % HOURS
    return [
        usual
        for hour in (at.hour, near)
        if (usual := baseline.hours[hour]) is not None and usual.looked_s >= KNOWN_S and _of_earlier_days(usual, at)
    ]


def of_late(baseline: Baseline, at: datetime) -> list[Usual]:
    """What was usual in the last minutes, if there was enough of it."""
    lately = baseline.lately
    if lately is None or lately.looked_s < KNOWN_S or (at - lately.last).total_seconds() > STALE_S:
        return []
    return [lately]


def longest_still_s(usual: Sequence[Usual]) -> float:
    """How long a picture may have stood still before now, seconds."""
    return max((one.still_s for one in usual), default=0.0)


def _of_earlier_days(usual: Usual, at: datetime) -> bool:
    return (at - usual.first).total_seconds() >= 12 * 3600


def _blended(
    usual: Usual | None, seen: Measures, at: datetime, passed_s: float, still_s: float, memory_s: float
) -> Usual:
    if usual is None:
        return Usual(
            looked_s=passed_s, first=at, last=at, mean=seen.mean, contrast=seen.contrast, clipped=seen.clipped,
            cast=seen.cast, sharpness=seen.sharpness, still_s=still_s, edges=seen.edges, detail=seen.detail,
            light=seen.light,
        )  # fmt: skip
    looked_s = usual.looked_s + passed_s
    share = passed_s / min(looked_s, memory_s) if looked_s > 0 else 1.0
    return replace(
        usual,
        looked_s=looked_s,
        last=at,
        mean=_towards(usual.mean, seen.mean, share),
        contrast=_towards(usual.contrast, seen.contrast, share),
        clipped=_towards(usual.clipped, seen.clipped, share),
        cast=_cast(usual.cast, seen.cast, share),
        sharpness=_sharpness(usual.sharpness, seen.sharpness, share),
        still_s=max(usual.still_s * STILL_FADES**passed_s, still_s),
        edges=usual.edges + np.float32(share) * (seen.edges - usual.edges),
        detail=usual.detail + np.float32(share) * (seen.detail - usual.detail),
        light=usual.light + np.float32(share) * (seen.light - usual.light),
    )


def _towards(old: float, new: float, share: float) -> float:
    return old + share * (new - old)


def _sharpness(old: float | None, new: float | None, share: float) -> float | None:
    if old is None or new is None:
        return new if old is None else old
    return _towards(old, new, share)


def _cast(old: tuple[float, float] | None, new: tuple[float, float] | None, share: float) -> tuple[float, float] | None:
    if old is None or new is None:
        return new if old is None else old
    return _towards(old[0], new[0], share), _towards(old[1], new[1], share)
