"""Whether the machine is as right as it says: what was said against what was, as rows and as a picture."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Bin(NamedTuple):
    """One row of a reliability diagram."""

    said: float
    """mean of the probabilities in it"""
    was: float
    """share of them that came true"""
    weight: float


def reliability(said: Iterable[tuple[float, bool, float]], bins: int = 10) -> list[Bin]:
    """(p, came true, weight) → rows of equal width, empty ones left out. p in [0, 1]."""
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for p, true, weight in said:
        row = sums[min(bins - 1, int(p * bins))]
        row[0] += weight * p
        row[1] += weight * true
        row[2] += weight
    return [Bin(row[0] / row[2], row[1] / row[2], row[2]) for _, row in sorted(sums.items()) if row[2] > 0]


def expected_calibration_error(rows: Iterable[Bin]) -> float:
    """Mean distance between what was said and what was, by weight; 0 of nothing."""
    rows = list(rows)
    whole = sum(row.weight for row in rows)
    return sum(row.weight * abs(row.said - row.was) for row in rows) / whole if whole else 0.0


SIDE, EDGE = 320, 40


def diagram(rows: Sequence[Bin], title: str) -> str:
    """An SVG: said on the way right, came true on the way up, a circle's area by weight; honest is the diagonal."""
    whole = sum(row.weight for row in rows) or 1.0
    inner = SIDE - 2 * EDGE

    def point(x: float, y: float) -> tuple[float, float]:
        return round(EDGE + inner * x, 1), round(SIDE - EDGE - inner * y, 1)

    (left, bottom), (right, top) = point(0, 0), point(1, 1)
    marks = []
    for row in rows:
        x, y = point(row.said, row.was)
        radius = round(3 + 14 * (row.weight / whole) ** 0.5, 1)
        said = f"said {row.said:.2f}, was {row.was:.2f}, {row.weight:.0f} answers"
        marks.append(f'<circle cx="{x}" cy="{y}" r="{radius}"><title>{said}</title></circle>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" role="img" '
        f'aria-label="{title}"><g fill="none" stroke="#888"><rect x="{left}" y="{top}" width="{inner}" '
        f'height="{inner}"/><path d="M{left} {bottom}L{right} {top}" stroke-dasharray="4"/></g>'
        f'<g fill="#2a6fb0" fill-opacity=".55">{"".join(marks)}</g><g font-size="11" fill="#555" '
        f'text-anchor="middle" font-family="sans-serif"><text x="{SIDE / 2:.0f}" y="20">{title}</text>'
        f'<text x="{SIDE / 2:.0f}" y="{SIDE - 12}">said 说的概率</text>'
        f'<text transform="translate(16 {SIDE / 2:.0f}) rotate(-90)">came true 实际</text></g></svg>'
    )
