"""Plays pictures to a rule and notes what it tells."""

from collections.abc import Iterable
from types import ModuleType

from contracts.detections import Box, Detection, Track
from detectors.rules.happening import Intent, Phase, Sight
from detectors.rules.scope import Scope
from tests.detectors.scenes import CAMERA_ID, T0, at

SQUARE = 1.0
"""an aspect with which fractions of width and height are the same length"""


def play(rule: ModuleType, sights: Iterable[Sight], scope: Scope, *, every_s: float) -> list[tuple[float, Intent]]:
    """Seconds and intent of everything told."""
    state, told = rule.START, []
    for number, sight in enumerate(sights):
        now = round(every_s * number, 3)
        state, intent = rule.step(state, sight, at(now), scope)
        told += [(now, intent)] if intent else []
    return told


def phases(told: list[tuple[float, Intent]]) -> list[Phase]:
    return [intent.phase for _, intent in told]


def moving(number: int, x: float, y: float, *, label: str = "person", tall: float = 0.1, wide: float = 0.04) -> Track:
    """A track whose foot is at (x, y)."""
    return Track(CAMERA_ID, number, label, 0.8, Box(x - wide / 2, y - tall, x + wide / 2, y), T0, T0)


def sight(*tracks: Track, extra: tuple[Detection, ...] = ()) -> Sight:
    """Tracks and the detections that they were made from."""
    hits = tuple(Detection(track.label, track.confidence, track.box) for track in tracks)
    return Sight((*hits, *extra), tracks, SQUARE)
