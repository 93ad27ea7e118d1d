"""Many vehicles that hardly move (交通拥堵): by their count and the median of their speeds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.motion import Path, paths, speed_m_s
from detectors.rules.scope import Scope
from detectors.rules.vehicles import VEHICLES
from detectors.zones import tracks_in

KEEP_S = 4.0
OVER_S = 3.5
"""traffic is slow to change: speeds over some seconds"""


@dataclass(frozen=True, slots=True)
class Traffic:
    """State between steps."""

    paths: Mapping[int, Path] = field(default_factory=dict)
    happening: Happening = NOTHING


START = Traffic()


def step(state: Traffic, sight: Sight, now: datetime, scope: Scope) -> tuple[Traffic, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None:
        return state, None
    vehicles = [track for track in tracks_in(scope.zone, sight.tracks) if track.label in VEHICLES]
    seen = paths(state.paths, vehicles, now, aspect=sight.aspect, scope=scope, keep_s=KEEP_S)
    known = (speed_m_s(seen[track.track_id], now, track.label, over_s=OVER_S) for track in vehicles)
    speeds = [speed for speed in known if speed is not None]
    happening, intent = fold(state.happening, _level(len(vehicles), speeds, scope), now, scope.limits())
    return Traffic(seen, happening), about(intent, vehicles, speed_m_s=round(median(speeds), 1) if speeds else 0.0)


def _level(vehicles: int, speeds: list[float], scope: Scope) -> Level:
    """Of traffic whose speed is not known yet nothing is said."""
    speed = median(speeds) if speeds else None
    on = vehicles >= scope["vehicles_on"] and speed is not None and speed <= scope["slow_m_s"]
    off = vehicles < scope["vehicles_off"] or (speed is not None and speed >= scope["flow_m_s"])
    return Level(vehicles, on=on, off=off)
