"""The classes of the COCO data set that are motor vehicles."""

VEHICLES = frozenset({"car", "truck", "bus", "motorcycle", "motorbike"})
PERSONS_AND_VEHICLES = VEHICLES | {"person"}
