"""A vehicle that stands still in a no-parking zone (机动车违停): by place, so a switched track id does not matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.cameras import Zone
from contracts.detections import Box, Detection
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Limits, Sight
from detectors.rules.happening import step as fold
from detectors.rules.vehicles import VEHICLES
from detectors.zones import overlap, standing_in

MIN_LOOKS = 5
"""seen there in at least so many pictures"""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a vehicle stands: the box that it was first seen in."""

    box: Box
    since: datetime
    last: datetime
    looks: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Parking:
    """State between steps."""

    spots: tuple[Spot, ...] = ()
    happening: Happening = NOTHING


START = Parking()


def step(
    state: Parking, sight: Sight, now: datetime, *, zone: Zone | None, thresholds: Mapping[str, float]
) -> tuple[Parking, Intent | None]:
    """Fold one picture in; works on keyframes as well as on tracks."""
    vehicles = [hit for hit in standing_in(zone, sight.detections) if hit.label in VEHICLES]
    spots = _spots(state.spots, vehicles, now, thresholds)
    parked = [spot for spot in spots if _stands_s(spot) >= thresholds["stopped_s"] and spot.looks >= MIN_LOOKS]
    since = min((spot.since for spot in parked), default=None)
    level = Level(len(parked), on=bool(parked), off=not parked, since=since)
    limits = Limits(
        hold_s=0.0,
        clear_s=thresholds["clear_s"],
        every_s=thresholds["every_s"],
        change=thresholds["change"],
        blind_s=max(60.0, 2 * thresholds["forget_s"]),
    )
    happening, intent = fold(state.happening, level, now, limits)
    if intent is not None and intent.ended_at is None and parked:
        confidence = max(spot.confidence for spot in parked)
        intent = replace(intent, confidence=confidence, boxes=tuple(spot.box for spot in parked))
    return Parking(spots, happening), intent


def _spots(
    before: Sequence[Spot], vehicles: Sequence[Detection], now: datetime, thresholds: Mapping[str, float]
) -> tuple[Spot, ...]:
    """Spots seen again, spots hidden for a while, and new ones; a van that is also called a truck is one spot."""
    left = list(vehicles)
    spots: list[Spot] = []
    remembered = [spot for spot in before if (now - spot.last).total_seconds() <= thresholds["forget_s"]]
    for spot in remembered:
        here = [hit for hit in left if overlap(hit.box, spot.box) >= thresholds["same_place"]]
        if here:
            left = [hit for hit in left if hit not in here]
            confidence = max(spot.confidence, *(hit.confidence for hit in here))
            spots.append(replace(spot, last=now, looks=spot.looks + 1, confidence=confidence))
        else:
            spots.append(spot)
    for hit in left:
        if all(overlap(hit.box, spot.box) < thresholds["same_place"] for spot in spots):
            spots.append(Spot(hit.box, now, now, 1, hit.confidence))
    return tuple(spots)


def _stands_s(spot: Spot) -> float:
    return (spot.last - spot.since).total_seconds()
