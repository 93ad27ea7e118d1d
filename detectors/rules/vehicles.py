"""The classes of the COCO data set that the rules speak of."""

from contracts.detections import Detection

PERSON = "person"
VEHICLES = frozenset({"car", "truck", "bus", "motorcycle", "motorbike"})
RIDDEN = frozenset({"bicycle", "motorcycle", "motorbike"})
"""somebody on one of these is no pedestrian"""
PERSONS_AND_VEHICLES = VEHICLES | RIDDEN | {PERSON}

TALL_M = {PERSON: 1.7, "bicycle": 1.7, "motorcycle": 1.6, "motorbike": 1.6, "car": 1.5, "bus": 3.0, "truck": 2.6}
"""how high such a thing stands: the yardstick for speeds where the ground is not calibrated"""


def persons_of(hits: list[Detection]) -> list[Detection]:
    """Only the persons."""
    return [hit for hit in hits if hit.label == PERSON]
