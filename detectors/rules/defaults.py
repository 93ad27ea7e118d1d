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

DEFAULTS: Mapping[str, Mapping[str, Threshold]] = {
    "crowd_gathering": {
        "persons_on": Threshold(6, "persons in the zone from which it may begin"),
        "persons_off": Threshold(4, "persons below which it may end"),
        "hold_s": Threshold(6, "seconds it must last before it is told"),
        "clear_s": Threshold(10, "seconds below persons_off before it has ended"),
        "change": Threshold(3, "persons more than last told that make an update"),
        "every_s": Threshold(60, "seconds between updates while nothing changes"),
    },
    "zone_intrusion": {
        "dwell_s": Threshold(3, "seconds that one track must stand in the zone"),
        "clear_s": Threshold(8, "seconds without anybody in the zone before it has ended"),
        "vehicles": Threshold(0, "1: vehicles count as well as persons"),
        "change": Threshold(2, "intruders more than last told that make an update"),
        "every_s": Threshold(60, "seconds between updates while nothing changes"),
    },
    "illegal_parking": {
        "stopped_s": Threshold(120, "seconds that a vehicle must stand still in the zone"),
        "same_place": Threshold(0.6, "overlap (IoU) of two boxes that are the same vehicle standing still"),
        "forget_s": Threshold(30, "seconds that a standing vehicle may be hidden"),
        "clear_s": Threshold(10, "seconds without a standing vehicle before it has ended"),
        "change": Threshold(1, "vehicles more than last told that make an update"),
        "every_s": Threshold(300, "seconds between updates while nothing changes"),
    },
    CAMERA_OFFLINE: {
        "offline_s": Threshold(30, "seconds without a healthy picture before it is told"),
        "clear_s": Threshold(5, "seconds of healthy pictures before it has ended"),
        "every_s": Threshold(600, "seconds between updates while it lasts"),
    },
}

NEEDS_TRACKS = frozenset({"zone_intrusion"})
"""rules that say nothing of a camera of which only keyframes are decoded"""


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
