"""Which event type the class of a city's own model stands for, so that fire, smoke or rubbish need no code."""

from collections.abc import Iterable, Mapping

from contracts.errors import ConfigurationError
from contracts.kinds import EVENT_TYPES

BUILT_IN: Mapping[str, str] = {
    "fire": "flame_detected", "flame": "flame_detected", "smoke": "smoke_detected",
    "no_helmet": "no_helmet", "head": "no_helmet", "garbage": "exposed_garbage", "rubbish": "exposed_garbage",
    "bin_overflow": "bin_overflow", "vendor": "street_vendor", "debris": "road_debris", "manhole": "manhole_abnormal",
    "fight": "suspected_fight", "backpack": "object_left", "suitcase": "object_left", "handbag": "object_left",
}  # fmt: skip
"""class names that are usual in public models; the settings add to them and take precedence"""


def event_type_of(labels: Iterable[str], events: Mapping[str, str], *, where: str) -> str:
    """The one event type that all these classes stand for.

    Raises:
        ConfigurationError: a class stands for none, for one that does not exist, or two for different ones.
    """
    mapped = {**BUILT_IN, **events}
    found = {label: mapped.get(label, label) for label in labels}
    for label, event_type in found.items():
        if event_type not in EVENT_TYPES:
            hint = 'map the class to one in the settings: HUB_VISION__CLASSES=\'{"fire": "flame_detected"}\''
            raise ConfigurationError(f"the class {label!r} stands for no event type", where=where, hint=hint)
    if len(set(found.values())) != 1:
        raise ConfigurationError(
            f"the classes {', '.join(found)} stand for different event types", where=where, hint="one rule for each"
        )
    return next(iter(found.values()))
