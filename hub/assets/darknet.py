"""Darknet's cfg and weights read into layers with their tensors. Source: darknet's parser, public domain."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from contracts.errors import ConfigurationError

Floats = npt.NDArray[np.float32]
BATCH_NORM_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Section:
    """One `[section]` of a cfg file."""

    kind: str
    options: dict[str, str]

    def integer(self, key: str, default: int = 0) -> int:
        """The option as a whole number."""
        return int(self.options.get(key, default))

    def integers(self, key: str) -> list[int]:
        """The option as a comma-separated list of whole numbers."""
        return [int(part) for part in self.options[key].split(",")]

    def floats(self, key: str) -> list[float]:
        """The option as a comma-separated list of numbers."""
        return [float(part) for part in self.options[key].split(",")]


@dataclass(frozen=True, slots=True)
class Convolution:
    """Kernel (out, in, k, k) and bias (out,), batch normalisation folded in."""

    kernel: Floats
    bias: Floats


class Weights:
    """The numbers of a `.weights` file, handed out in order."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            major, minor, _ = np.fromfile(file, np.int32, 3)
            np.fromfile(file, np.int64 if major * 10 + minor >= 2 else np.int32, 1)  # images seen in training
            self._values = np.fromfile(file, np.float32)
        self._path = path
        self._next = 0

    def take(self, count: int) -> Floats:
        """The next `count` numbers.

        Raises:
            ConfigurationError: the file ends before them: cfg and weights do not belong together.
        """
        values = self._values[self._next : self._next + count]
        if len(values) < count:
            raise ConfigurationError("the weights end before the network does", where=str(self._path))
        self._next += count
        return values

    @property
    def left(self) -> int:
        """How many numbers were not taken."""
        return len(self._values) - self._next


def parse(text: str) -> list[Section]:
    """The sections of a cfg file in order; `#` starts a comment."""
    sections: list[Section] = []
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            sections.append(Section(line.strip("[]"), {}))
        elif line:
            key, value = line.split("=", 1)
            sections[-1].options[key.strip()] = value.strip()
    return sections


def convolution(section: Section, channels: int, weights: Weights) -> Convolution:
    """The tensors of a `[convolutional]` section that reads `channels` channels."""
    filters, size = section.integer("filters"), section.integer("size")
    bias = weights.take(filters)
    normalised = section.integer("batch_normalize") == 1
    if normalised:
        scale, mean, variance = (weights.take(filters) for _ in range(3))
    kernel = weights.take(filters * channels * size * size).reshape(filters, channels, size, size)
    if normalised:
        factor = scale / np.sqrt(variance + BATCH_NORM_EPSILON)
        kernel = kernel * factor[:, None, None, None]
        bias = bias - mean * factor
    return Convolution(kernel.astype(np.float32), bias.astype(np.float32))
