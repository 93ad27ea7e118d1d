"""What a model and a tracker say of one frame. Hot path: frozen slots dataclasses, no validation."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of the picture's width and height, so that it survives a change of resolution."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def foot(self) -> tuple[float, float]:
        """Middle of the lower edge: where a standing person or a vehicle touches the ground."""
        return (self.x0 + self.x1) / 2, self.y1

    @property
    def area(self) -> float:
        """Fraction of the picture that it covers."""
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)


@dataclass(frozen=True, slots=True)
class Detection:
    """One model hit on one frame."""

    label: str
    """the model's class name, e.g. `person`, `car`"""
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class Track:
    """The same thing over time on one camera. Never a person's identity, never shared between cameras."""

    camera_id: str
    track_id: int
    label: str
    confidence: float
    box: Box
    first_seen: datetime
    last_seen: datetime
    speed: float = 0.0
    """picture diagonals per second, smoothed"""
