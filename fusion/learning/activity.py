"""How many incidents a usual day brings a district: what `fusion.activity` compares the last hours with."""

from collections import Counter
from collections.abc import Sequence

from fusion.learning.labels import Label

LEAST = 20
"""labels of a district below which its usual is not known"""


def usual(labels: Sequence[Label], days: float, *, exercise: bool) -> dict[str, float]:
    """District → incidents a day, those dismissed among them; `days`: as if everything in them had been labelled."""
    counts = Counter(label.district for label in labels if label.district and label.members[0].exercise is exercise)
    return {district: round(number / days, 3) for district, number in sorted(counts.items()) if number >= LEAST}
