"""Tracks that stay in a zone: the common core of the rules about somebody who is where nobody should be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.detections import Track
from detectors.rules.happening import NOTHING, Happening, Intent, Level, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope

LAPSE_S = 1.5
"""a track may be lost or step over the line for so long without beginning anew"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One track in the zone."""

    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Staying:
    """State between steps: who is in the zone since when, and the happening they make."""

    visits: Mapping[int, Visit] = field(default_factory=dict)
    happening: Happening = NOTHING
    loiters: bool = False
    """that somebody loiters was told"""


START = Staying()


def stay(state: Staying, inside: Sequence[Track], now: datetime, scope: Scope) -> tuple[Staying, Intent | None]:
    """Fold in who is inside now; the longest stay is told with every update, and at once when it becomes loitering."""
    visits = _visits(state.visits, inside, now)
    long_enough = {number for number, visit in visits.items() if _stayed_s(visit) >= scope["dwell_s"]}
    since = min((visits[number].since for number in long_enough), default=None)
    level = Level(len(long_enough), on=bool(long_enough), off=not visits, since=since)
    stayed_s = max((_stayed_s(visit) for visit in visits.values()), default=0.0)
    loiters = stayed_s >= scope["loiter_s"]
    intruders = [track for track in inside if track.track_id in long_enough]
    limits = scope.limits()
    if loiters and intruders and not state.loiters:
        limits = replace(limits, every_s=0.0)
    happening, intent = fold(state.happening, level, now, limits)
    measures = {"stayed_s": round(stayed_s, 1), **({"loitered_s": round(stayed_s, 1)} if loiters else {})}
    told = loiters and (state.loiters or (intent is not None and bool(intruders)))
    return Staying(visits, happening, told and happening.started_at is not None), about(intent, intruders, **measures)


def _visits(before: Mapping[int, Visit], inside: Sequence[Track], now: datetime) -> dict[int, Visit]:
    """Those seen inside now, and those inside a moment ago."""
    recent = {number: visit for number, visit in before.items() if (now - visit.last).total_seconds() <= LAPSE_S}
    seen = {track.track_id: Visit(_since(recent, track, now), now) for track in inside}
    return recent | seen


def _since(recent: Mapping[int, Visit], track: Track, now: datetime) -> datetime:
    known = recent.get(track.track_id)
    return known.since if known else now


def _stayed_s(visit: Visit) -> float:
    return (visit.last - visit.since).total_seconds()
