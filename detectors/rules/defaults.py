"""Every rule's thresholds with their defaults and meaning: the one place, for streams.yaml and for the code."""

from collections.abc import Mapping
from typing import NamedTuple

from contracts.cameras import Rule
from contracts.errors import ConfigurationError


class Threshold(NamedTuple):
    """A number that a camera's rule may set."""

    default: float
    meaning: str


CAMERA_OFFLINE = "camera_offline"
VIDEO_QUALITY_ABNORMAL, CAMERA_TAMPERED = "video_quality_abnormal", "camera_tampered"
ALWAYS_ON = frozenset({CAMERA_OFFLINE, VIDEO_QUALITY_ABNORMAL, CAMERA_TAMPERED})
"""rules of every camera; written in its entry they only take other thresholds"""
PRESENCE = "presence"
"""the one rule that is no event type: the classes it looks for say what they are"""

MINUTE = Threshold(60, "seconds between updates while nothing changes")

DEFAULTS: Mapping[str, Mapping[str, Threshold]] = {
    "crowd_gathering": {
        "persons_on": Threshold(6, "persons in the zone from which it may begin"),
        "persons_off": Threshold(4, "persons below which it may end"),
        "hold_s": Threshold(6, "seconds it must last before it is told"),
        "clear_s": Threshold(10, "seconds below persons_off before it has ended"),
        "change": Threshold(3, "persons more than last told that make an update"),
        "every_s": MINUTE,
    },
    "crowd_density_high": {
        "density_on": Threshold(1.5, "persons per m² from which it may begin"),
        "density_off": Threshold(1.0, "persons per m² below which it may end"),
        "persons_on": Threshold(10, "fewer persons are no density, however small the zone"),
        "area_m2": Threshold(0, "the zone's area by hand; 0: from the camera's ground points"),
        "knot_m": Threshold(3, "radius within which a dense knot in a large zone is looked for"),
        "hold_s": Threshold(6, "seconds it must last before it is told"),
        "clear_s": Threshold(10, "seconds below density_off before it has ended"),
        "change": Threshold(5, "persons more than last told that make an update"),
        "every_s": MINUTE,
    },
    "crowd_growing": {
        "persons_on": Threshold(6, "the crowd that is warned of; crowd_gathering's own in the same zone when not set"),
        "persons_min": Threshold(3, "persons who must be there already"),
        "rate_on": Threshold(2, "persons a minute from which it may begin"),
        "rate_off": Threshold(1, "persons a minute below which it ends"),
        "within_s": Threshold(300, "warn when the crowd is at most so many seconds away"),
        "window_s": Threshold(90, "seconds over which the growth is measured"),
        "hold_s": Threshold(4, "seconds it must last before it is told"),
        "clear_s": Threshold(10, "seconds without growth before it has ended"),
        "change": Threshold(2, "persons more than last told that make an update"),
        "every_s": Threshold(20, "seconds between updates while it lasts"),
    },
    "crowd_dispersal": {
        "runners_on": Threshold(3, "persons running at once from which it may begin"),
        "share": Threshold(0.5, "share of the persons with a known speed who must run"),
        "run_m_s": Threshold(2.5, "metres a second, median over a second, from which a person runs"),
        "hold_s": Threshold(0.7, "seconds it must last before it is told"),
        "clear_s": Threshold(8, "seconds without anybody running before it has ended"),
        "change": Threshold(3, "runners more than last told that make an update"),
        "every_s": MINUTE,
    },
    "zone_intrusion": {
        "dwell_s": Threshold(3, "seconds that one track must stand in the zone"),
        "loiter_s": Threshold(60, "seconds from which somebody loiters (徘徊): told at once, and in every update"),
        "clear_s": Threshold(8, "seconds without anybody in the zone before it has ended"),
        "vehicles": Threshold(0, "1: vehicles count as well as persons"),
        "change": Threshold(2, "intruders more than last told that make an update"),
        "every_s": MINUTE,
    },
    "line_crossing": {
        "margin": Threshold(0.12, "own heights beside the line in which nobody is on either side"),
        "settle_s": Threshold(0.4, "seconds that a track must stay on the other side"),
        "vehicles": Threshold(0, "1: vehicles count as well as persons"),
        "clear_s": Threshold(10, "seconds without a crossing before it has ended"),
        "change": Threshold(1, "crossings more than last told that make an update"),
        "every_s": MINUTE,
    },
    "water_edge_presence": {
        "persist_s": Threshold(5, "seconds that somebody must have been there"),
        "share": Threshold(0.6, "share of the looks that must show somebody"),
        "clear_s": Threshold(10, "seconds after persist_s without anybody before it has ended"),
        "change": Threshold(2, "persons more than last told that make an update"),
        "every_s": MINUTE,
    },
    "person_down": {
        "upright_s": Threshold(0.7, "seconds that a track must have been upright before"),
        "upright_ratio": Threshold(1.4, "height / width from which a person stands"),
        "lying_ratio": Threshold(0.9, "height / width up to which a person lies"),
        "drop": Threshold(0.35, "how far the head must have come down, own heights"),
        "down_s": Threshold(8, "seconds that the person must stay down"),
        "clear_s": Threshold(6, "seconds without anybody on the ground before it has ended"),
        "change": Threshold(1, "persons more than last told that make an update"),
        "every_s": MINUTE,
    },
    "illegal_parking": {
        "stopped_s": Threshold(120, "seconds that a vehicle must stand still in the zone"),
        "same_place": Threshold(0.6, "overlap (IoU) of two boxes that are the same vehicle standing still"),
        "forget_s": Threshold(30, "seconds that a standing vehicle may be hidden"),
        "always": Threshold(0.9, "share of the time from which something always stands there and is none"),
        "learn_h": Threshold(6, "hours over which that is learned; 0: never"),
        "clear_s": Threshold(10, "seconds without a standing vehicle before it has ended"),
        "change": Threshold(1, "vehicles more than last told that make an update"),
        "every_s": Threshold(300, "seconds between updates while nothing changes"),
    },
    "stopped_vehicle": {
        "stopped_s": Threshold(30, "seconds that a vehicle must stand still on the carriageway"),
        "queue": Threshold(4, "so many standing vehicles are a queue and no stopped vehicle"),
        "same_place": Threshold(0.6, "overlap (IoU) of two boxes that are the same vehicle standing still"),
        "forget_s": Threshold(10, "seconds that a standing vehicle may be hidden"),
        "always": Threshold(0.5, "share of the time from which something always stands there and is none"),
        "learn_h": Threshold(6, "hours over which that is learned; 0: never"),
        "clear_s": Threshold(10, "seconds without a standing vehicle before it has ended"),
        "change": Threshold(1, "vehicles more than last told that make an update"),
        "every_s": MINUTE,
    },
    "wrong_way": {
        "path_m": Threshold(4, "metres that a vehicle must have gone against the direction of the line"),
        "angle_deg": Threshold(45, "how far from straight against it"),
        "hold_s": Threshold(0.5, "seconds it must last before it is told"),
        "clear_s": Threshold(5, "seconds without one before it has ended"),
        "change": Threshold(1, "vehicles more than last told that make an update"),
        "every_s": MINUTE,
    },
    "pedestrian_on_road": {
        "dwell_s": Threshold(2, "seconds that one track must be on the carriageway"),
        "loiter_s": Threshold(60, "seconds from which somebody loiters there"),
        "clear_s": Threshold(6, "seconds without anybody before it has ended"),
        "change": Threshold(2, "pedestrians more than last told that make an update"),
        "every_s": MINUTE,
    },
    "traffic_congestion": {
        "vehicles_on": Threshold(5, "vehicles in the zone from which it may begin"),
        "vehicles_off": Threshold(3, "vehicles below which it may end"),
        "slow_m_s": Threshold(1.5, "median metres a second up to which traffic stands"),
        "flow_m_s": Threshold(3, "median metres a second from which it flows again"),
        "hold_s": Threshold(90, "seconds it must last before it is told; longer than a red light"),
        "clear_s": Threshold(20, "seconds of flowing traffic before it has ended"),
        "change": Threshold(5, "vehicles more than last told that make an update"),
        "every_s": Threshold(300, "seconds between updates while nothing changes"),
    },
    PRESENCE: {
        "persist_s": Threshold(6, "seconds that it must have been there"),
        "share": Threshold(0.6, "share of the looks that must show it"),
        "min_confidence": Threshold(0.4, "what the model is less sure of does not count"),
        "clear_s": Threshold(15, "seconds after persist_s without it before it has ended"),
        "change": Threshold(2, "more than last told that make an update"),
        "every_s": MINUTE,
    },
    CAMERA_OFFLINE: {
        "offline_s": Threshold(30, "seconds without a healthy picture before it is told"),
        "clear_s": Threshold(5, "seconds of healthy pictures before it has ended"),
        "every_s": Threshold(600, "seconds between updates while it lasts"),
    },
    VIDEO_QUALITY_ABNORMAL: {
        "hold_s": Threshold(20, "seconds it must last before it is told"),
        "clear_s": Threshold(15, "seconds of a good picture before it has ended"),
        "every_s": Threshold(3600, "seconds between updates while it lasts"),
        **{name: Threshold(1, f"0: {name} is not told of this camera") for name in (
            "black", "frozen", "too_dark", "too_bright", "blurred", "colour_cast", "mosaic",
        )},
    },
    CAMERA_TAMPERED: {
        "hold_s": Threshold(20, "seconds it must last before it is told; a bus that stops in front is gone by then"),
        "clear_s": Threshold(15, "seconds of the usual view before it has ended"),
        "every_s": Threshold(3600, "seconds between updates while it lasts"),
        "occluded": Threshold(1, "0: a cover is not told of this camera"),
        "moved": Threshold(1, "0: another view is not told of this camera, because it turns by itself"),
    },
}  # fmt: skip

NEEDS_TRACKS = frozenset({
    "zone_intrusion", "line_crossing", "person_down", "crowd_dispersal", "wrong_way", "pedestrian_on_road",
    "traffic_congestion",
})  # fmt: skip
"""rules that say nothing of a camera of which only keyframes are decoded"""

NEEDS_ZONE = frozenset({"zone_intrusion", "water_edge_presence", "pedestrian_on_road", "stopped_vehicle"})
NEEDS_LINE = frozenset({"line_crossing", "wrong_way"})
"""rules that watch a line of the camera; of wrong_way it is the permitted direction, start to end"""
NEEDS_LABELS = frozenset({PRESENCE})
"""rules that look for class names of the model"""
NEEDS_AREA = frozenset({"crowd_density_high"})
"""rules that need the camera's ground points, or an area by hand"""


def thresholds_of(rule: Rule, *, where: str = "") -> dict[str, float]:
    """All thresholds of a rule: its own where it sets them, else the defaults.

    Raises:
        ConfigurationError: no such rule or threshold, or one below zero.
    """
    known = DEFAULTS.get(rule.rule)
    if known is None:
        raise ConfigurationError(f"no rule {rule.rule!r}", where=where, hint=f"known: {', '.join(DEFAULTS)}")
    for name, value in rule.thresholds.items():
        if name not in known:
            raise ConfigurationError(
                f"{rule.rule} has no threshold {name!r}", where=where, hint=f"known: {', '.join(known)}"
            )
        if value < 0:
            raise ConfigurationError(f"{rule.rule}.{name} is below zero", where=where, hint=known[name].meaning)
    return {name: rule.thresholds.get(name, threshold.default) for name, threshold in known.items()}
