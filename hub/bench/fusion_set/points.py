"""What every side of the bench is given: signals as points in metres, seconds, kinds and words, and their truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.kinds import Kind
from contracts.signals import Signal
from fusion.heard import Heard, hear, seconds

JUDGED_SOURCES = frozenset({"camera", "police_110", "grid"})
"""disputes and petitions never join, and are left out of the figures"""


@dataclass(frozen=True, slots=True)
class Point:
    """One signal at its newest update, as a rule that groups signals would see it."""

    name: str
    source: str
    kind: str
    x: float
    y: float
    sigma: float
    at: float
    """event time, seconds"""
    arrived: float
    words: frozenset[str]
    camera: str


@dataclass(frozen=True, slots=True)
class Day:
    """Signals in order of arrival, and which of them are one happening."""

    name: str
    signals: tuple[tuple[Signal, datetime], ...]
    """each with its arrival; with duplicates and updates, as they came"""
    truth: Mapping[str, str]
    """signal id → true cluster; only signals that are judged"""
    points: tuple[Point, ...]
    """the judged signals, once each, in order of arrival"""

    @property
    def source_of(self) -> dict[str, str]:
        """Signal id → source."""
        return {point.name: point.source for point in self.points}


def is_judged(signal: Signal) -> bool:
    """Whether a signal counts: disputes, petitions and dead cameras never join."""
    return signal.source in JUDGED_SOURCES and signal.kind is not Kind.DEVICE


def day_of(name: str, signals: Sequence[tuple[Signal, datetime]], cluster_of: Mapping[str, str]) -> Day:
    """`cluster_of`: signal id → what a perfect partition groups by: an incident, a burst of false alarms, one call."""
    first = signals[0][0].place
    points: dict[str, Point] = {}
    for signal, arrival in signals:
        if is_judged(signal):
            known = points.get(signal.signal_id)
            arrived = known.arrived if known is not None else seconds(arrival)
            points[signal.signal_id] = _point(hear(signal, (first.lat, first.lon)), arrived)
    return Day(name, tuple(signals), {one: cluster_of[one] for one in points}, tuple(points.values()))


def _point(heard: Heard, arrived: float) -> Point:
    return Point(
        name=heard.signal_id,
        source=heard.source,
        kind=heard.kind,
        x=heard.x,
        y=heard.y,
        sigma=heard.sigma,
        at=heard.at,
        arrived=arrived,
        words=frozenset(heard.words),
        camera=heard.camera,
    )
