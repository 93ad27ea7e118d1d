"""A model's class names → our words: labels that every rule knows, and the event types that rule `presence` tells."""

from collections.abc import Iterable, Mapping

from contracts.cameras import Camera
from contracts.errors import ConfigurationError
from contracts.kinds import EVENT_TYPES, EventType, Kind
from detectors.detector import Look
from detectors.rules.vehicles import PERSONS_AND_VEHICLES
from detectors.tiles import around, views_of

PRESENCE = "presence"
WHERE = "HUB_VISION__CLASSES"
OTHER = "other_video"
"""what the presence of an unmapped class is told as"""
TELLABLE = {name: one for name, one in EVENT_TYPES.items() if one.code.startswith("V") and one.kind is not Kind.DEVICE}


def check_classes(classes: Mapping[str, str]) -> None:
    """Whether every class is mapped to something that exists.

    Raises:
        ConfigurationError: a value is neither a video event type nor a label that the rules know.
    """
    for name, meaning in classes.items():
        if meaning not in TELLABLE and meaning not in PERSONS_AND_VEHICLES:
            raise ConfigurationError(
                f"class {name!r} is mapped to {meaning!r}, which is neither an event type nor a label",
                where=WHERE,
                hint=f"labels: {', '.join(sorted(PERSONS_AND_VEHICLES))}; event types: {', '.join(TELLABLE)}",
            )


def labels_of(classes: Mapping[str, str]) -> dict[str, str]:
    """Class of a model → the label that it goes by; only those that are called otherwise here."""
    return {name: meaning for name, meaning in classes.items() if meaning in PERSONS_AND_VEHICLES}


def event_type_of(labels: Iterable[str], classes: Mapping[str, str]) -> EventType:
    """What the presence of these labels is told as.

    Raises:
        ConfigurationError: they mean different event types: one rule can tell only one.
    """
    meanings = {classes.get(label, label if label in TELLABLE else OTHER) for label in labels}
    meanings = {meaning if meaning in TELLABLE else OTHER for meaning in meanings}
    if len(meanings) > 1:
        raise ConfigurationError(
            f"the labels of one rule mean different event types: {', '.join(sorted(meanings))}",
            where=WHERE,
            hint="write a rule `presence` for each",
        )
    return TELLABLE[meanings.pop() if meanings else OTHER]


def wanted_labels(cameras: Iterable[Camera]) -> frozenset[str]:
    """Every label that a rule of these cameras looks for."""
    rules = [rule for camera in cameras for rule in camera.rules]
    named = {label for rule in rules if rule.rule == PRESENCE for label in rule.labels}
    return frozenset(named) | (PERSONS_AND_VEHICLES if any(rule.rule != PRESENCE for rule in rules) else frozenset())


def look_of(camera: Camera) -> Look:
    """What is looked for in a camera's pictures, and in which tiles: those that its rules' zones touch."""
    zones = {zone.name: zone for zone in camera.zones}
    used = [zones.get(rule.zone or "") for rule in camera.rules]
    areas = [] if None in used else [around(zone.points) for zone in used if zone]
    return Look(wanted_labels([camera]), views_of(camera.tiles, areas))
