"""The port to a model and the one way to use it: a picture in, detections in fractions of the picture out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from contracts.detections import Box, Detection
from detectors.decode_yolo import Layout, decode
from detectors.letterbox import letterbox
from detectors.model_metadata import ModelMetadata
from detectors.tiles import WHOLE, cut_out, to_picture, together

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


class Engine(Protocol):
    """A loaded model on some runtime."""

    path: Path
    metadata: ModelMetadata
    layout: Layout

    def infer(self, blob: Floats) -> Floats:
        """Output tensor of one picture (1, 3, height, width): RGB in 0..1, or BGR in 0..255 as the layout wants."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for in a camera's pictures, and where."""

    labels: frozenset[str] | None = None
    """None: everything the models know; a model that knows none of them is not asked"""
    views: tuple[Box, ...] = (WHOLE,)
    """the parts of the picture that are looked at one by one"""


EVERYTHING = Look()


@dataclass(frozen=True, slots=True)
class _Eye:
    """One model, and by which label each of its classes goes; None for those that are not wanted of it."""

    engine: Engine
    labels: tuple[str | None, ...]
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset(label for label in self.labels if label))


class Detector:
    """One or several models with letterboxing before and decoding after them; used by one thread."""

    def __init__(
        self,
        engine: Engine,
        *more: Engine,
        min_confidence: float,
        labels: frozenset[str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        """`labels` None: everything the models know. `names`: class of a model → label it goes by.

        What several models know is taken from the first of them.
        """
        self._min_confidence = min_confidence
        self._eyes: list[_Eye] = []
        taken: set[str] = set()
        for one in (engine, *more):
            called = [(names or {}).get(name, name) for name in one.metadata.labels]
            wanted = [name not in taken and (labels is None or name in labels) for name in called]
            self._eyes.append(
                _Eye(one, tuple(name if want else None for name, want in zip(called, wanted, strict=True)))
            )
            taken |= set(called)
        self.model = "+".join(model_name(one.path) for one in (engine, *more))

    @property
    def labels(self) -> frozenset[str]:
        """Everything that it can tell."""
        return frozenset[str]().union(*(eye.known for eye in self._eyes))

    def detect(self, image: Image, look: Look = EVERYTHING) -> tuple[Detection, ...]:
        """What the models see in a BGR picture (height, width, 3), most confident first."""
        found = [hit for eye in self._eyes if self._is_asked(eye, look) for hit in self._see(eye, image, look)]
        return tuple(sorted(found, key=lambda hit: -hit.confidence) if len(self._eyes) > 1 else found)

    def _is_asked(self, eye: _Eye, look: Look) -> bool:
        return bool(eye.known if look.labels is None else eye.known & look.labels)

    def _see(self, eye: _Eye, image: Image, look: Look) -> Sequence[Detection]:
        rows = together([to_picture(self._rows(eye.engine, cut_out(image, view)), view) for view in look.views])
        hits = zip(rows[:, :4].tolist(), rows[:, 4].tolist(), rows[:, 5].astype(int).tolist(), strict=True)
        named = ((eye.labels[number], score, box) for box, score, number in hits if number < len(eye.labels))
        return [
            Detection(label, score, Box(*box))
            for label, score, box in named
            if label is not None and (look.labels is None or label in look.labels)
        ]

    def _rows(self, engine: Engine, image: Image) -> Floats:
        """Rows (n, 6) with boxes in fractions of this image."""
        size = engine.metadata.height, engine.metadata.width
        blob, place = letterbox(image, size, as_bytes=engine.layout.wants_bytes)
        rows = decode(engine.infer(blob), engine.layout, size, min_confidence=self._min_confidence)
        return np.concatenate([place.to_fractions(rows[:, :4]), rows[:, 4:]], axis=1)


def model_name(path: Path) -> str:
    """Name and content of a model file for the record, e.g. `yolov3-tiny-416@sha256:0123456789ab`."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{path.stem}@sha256:{digest[:12]}"
