"""A second look at a place where somebody may lie: the model knows people upright, so the place is turned by a quarter.

Models that were trained on COCO hardly see a person on the ground. Turned to either side the same pixels are an upright
one. Asked only for the few places where a standing person has just vanished, so it costs next to nothing.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from contracts.detections import Box, Detection
from detectors.detector import Detector, Look
from detectors.rules.vehicles import PERSON
from detectors.tiles import cut_out
from detectors.zones import overlap

Image = npt.NDArray[np.uint8]

AROUND = 1.6
"""the place that is looked at reaches so many own heights to each side of the foot"""
MOST = 2
"""places a picture; each costs two runs of the model"""
KNOWN = 0.3
"""what overlaps so much with what was seen anyway is nobody new"""
UPRIGHT = Look(frozenset({PERSON}))


def lying(detector: Detector, image: Image, places: Sequence[Box], seen: Sequence[Detection]) -> tuple[Detection, ...]:
    """Persons who lie around these places and were not seen upright; boxes in fractions of the picture."""
    aspect = image.shape[1] / image.shape[0]
    found: list[Detection] = []
    for place in places[:MOST]:
        view = around(place, aspect)
        for quarter in (1, 3):
            turned = np.ascontiguousarray(np.rot90(cut_out(image, view), quarter))
            hits = (
                Detection(PERSON, hit.confidence, back(hit.box, view, quarter))
                for hit in detector.detect(turned, UPRIGHT)
            )
            found += _new(hits, [*seen, *found], aspect)
    return tuple(found)


def around(place: Box, aspect: float) -> Box:
    """A square of the picture around where somebody stood or lies."""
    reach = AROUND * max(place.y1 - place.y0, (place.x1 - place.x0) * aspect)
    (x, y), wide = place.foot, reach / aspect
    return Box(max(0.0, x - wide), max(0.0, y - reach), min(1.0, x + wide), min(1.0, y + reach * 0.6))


def back(box: Box, view: Box, quarter: int) -> Box:
    """A box in a view that was turned by so many quarters to the left, in fractions of the whole picture."""
    if quarter == 1:
        x0, y0, x1, y1 = 1 - box.y1, box.x0, 1 - box.y0, box.x1
    else:
        x0, y0, x1, y1 = box.y0, 1 - box.x1, box.y1, 1 - box.x0
    wide, tall = view.x1 - view.x0, view.y1 - view.y0
    return Box(view.x0 + x0 * wide, view.y0 + y0 * tall, view.x0 + x1 * wide, view.y0 + y1 * tall)


def _new(hits: Iterable[Detection], known: Sequence[Detection], aspect: float) -> list[Detection]:
    """Only what lies, and is not somebody who was seen already; a weaker sighting of the same is no objection."""
    low = (hit for hit in hits if hit.box.y1 - hit.box.y0 <= (hit.box.x1 - hit.box.x0) * aspect)
    return [
        hit for hit in low
        if all(overlap(hit.box, one.box) < KNOWN for one in known if one.confidence >= hit.confidence)
    ]  # fmt: skip
