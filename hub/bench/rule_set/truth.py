"""What the labels of the street say: who stays where how long, and who crosses the gate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contracts.cameras import Line, Zone
from detectors.zones import contains
from hub.bench.rule_set.street import Street

ZONES = (
    Zone(name="grass", points=((0.0, 0.62), (0.25, 0.68), (0.5, 0.88), (0.6, 1.0), (0.0, 1.0))),
    Zone(name="lane", points=((0.74, 0.72), (1.0, 0.72), (1.0, 1.0), (0.74, 1.0))),
    Zone(name="yard", points=((0.80, 0.0), (1.0, 0.0), (1.0, 0.20), (0.80, 0.20))),
    Zone(name="road", points=((0.0, 0.45), (1.0, 0.45), (1.0, 0.95), (0.0, 0.95))),
)
GATE = Line(name="gate", start=(0.70, 1.0), end=(0.70, 0.25))
LANE = Line(name="lane", start=(1.0, 0.7), end=(0.0, 0.7))
"""traffic goes to the left"""
NEAR_GATE = 0.012
LOST_S = 3.0
"""a label that jumps over a longer gap went to another person"""
MERGE_S = 8.0
"""two stays with less between them are one happening: the rules' clear_s"""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something happens, seconds."""

    start: float
    end: float

    def mapped(self, when: Callable[[float], float]) -> "Span":
        """At other times."""
        return Span(when(self.start), when(self.end))

    def reversed(self, length_s: float) -> "Span":
        """As seen when the clip runs backwards."""
        return Span(length_s - self.end, length_s - self.start)


def stays(street: Street, zone: str, *, least_s: float) -> tuple[Span, ...]:
    """When somebody's foot is in a zone for so long, as one happening where the pauses are short."""
    area = next(one for one in ZONES if one.name == zone)
    spans: list[Span] = []
    for track in street.tracks():
        inside = [row[0] for row in track if contains(area, _foot(row))]
        spans += [span for span in _runs(inside) if span.end - span.start >= least_s]
    return _merged(sorted(spans, key=lambda span: span.start))


def crossings(street: Street) -> int:
    """How often a labelled foot goes from one side of the gate to the other and stays there."""
    x = GATE.start[0]
    found = 0
    for track in street.tracks():
        sides = [(row[0], _foot(row)[0] < x) for row in track if abs(_foot(row)[0] - x) > NEAR_GATE]
        found += sum(a[1] != b[1] and b[0] - a[0] <= LOST_S for a, b in pairwise(sides))
    return found


def _runs(moments: Sequence[float]) -> list[Span]:
    """Unbroken stretches of labels."""
    spans: list[Span] = []
    for moment in moments:
        if spans and moment - spans[-1].end <= 1.5:
            spans[-1] = Span(spans[-1].start, moment)
        else:
            spans.append(Span(moment, moment))
    return spans


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start - merged[-1].end <= MERGE_S:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _foot(row: Sequence[float]) -> tuple[float, float]:
    return (row[1] + row[3]) / 2, row[4]
