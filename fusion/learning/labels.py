"""What a fit learns from: incidents that people confirmed or dismissed, as they stood after every correction."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts.cameras import Camera
from contracts.geo import EARTH_RADIUS_M
from fusion.heard import Heard
from fusion.learning.calibration import Answer
from fusion.model import DAY


@dataclass(frozen=True, slots=True)
class Label:
    """One incident on which a person gave a verdict."""

    incident_id: str
    members: tuple[Heard, ...]
    """at least one"""
    kind: str
    """what it was, by that person; empty when nothing happened"""
    district: str = ""
    """whose it is, where that is known"""

    @property
    def real(self) -> bool:
        """Confirmed, not dismissed."""
        return bool(self.kind)

    @property
    def first(self) -> float:
        """Event time of its earliest signal."""
        return min(member.at for member in self.members)

    def count(self, source: str) -> int:
        """Signals of a source."""
        return sum(1 for member in self.members if member.source == source)

    @property
    def cameras(self) -> Counter[str]:
        """Camera → its signals."""
        return Counter(member.camera for member in self.members if member.source == "camera")

    @property
    def place(self) -> tuple[float, float]:
        """(lat, lon): the precision-weighted mean of its members; beyond three of them the far ones are left out."""
        near = self.members
        if len(near) > 3:
            lat, lon = _median([one.lat for one in near]), _median([one.lon for one in near])
            kept = sorted(near, key=lambda one: (metres(lat, lon, one.lat, one.lon), one.signal_id))
            near = tuple(kept[: math.ceil(0.8 * len(kept))])
        weights = [1.0 / (one.sigma**2 + 15.0**2) for one in near]
        whole = math.fsum(weights)
        return (
            math.fsum(weight * one.lat for weight, one in zip(weights, near, strict=True)) / whole,
            math.fsum(weight * one.lon for weight, one in zip(weights, near, strict=True)) / whole,
        )


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything that a fit is given."""

    labels: tuple[Label, ...]
    answers: tuple[Answer, ...]
    days: float
    """how long was listened"""
    share: float = 1.0
    """of all that was heard in those days: how much lies in labelled incidents"""
    views: Mapping[str, Camera] = field(default_factory=dict)
    """the cameras that there are; without them coverage stays as it was"""

    @property
    def exposure_days(self) -> float:
        """Days as if everything in them had been labelled."""
        return self.days * self.share


def lesson_of(
    labels: Sequence[Label], answers: Sequence[Answer], heard: Sequence[Heard], cameras: Sequence[Camera]
) -> Lesson:
    """Days and share from all signals that were heard in the meantime.

    Raises:
        ValueError: nothing was heard.
    """
    if not heard:
        raise ValueError("no signal was heard: there is nothing to learn from")
    at = sorted(one.at for one in heard)
    # Without the hundredth at each end: one clock that is years off must not make the days years.
    trim = len(at) // 100
    days = max((at[len(at) - 1 - trim] - at[trim]) / DAY, 1.0 / 24.0)
    labelled = sum(len(label.members) for label in labels)
    return Lesson(
        tuple(labels), tuple(answers), days, min(1.0, labelled / len(heard)),
        {camera.camera_id: camera for camera in cameras},
    )  # fmt: skip


def metres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Distance on the plane that touches the earth there; exact enough within a city."""
    east = math.radians(lon_b - lon_a) * math.cos(math.radians((lat_a + lat_b) / 2))
    return EARTH_RADIUS_M * math.hypot(east, math.radians(lat_b - lat_a))


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
