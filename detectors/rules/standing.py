"""Vehicles that stand still, by place, so that a switched track id does not matter; and what always stands there.

A kiosk that the model takes for a lorry, a parking bay in the zone's corner: where something has stood for most of the
last hours, the next thing that stands there is the background and not a happening. What came before that was learned,
and what stands on a place that is usually free, always counts, however long it stays.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from contracts.detections import Box, Detection
from detectors.rules.happening import NOTHING, Happening, Intent, Level, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope
from detectors.zones import overlap

MIN_LOOKS = 5
"""seen there in at least so many pictures"""
CELLS_X, CELLS_Y = 64, 36
STANDS_S = 20.0
"""what passes teaches nothing: only what has stood for so long"""
LONGEST_S = 30.0
"""a look says what was there since the last one, but of no more than this"""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a vehicle stands: the box that it was first seen in."""

    box: Box
    since: datetime
    last: datetime
    looks: int
    confidence: float
    label: str = ""
    usual: bool = False
    """something nearly always stood there when this came"""

    @property
    def stands_s(self) -> float:
        """How long it was seen standing."""
        return (self.last - self.since).total_seconds()


def _empty() -> Floats:
    return np.zeros((CELLS_Y, CELLS_X), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """State between steps; `taken` is the share of the time that something stood on each cell of the picture."""

    spots: tuple[Spot, ...] = ()
    taken: Floats = field(default_factory=_empty)
    looked_at: datetime | None = None
    happening: Happening = NOTHING


START = Standing()


def rest(state: Standing) -> Standing:
    """The state of a rule that goes to sleep: what was learned stays."""
    return Standing(taken=state.taken)


def stand(
    state: Standing, vehicles: Sequence[Detection], now: datetime, scope: Scope, *, queue: float = math.inf
) -> tuple[Standing, Intent | None]:
    """Fold in the vehicles of one picture; `queue` standing ones and more are none."""
    if state.looked_at is not None and now <= state.looked_at:
        return state, None
    spots = _spots(state, vehicles, now, scope)
    taken = _learned(state, spots, now, scope)
    long_enough = [spot for spot in spots if spot.stands_s >= scope["stopped_s"] and spot.looks >= MIN_LOOKS]
    parked = [spot for spot in long_enough if not spot.usual] if len(long_enough) < queue else []
    since = min((spot.since for spot in parked), default=None)
    level = Level(len(parked), on=bool(parked), off=not parked, since=since)
    happening, intent = fold(state.happening, level, now, scope.limits(blind_s=max(60.0, 2 * scope["forget_s"])))
    longest_s = max((spot.stands_s for spot in parked), default=0.0)
    shown = [Detection(spot.label, spot.confidence, spot.box) for spot in parked]
    return Standing(spots, taken, now, happening), about(intent, shown, stood_s=round(longest_s, 1))


def _spots(state: Standing, vehicles: Sequence[Detection], now: datetime, scope: Scope) -> tuple[Spot, ...]:
    """Spots seen again, spots hidden for a while, and new ones; a van that is also called a truck is one spot."""
    left = list(vehicles)
    spots: list[Spot] = []
    remembered = [spot for spot in state.spots if (now - spot.last).total_seconds() <= scope["forget_s"]]
    for spot in remembered:
        here = [hit for hit in left if overlap(hit.box, spot.box) >= scope["same_place"]]
        if here:
            left = [hit for hit in left if hit not in here]
            confidence = max(spot.confidence, *(hit.confidence for hit in here))
            spot = replace(spot, last=now, looks=spot.looks + 1, confidence=confidence)
        spots.append(spot)
    for hit in left:
        if all(overlap(hit.box, spot.box) < scope["same_place"] for spot in spots):
            usual = _share(state.taken, hit.box) >= scope["always"]
            spots.append(Spot(hit.box, now, now, 1, hit.confidence, hit.label, usual))
    return tuple(spots)


def _learned(state: Standing, spots: Sequence[Spot], now: datetime, scope: Scope) -> Floats:
    """An exponential mean over `learn_h` hours of what stands where."""
    if not scope["learn_h"] or state.looked_at is None:
        return state.taken
    elapsed_s = min((now - state.looked_at).total_seconds(), LONGEST_S)
    covered = _empty()
    for spot in spots:
        if spot.stands_s >= STANDS_S:
            covered[_cells(spot.box)] = 1.0
    gain = np.float32(1.0 - math.exp(-elapsed_s / (3600.0 * scope["learn_h"])))
    return np.asarray(state.taken + gain * (covered - state.taken), np.float32)


def _share(taken: Floats, box: Box) -> float:
    return float(taken[_cells(box)].mean())


def _cells(box: Box) -> tuple[slice, slice]:
    """The cells that a box touches, one at least."""
    x0, y0 = min(int(max(box.x0, 0.0) * CELLS_X), CELLS_X - 1), min(int(max(box.y0, 0.0) * CELLS_Y), CELLS_Y - 1)
    x1, y1 = max(x0 + 1, math.ceil(box.x1 * CELLS_X)), max(y0 + 1, math.ceil(box.y1 * CELLS_Y))
    return slice(y0, y1), slice(x0, x1)
