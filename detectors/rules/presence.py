"""Something that a model of the city's own knows (明火, 烟雾, 未戴安全帽, 暴露垃圾 …) is there and stays."""

from datetime import datetime

from contracts.detections import Detection
from detectors.rules.happening import Intent, Sight
from detectors.rules.persistence import START as START
from detectors.rules.persistence import Persistence, persist
from detectors.rules.scope import Scope
from detectors.zones import contains


def step(state: Persistence, sight: Sight, now: datetime, scope: Scope) -> tuple[Persistence, Intent | None]:
    """Fold one picture in; works on keyframes as well as on tracks."""
    hits = [hit for hit in sight.detections if hit.label in scope.labels and _counts(hit, scope)]
    return persist(state, sight, hits, now, scope)


def _counts(hit: Detection, scope: Scope) -> bool:
    """Smoke and flames stand on nothing: the middle of the box is where they are."""
    box = hit.box
    middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    return hit.confidence >= scope["min_confidence"] and contains(scope.zone, middle)
