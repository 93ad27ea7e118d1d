"""Many persons in one place (人员聚集): by counting, so it works on keyframes as well as on tracks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from contracts.cameras import Zone
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Limits, Sight
from detectors.rules.happening import step as fold
from detectors.zones import standing_in

START = NOTHING


def step(
    state: Happening, sight: Sight, now: datetime, *, zone: Zone | None, thresholds: Mapping[str, float]
) -> tuple[Happening, Intent | None]:
    """Fold one picture in. `thresholds` as in `defaults.DEFAULTS["crowd_gathering"]`."""
    persons = [hit for hit in standing_in(zone, sight.detections) if hit.label == "person"]
    count = len(persons)
    level = Level(count, on=count >= thresholds["persons_on"], off=count < thresholds["persons_off"])
    limits = Limits(
        hold_s=thresholds["hold_s"],
        clear_s=thresholds["clear_s"],
        every_s=thresholds["every_s"],
        change=thresholds["change"],
    )
    state, intent = fold(state, level, now, limits)
    if intent is None or intent.ended_at is not None or not persons:
        return state, intent
    confidence = sum(hit.confidence for hit in persons) / count
    return state, replace(intent, confidence=confidence, boxes=tuple(hit.box for hit in persons))
