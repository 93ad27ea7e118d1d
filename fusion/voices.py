"""Who spoke of a happening, and how often: by source, and cameras one by one. Whole numbers, no persons."""

from collections.abc import Mapping
from typing import NamedTuple

from fusion.part import Part

Counts = Mapping[str, int]


class Voices(NamedTuple):
    """Signals by source."""

    calls: int
    """of 110"""
    reports: int
    """of grid workers"""
    spoke: int
    """of cameras"""
    cameras: Counts
    """camera → its signals"""
    claims: Counts
    """what cameras claimed → signals"""

    @property
    def human(self) -> bool:
        """Whether a person spoke."""
        return self.calls > 0 or self.reports > 0

    def changed(self, part: Part, change: int) -> "Voices":
        """With one signal more (1) or less (−1)."""
        if part.source == "police_110":
            return Voices(self.calls + change, self.reports, self.spoke, self.cameras, self.claims)
        if not part.camera:
            return Voices(self.calls, self.reports + change, self.spoke, self.cameras, self.claims)
        return Voices(
            self.calls,
            self.reports,
            self.spoke + change,
            counted(self.cameras, part.camera, change),
            counted(self.claims, part.claim, change),
        )

    def both(self, other: "Voices") -> "Voices":
        """Those of two happenings as one."""
        return Voices(
            self.calls + other.calls, self.reports + other.reports, self.spoke + other.spoke,
            summed(self.cameras, other.cameras), summed(self.claims, other.claims),
        )  # fmt: skip


SILENCE = Voices(0, 0, 0, {}, {})


def counted(counts: Counts, key: str, change: int) -> dict[str, int]:
    """The counts with one of them changed; a name that counts nothing is not there."""
    changed = {**counts, key: counts.get(key, 0) + change}
    if not changed[key]:
        del changed[key]
    return changed


def summed(one: Counts, other: Counts) -> dict[str, int]:
    """Both counts."""
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}
