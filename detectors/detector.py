"""The port to a model and the one way to use it: a picture in, detections in fractions of the picture out."""

import hashlib
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from contracts.detections import Box, Detection
from detectors.decode_yolo import Layout, decode
from detectors.letterbox import letterbox
from detectors.model_metadata import ModelMetadata

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


class Engine(Protocol):
    """A loaded model on some runtime."""

    path: Path
    metadata: ModelMetadata
    layout: Layout

    def infer(self, blob: Floats) -> Floats:
        """Output tensor of one picture, RGB (1, 3, height, width) in 0..1."""
        ...


class Detector:
    """A model with letterboxing before and decoding after it; used by one thread."""

    def __init__(self, engine: Engine, *, min_confidence: float, labels: frozenset[str] | None = None) -> None:
        """`labels` None: everything the model knows."""
        self._engine = engine
        self._min_confidence = min_confidence
        self._labels = labels
        self.model = model_name(engine.path)

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """What the model sees in a BGR picture (height, width, 3), most confident first."""
        metadata = self._engine.metadata
        blob, place = letterbox(image, (metadata.height, metadata.width))
        rows = decode(self._engine.infer(blob), self._engine.layout, min_confidence=self._min_confidence)
        boxes = place.to_fractions(rows[:, :4]).tolist()
        hits = zip(boxes, rows[:, 4].tolist(), rows[:, 5].astype(int).tolist(), strict=True)
        found = (Detection(metadata.labels[number], score, Box(*box)) for box, score, number in hits)
        return tuple(hit for hit in found if self._labels is None or hit.label in self._labels)


def model_name(path: Path) -> str:
    """Name and content of a model file for the record, e.g. `yolov3-tiny-416@sha256:0123456789ab`."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{path.stem}@sha256:{digest[:12]}"
