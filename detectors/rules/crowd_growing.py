"""A crowd in the making (人员快速聚集预警): how fast it grows and when it will be one, said before it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope
from detectors.rules.vehicles import persons_of
from detectors.trend import Trend, trend_of
from detectors.zones import standing_in

BIN_S = 5.0
"""counts are averaged over so long: who is missed in one picture is there in the next"""
FAR_S = 3600.0
"""beyond an hour there is no saying when"""


@dataclass(frozen=True, slots=True)
class Growth:
    """State between steps: the counts of the last minutes, and the happening."""

    counts: tuple[tuple[datetime, int], ...] = ()
    happening: Happening = NOTHING


START = Growth()


def step(state: Growth, sight: Sight, now: datetime, scope: Scope) -> tuple[Growth, Intent | None]:
    """Fold one picture in; works on keyframes as well as on tracks."""
    if state.counts and now <= state.counts[-1][0]:
        return state, None
    persons = persons_of(standing_in(scope.zone, sight.detections))
    counts = (*_recent(state.counts, now, scope), (now, len(persons)))
    trend = _trend(counts, now, scope)
    happening, intent = fold(state.happening, _level(trend, len(persons), scope), now, scope.limits())
    forecast = _forecast(trend, scope) if trend is not None else {}
    return Growth(counts, happening), about(intent, persons, **forecast)


def _recent(counts: Sequence[tuple[datetime, int]], now: datetime, scope: Scope) -> Sequence[tuple[datetime, int]]:
    """Those within the window; none after a gap in which anything may have happened."""
    if counts and (now - counts[-1][0]).total_seconds() > scope["window_s"] / 2:
        return ()
    return [one for one in counts if (now - one[0]).total_seconds() < scope["window_s"]]


def _trend(counts: Sequence[tuple[datetime, int]], now: datetime, scope: Scope) -> Trend | None:
    """Of the last third of the window where growth is sure there already, else of the whole of it."""
    late = [one for one in counts if (now - one[0]).total_seconds() < scope["window_s"] / 3]
    quick = trend_of(_binned(late, now))
    trend = quick if quick is not None and quick.low > 0 else trend_of(_binned(counts, now))
    if trend is None:
        return None
    return replace(
        trend, level=trend.level + trend.slope * BIN_S / 2
    )  # the last point is the middle of its bin, not now


def _binned(counts: Sequence[tuple[datetime, int]], now: datetime) -> list[tuple[float, float]]:
    """Mean count of every five seconds, against seconds before now."""
    by_bin = groupby(counts, key=lambda one: int((now - one[0]).total_seconds() // BIN_S))
    return [(-BIN_S * (number + 0.5), _mean([count for _, count in group])) for number, group in by_bin]


def _level(trend: Trend | None, count: int, scope: Scope) -> Level:
    if trend is None:
        return Level(count, on=False, off=True)
    short = scope.persons("persons_on") - trend.level
    is_soon = 0 < short <= trend.slope * scope["within_s"]
    is_sure = trend.low > 0 and 60 * trend.slope >= scope["rate_on"]
    on = is_soon and is_sure and trend.level >= scope["persons_min"] and count < scope.persons("persons_on")
    return Level(count, on=on, off=short <= 0 or 60 * trend.slope < scope["rate_off"])


def _forecast(trend: Trend, scope: Scope) -> Mapping[str, float]:
    """Rate, and time to the threshold with its interval; the far end is left out where it is out of sight."""
    threshold = scope.persons("persons_on")
    short = max(0.0, threshold - trend.level)
    found = {"rate_per_min": round(60 * trend.slope, 1), "threshold": threshold}
    for name, slope in (("eta_s", trend.slope), ("eta_low_s", trend.high), ("eta_high_s", trend.low)):
        if slope > 0 and short / slope <= FAR_S:
            found[name] = round(short / slope)
    return found


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)
