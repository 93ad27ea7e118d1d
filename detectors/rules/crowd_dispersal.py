"""Several persons run at once (人群奔散): by the median of each one's speed over a second."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from contracts.detections import Track
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.motion import Path, paths, speed_m_s
from detectors.rules.pedestrian_on_road import rides
from detectors.rules.scope import Scope
from detectors.rules.vehicles import PERSON
from detectors.zones import tracks_in

KEEP_S = 1.5


@dataclass(frozen=True, slots=True)
class Running:
    """State between steps."""

    paths: Mapping[int, Path] = field(default_factory=dict)
    happening: Happening = NOTHING


START = Running()


def step(state: Running, sight: Sight, now: datetime, scope: Scope) -> tuple[Running, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None:
        return state, None
    persons = [track for track in tracks_in(scope.zone, sight.tracks) if track.label == PERSON]
    seen = paths(state.paths, persons, now, aspect=sight.aspect, scope=scope, keep_s=KEEP_S)
    on_foot = [track for track in persons if not rides(track, sight.detections)]
    speeds = [(track, speed_m_s(seen[track.track_id], now, PERSON)) for track in on_foot]
    known = [(track, speed) for track, speed in speeds if speed is not None]
    runners = [(track, speed) for track, speed in known if speed >= scope["run_m_s"]]
    happening, intent = fold(state.happening, _level(len(runners), len(known), scope), now, scope.limits())
    return Running(seen, happening), _told(intent, runners)


def _level(runners: int, known: int, scope: Scope) -> Level:
    on = runners >= scope["runners_on"] and runners >= scope["share"] * known
    return Level(runners, on=on, off=runners < max(1.0, scope["runners_on"] / 2))


def _told(intent: Intent | None, runners: list[tuple[Track, float]]) -> Intent | None:
    speed = median(speed for _, speed in runners) if runners else 0.0
    return about(intent, [track for track, _ in runners], speed_m_s=round(speed, 1))
