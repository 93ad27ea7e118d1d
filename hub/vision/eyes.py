"""The models that the settings name, opened as one detector."""

from contracts.errors import ConfigurationError
from detectors.class_mapping import TELLABLE, check_classes, names_of
from detectors.detector import Detector
from detectors.engines.choice import open_engine
from detectors.rules.events import BUILT_IN
from detectors.rules.vehicles import PERSONS_AND_VEHICLES
from hub import assets
from hub.settings import Settings

DOUBTFUL = 0.15
"""boxes from this confidence on may prolong a track; only those from `min_confidence` on count"""


def open_detector(settings: Settings) -> Detector:
    """The configured models, or the starter model.

    Raises:
        AssetMissing: a model is not there.
        ConfigurationError: one cannot be loaded, or they know nothing that a rule could look for.
    """
    vision = settings.vision
    check_classes(vision.classes)
    first = vision.model or assets.paths().model_wide
    engines = [
        open_engine(path, engine=vision.engine, threads=vision.threads, device=vision.device)
        for path in (first, *vision.more_models)
    ]
    detector = Detector(*engines, min_confidence=min(DOUBTFUL, vision.min_confidence), names=names_of(vision.classes))
    unknown = sorted(set(vision.classes) - {name for engine in engines for name in engine.metadata.labels})
    if unknown:
        raise ConfigurationError(
            f"no model knows the class {', '.join(unknown)}",
            where="HUB_VISION__CLASSES",
            hint="`hub models check` shows a model's classes",
        )
    if not (PERSONS_AND_VEHICLES | TELLABLE | set(BUILT_IN) | set(vision.classes)) & detector.labels:
        raise ConfigurationError(
            "the model knows neither persons nor vehicles",
            where=str(first),
            hint=f"name by HUB_VISION__CLASSES what its classes are: event types, or labels that the rules know: "
            f"{', '.join(sorted(PERSONS_AND_VEHICLES))}",
        )
    return detector
