"""A vehicle that goes against the direction of its lane (逆行): the line's start to its end is the permitted one."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracts.detections import Track
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.motion import Path, moved_m, paths
from detectors.rules.scope import Scope
from detectors.rules.vehicles import VEHICLES
from detectors.zones import tracks_in

KEEP_S = 4.0


@dataclass(frozen=True, slots=True)
class Driving:
    """State between steps."""

    paths: Mapping[int, Path] = field(default_factory=dict)
    happening: Happening = NOTHING


START = Driving()


def step(state: Driving, sight: Sight, now: datetime, scope: Scope) -> tuple[Driving, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None or scope.line is None:
        return state, None
    vehicles = [track for track in tracks_in(scope.zone, sight.tracks) if track.label in VEHICLES]
    seen = paths(state.paths, vehicles, now, aspect=sight.aspect, scope=scope, keep_s=KEEP_S)
    permitted = _permitted(scope, sight.aspect)
    wrong = [track for track in vehicles if _is_wrong(seen[track.track_id], track, permitted, scope)]
    happening, intent = fold(state.happening, Level(len(wrong), on=bool(wrong), off=not wrong), now, scope.limits())
    return Driving(seen, happening), about(intent, wrong)


def _permitted(scope: Scope, aspect: float) -> tuple[float, float]:
    """The permitted direction in the terms of `moved_m`: on the ground where that is known."""
    assert scope.line is not None
    (x0, y0), (x1, y1) = scope.line.start, scope.line.end
    if scope.ground:
        start, end = scope.ground.metres((x0, y0)), scope.ground.metres((x1, y1))
        if start and end:
            return end[0] - start[0], end[1] - start[1]
    return (x1 - x0) * aspect, y1 - y0


def _is_wrong(path: Path, track: Track, permitted: tuple[float, float], scope: Scope) -> bool:
    east, north = moved_m(path[0], path[-1], track.label)
    along = (east * permitted[0] + north * permitted[1]) / (math.hypot(*permitted) or 1.0)
    moved = math.hypot(east, north)
    return moved >= scope["path_m"] and along <= -moved * math.cos(math.radians(scope["angle_deg"]))
