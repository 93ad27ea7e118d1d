"""What one rule of one camera judges by: where it looks, at what, against which thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from contracts.cameras import Camera, Line, Rule, Zone
from contracts.errors import ConfigurationError
from detectors.ground import Ground, area_m2
from detectors.rules.defaults import NEEDS_AREA, NEEDS_LABELS, NEEDS_LINE, NEEDS_ZONE, thresholds_of
from detectors.rules.happening import Limits

Drawn = TypeVar("Drawn", Zone, Line)


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything besides the picture and the time; what a rule does not use stays at its default."""

    thresholds: Mapping[str, float]
    zone: Zone | None = None
    """None: the whole picture"""
    line: Line | None = None
    direction: Literal["both", "left", "right"] = "both"
    labels: frozenset[str] = frozenset()
    ground: Ground | None = None
    area_m2: float | None = None
    """of the zone on the ground"""
    expected: int = 0
    """so many persons are usual here and now"""

    def __getitem__(self, name: str) -> float:
        """A threshold."""
        return self.thresholds[name]

    def limits(self, *, blind_s: float = 60.0) -> Limits:
        """How patient the rule's happenings are."""
        return Limits(
            hold_s=self.thresholds.get("hold_s", 0.0),
            clear_s=self["clear_s"],
            every_s=self["every_s"],
            change=self.thresholds.get("change", 1.0),
            blind_s=blind_s,
        )

    def persons(self, name: str) -> float:
        """A threshold of persons, raised by as many as it takes to be above what is usual now.

        The upper threshold of a pair is moved to one above the usual, the lower one by as much, so that the hysteresis
        between them stays.
        """
        raised = max(0.0, self.expected + 1 - self["persons_on"])
        return self[name] + raised


def scope_of(camera: Camera, rule: Rule, ground: Ground | None, *, where: str) -> Scope:
    """The scope of a camera's rule.

    Raises:
        ConfigurationError: no such rule, threshold, zone or line, or the rule lacks what it cannot do without.
    """
    thresholds = thresholds_of(rule, where=where)
    if rule.rule == "crowd_growing" and "persons_on" not in rule.thresholds:
        thresholds["persons_on"] = _crowd_from(camera, rule, thresholds["persons_on"])
    zone = _named(camera.zones, rule.zone, "zone", where)
    line = _named(camera.lines, rule.line, "line", where)
    area = thresholds.get("area_m2") or (area_m2(ground, zone, reach_m=1.5 * camera.view_range_m) if ground else None)
    for needs, has, what in (
        (NEEDS_ZONE, zone, "a zone"), (NEEDS_LINE, line, "a line"), (NEEDS_LABELS, rule.labels, "labels"),
        (NEEDS_AREA, area, "ground points, or the zone's area_m2 as a threshold"),
    ):  # fmt: skip
        if rule.rule in needs and not has:
            raise ConfigurationError(f"{rule.rule} needs {what}", where=where, hint="see docs/rules.md")
    return Scope(thresholds, zone, line, rule.direction, frozenset(rule.labels), ground, area)


def _crowd_from(camera: Camera, rule: Rule, default: float) -> float:
    """The early warning is about the very threshold of the crowd rule in the same zone."""
    same = (one for one in camera.rules if one.rule == "crowd_gathering" and one.zone == rule.zone)
    return next((one.thresholds["persons_on"] for one in same if "persons_on" in one.thresholds), default)


def _named(drawn: tuple[Drawn, ...], name: str | None, what: str, where: str) -> Drawn | None:
    if name is None:
        return None
    found = {one.name: one for one in drawn}.get(name)
    if found is None:
        raise ConfigurationError(f"no {what} {name!r}", where=where, hint=", ".join(one.name for one in drawn))
    return found
