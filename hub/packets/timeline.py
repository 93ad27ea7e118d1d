"""Decoding and presentation times for a player, out of what cameras send: gaps, steps back and B-frames. Pure."""

from dataclasses import dataclass, replace
from typing import NamedTuple

TIMESCALE = 90_000
USUAL = TIMESCALE // 25
"""a picture's length until the stream has shown its own"""
LONGEST = 2 * TIMESCALE
SHORTEST = TIMESCALE // 240


class Times(NamedTuple):
    """Of one picture, 90 kHz ticks."""

    decode: int
    offset: int
    """presentation − decoding time; may be negative"""
    duration: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is known after so many pictures; the default is a stream that has not begun.

    A player of Media Source Extensions throws pictures away up to the next keyframe when a decoding time jumps by more
    than twice the duration of the picture before. So decoding times never jump: after a gap they catch up by doubling
    steps, and the presentation time, which is the camera's own, is told apart from them by an offset.
    """

    origin_s: float | None = None
    decode: int = -1
    duration: int = USUAL
    highest: int = 0
    reorders: bool = False

    def step(self, at_s: float) -> tuple["Timeline", Times]:
        """The next packet, whose picture is shown at `at_s` on the stream's clock."""
        if self.origin_s is None:
            start = replace(self, origin_s=at_s, decode=0)
            return start, Times(0, 0, start.duration)
        shown = round((at_s - self.origin_s) * TIMESCALE)
        reorders = self.reorders or shown < self.highest
        highest = max(self.highest, shown)
        if reorders:  # pictures come in decoding order: one length each, drawn towards the newest time shown
            behind = highest - self.decode - self.duration
            decode = self.decode + min(max(self.duration + behind // 8, SHORTEST), 2 * self.duration)
            duration = min(max(self.duration + behind // 64, SHORTEST), LONGEST)
        else:
            decode = min(max(shown, self.decode + SHORTEST), self.decode + 2 * self.duration)
            duration = min(max(decode - self.decode, SHORTEST), LONGEST)
        following = replace(self, decode=decode, duration=duration, highest=highest, reorders=reorders)
        return following, Times(decode, shown - decode, duration)

    def after_break(self, at_s: float, passed_s: float) -> "Timeline":
        """The same timeline for a new connection whose first picture has `at_s`, `passed_s` after the last packet."""
        if self.origin_s is None:
            return self
        resumed = max(self.highest, self.decode) / TIMESCALE + max(passed_s, self.duration / TIMESCALE)
        return replace(self, origin_s=at_s - resumed, reorders=False)
