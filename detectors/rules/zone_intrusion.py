"""Somebody stands in a zone where nobody should (区域入侵): a confirmed track whose foot stays in it long enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.cameras import Zone
from contracts.detections import Track
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Limits, Sight
from detectors.rules.happening import step as fold
from detectors.rules.vehicles import VEHICLES
from detectors.zones import tracks_in

LAPSE_S = 1.5
"""a track may be lost or step over the line for so long without beginning anew"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One track in the zone."""

    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Intrusion:
    """State between steps: who is in the zone since when, and the happening they make."""

    visits: Mapping[int, Visit] = field(default_factory=dict)
    happening: Happening = NOTHING


START = Intrusion()


def step(
    state: Intrusion, sight: Sight, now: datetime, *, zone: Zone | None, thresholds: Mapping[str, float]
) -> tuple[Intrusion, Intent | None]:
    """Fold one picture in; without tracks nothing is known and nothing changes."""
    if sight.tracks is None:
        return state, None
    labels = {"person"} | (VEHICLES if thresholds["vehicles"] else frozenset())
    inside = [track for track in tracks_in(zone, sight.tracks) if track.label in labels]
    visits = _visits(state.visits, inside, now)
    long_enough = {number for number, visit in visits.items() if _stayed_s(visit) >= thresholds["dwell_s"]}
    since = min((visits[number].since for number in long_enough), default=None)
    level = Level(len(long_enough), on=bool(long_enough), off=not visits, since=since)
    limits = Limits(
        hold_s=0.0, clear_s=thresholds["clear_s"], every_s=thresholds["every_s"], change=thresholds["change"]
    )
    happening, intent = fold(state.happening, level, now, limits)
    intruders = [track for track in inside if track.track_id in long_enough]
    if intent is not None and intent.ended_at is None and intruders:
        confidence = max(track.confidence for track in intruders)
        intent = replace(intent, confidence=confidence, boxes=tuple(track.box for track in intruders))
    return Intrusion(visits, happening), intent


def _visits(before: Mapping[int, Visit], inside: list[Track], now: datetime) -> dict[int, Visit]:
    """Those seen inside now, and those inside a moment ago."""
    recent = {number: visit for number, visit in before.items() if (now - visit.last).total_seconds() <= LAPSE_S}
    seen = {track.track_id: Visit(_since(recent, track, now), now) for track in inside}
    return recent | seen


def _since(recent: Mapping[int, Visit], track: Track, now: datetime) -> datetime:
    known = recent.get(track.track_id)
    return known.since if known else now


def _stayed_s(visit: Visit) -> float:
    return (visit.last - visit.since).total_seconds()
