"""Somebody crosses a line (越界绊线) in the direction that counts; who dithers on it has not crossed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.cameras import Line
from contracts.detections import Track
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope
from detectors.rules.vehicles import PERSON, VEHICLES
from detectors.zones import Point

FORGET_S = 3.0
"""a track unseen for longer is another one"""
BEYOND = 0.05
"""who passes the line's end by at most this share of its length has crossed it"""
LEFT, RIGHT = "left", "right"


@dataclass(frozen=True, slots=True)
class Walk:
    """One track: on which side it surely was last, where, and since when it is surely on the other."""

    last: datetime
    side: int = 0
    """+1: to the right hand of who walks the line from start to end; -1: to the left; 0: not yet known"""
    point: Point = (0.0, 0.0)
    over_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """State between steps; the counts are of the happening that goes on."""

    walks: Mapping[int, Walk] = field(default_factory=dict)
    to_left: int = 0
    to_right: int = 0
    happening: Happening = NOTHING


START = Crossing()


def step(state: Crossing, sight: Sight, now: datetime, scope: Scope) -> tuple[Crossing, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None or scope.line is None:
        return state, None
    labels = {PERSON} | (VEHICLES if scope["vehicles"] else frozenset())
    watched = [track for track in sight.tracks if track.label in labels]
    walks = {n: walk for n, walk in state.walks.items() if (now - walk.last).total_seconds() <= FORGET_S}
    crossed: list[tuple[Track, str]] = []
    for track in watched:
        known = walks.get(track.track_id, Walk(now))
        walks[track.track_id], direction = _walk(known, track, now, scope.line, scope, sight.aspect)
        if direction is not None and scope.direction in ("both", direction):
            crossed.append((track, direction))
    return _told(replace(state, walks=walks), crossed, now, scope)


def _told(
    state: Crossing, crossed: Sequence[tuple[Track, str]], now: datetime, scope: Scope
) -> tuple[Crossing, Intent | None]:
    to_left = state.to_left + sum(direction == LEFT for _, direction in crossed)
    to_right = state.to_right + sum(direction == RIGHT for _, direction in crossed)
    count = to_left + to_right
    happening, intent = fold(
        state.happening, Level(count, on=bool(crossed), off=not crossed), now, replace(scope.limits(), soonest_s=3.0)
    )
    told = about(intent, [track for track, _ in crossed], to_left=to_left, to_right=to_right)
    if happening.started_at is None:
        to_left = to_right = 0
    return Crossing(state.walks, to_left, to_right, happening), told


def _walk(walk: Walk, track: Track, now: datetime, line: Line, scope: Scope, aspect: float) -> tuple[Walk, str | None]:
    """The walk after this fix, and the direction in which it crossed, if it just has."""
    side, beside = _side(line, track.box.foot, aspect)
    if beside < scope["margin"] * (track.box.y1 - track.box.y0):
        return replace(walk, last=now), None  # on the line: neither here nor there, and whatever it was it stays
    if side == walk.side or walk.side == 0:
        return Walk(now, side, track.box.foot), None
    since = walk.over_since or now
    if (now - since).total_seconds() < scope["settle_s"]:
        return replace(walk, last=now, over_since=since), None
    through = _meets(line, walk.point, track.box.foot)
    return Walk(now, side, track.box.foot), (RIGHT if side > 0 else LEFT) if through else None


def _side(line: Line, point: Point, aspect: float) -> tuple[int, float]:
    """Which side of the line, and how far from it in picture heights."""
    (x0, y0), (x1, y1), (x, y) = line.start, line.end, point
    dx, dy = (x1 - x0) * aspect, y1 - y0
    cross = dx * (y - y0) - dy * (x - x0) * aspect
    return (1 if cross > 0 else -1), abs(cross) / max(1e-9, (dx * dx + dy * dy) ** 0.5)


def _meets(line: Line, a: Point, b: Point) -> bool:
    """Whether the way from a to b, which lie on its two sides, leads through the line and not past its ends."""
    (x0, y0), (x1, y1) = line.start, line.end
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = dx * (y1 - y0) - dy * (x1 - x0)
    if along == 0:
        return False
    share = (dx * (a[1] - y0) - dy * (a[0] - x0)) / along
    return -BEYOND <= share <= 1 + BEYOND
