"""Somebody lies on the ground who stood there a moment ago (人员倒地).

By place and not by track number, for trackers lose a person who falls: a lying box counts where an upright track was
seen just before, its head having come down while its foot stayed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.detections import Box, Detection, Track
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope
from detectors.rules.vehicles import PERSON, persons_of
from detectors.zones import overlap, standing_in, tracks_in

SHORTLY_S = 6.0
"""between the last upright look and the first lying one"""
LAPSE_S = 5.0
"""who lies may be missed for so long"""
NEAR = 1.0
"""own heights from where the person stood to where it lies"""
SAME_PLACE = 0.3
EDGE = 0.01
"""a box that touches the picture's edge is cut off: its shape says nothing"""


@dataclass(frozen=True, slots=True)
class Upright:
    """A track while it stands or walks."""

    since: datetime
    last: datetime
    box: Box


@dataclass(frozen=True, slots=True)
class Fallen:
    """A place where somebody lies: the box that was first seen lying."""

    box: Box
    since: datetime
    last: datetime
    confidence: float


@dataclass(frozen=True, slots=True)
class Down:
    """State between steps."""

    upright: Mapping[int, Upright] = field(default_factory=dict)
    fallen: tuple[Fallen, ...] = ()
    happening: Happening = NOTHING


START = Down()


def step(state: Down, sight: Sight, now: datetime, scope: Scope) -> tuple[Down, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None:
        return state, None
    upright = _standing(state.upright, tracks_in(scope.zone, sight.tracks), now, sight, scope)
    persons = persons_of(standing_in(scope.zone, sight.detections))
    lying = [hit for hit in persons if _is_whole(hit.box) and _ratio(hit.box, sight) <= scope["lying_ratio"]]
    fallen = _lying(state.fallen, lying, upright.values(), now, sight, scope)
    down = [one for one in fallen if (one.last - one.since).total_seconds() >= scope["down_s"]]
    since = min((one.since for one in down), default=None)
    level = Level(len(down), on=bool(down), off=not fallen, since=since)
    happening, intent = fold(state.happening, level, now, scope.limits())
    longest_s = max(((one.last - one.since).total_seconds() for one in down), default=0.0)
    shown = [Detection(PERSON, one.confidence, one.box) for one in down]
    return Down(upright, fallen, happening), about(intent, shown, down_s=round(longest_s, 1))


def places(state: Down, now: datetime, scope: Scope) -> tuple[Box, ...]:
    """Where a second look is worth its price: where somebody lies, and where somebody who stood has just vanished."""
    vanished = (
        one.box
        for one in state.upright.values()
        if one.last < now and (one.last - one.since).total_seconds() >= scope["upright_s"]
    )
    return (*(one.box for one in state.fallen), *vanished)


def _standing(
    before: Mapping[int, Upright], tracks: Iterable[Track], now: datetime, sight: Sight, scope: Scope
) -> dict[int, Upright]:
    kept = {n: one for n, one in before.items() if (now - one.last).total_seconds() <= SHORTLY_S}
    for track in tracks:
        if track.label == PERSON and _is_whole(track.box) and _ratio(track.box, sight) >= scope["upright_ratio"]:
            known = kept.get(track.track_id)
            kept[track.track_id] = Upright(known.since if known else now, now, track.box)
    return kept


def _lying(
    before: Sequence[Fallen], lying: Sequence[Detection], upright: Iterable[Upright], now: datetime, sight: Sight,
    scope: Scope,
) -> tuple[Fallen, ...]:  # fmt: skip
    kept = [one for one in before if (now - one.last).total_seconds() <= LAPSE_S]
    stood = [one for one in upright if (one.last - one.since).total_seconds() >= scope["upright_s"]]
    for hit in lying:
        same = next((one for one in kept if overlap(one.box, hit.box) >= SAME_PLACE), None)
        if same is not None:
            kept[kept.index(same)] = replace(same, last=now, confidence=max(same.confidence, hit.confidence))
        elif any(_fell(one, hit.box, sight, scope) for one in stood):
            kept.append(Fallen(hit.box, now, now, hit.confidence))
    return tuple(kept)


def _fell(stood: Upright, box: Box, sight: Sight, scope: Scope) -> bool:
    """Whether who stood there may be who lies here."""
    tall = stood.box.y1 - stood.box.y0
    (x0, y0), (x1, y1) = stood.box.foot, box.foot
    is_near = math.hypot((x1 - x0) * sight.aspect, y1 - y0) <= NEAR * tall
    return is_near and box.y0 - stood.box.y0 >= scope["drop"] * tall


def _ratio(box: Box, sight: Sight) -> float:
    """Height / width as the picture shows it."""
    return (box.y1 - box.y0) / max(1e-6, (box.x1 - box.x0) * sight.aspect)


def _is_whole(box: Box) -> bool:
    return box.x0 > EDGE and box.x1 < 1 - EDGE and box.y0 > EDGE and box.y1 < 1 - EDGE
