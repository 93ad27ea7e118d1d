"""What the settings say of models' classes, checked; and what of all that models see a camera's rules look for."""

from collections.abc import Mapping

from contracts.cameras import Camera
from contracts.errors import ConfigurationError
from contracts.kinds import EVENT_TYPES, Kind
from detectors.detector import Look
from detectors.rules.runner import labels_of
from detectors.rules.vehicles import PERSONS_AND_VEHICLES
from detectors.tiles import around, views_of

WHERE = "HUB_VISION__CLASSES"
TELLABLE = {name for name, one in EVENT_TYPES.items() if one.code.startswith("V") and one.kind is not Kind.DEVICE}


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
                hint=f"labels: {', '.join(sorted(PERSONS_AND_VEHICLES))}; event types: {', '.join(sorted(TELLABLE))}",
            )


def names_of(classes: Mapping[str, str]) -> dict[str, str]:
    """Class of a model → the label that it goes by; only those that are called otherwise here."""
    return {name: meaning for name, meaning in classes.items() if meaning in PERSONS_AND_VEHICLES}


def look_of(camera: Camera) -> Look:
    """What is looked for in a camera's pictures, and in which tiles: those that its rules' zones touch."""
    zones = {zone.name: zone for zone in camera.zones}
    used = [zones.get(rule.zone or "") for rule in camera.rules]
    areas = [] if None in used else [around(zone.points) for zone in used if zone]
    return Look(labels_of(camera), views_of(camera.tiles, areas))
