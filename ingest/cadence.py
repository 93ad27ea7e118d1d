"""Which packets to decode and which pictures to hand on: decided before decoding, where the cost is."""

from dataclasses import dataclass, replace
from typing import Literal

Mode = Literal["keyframes", "sub", "full"]

SMART_CODEC_GOP_S = 5.0
"""Keyframes further apart than this are too few to watch by: decode everything instead."""

BACK_TO_KEYFRAMES_GOP_S = 3.0
GOP_MEMORY = 3
"""The fall-back follows the shortest of this many intervals, the return the longest."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """What has been seen of one stream so far. Packets come with seconds of the stream's clock, pictures of ours."""

    max_fps: float
    gops_s: tuple[float, ...] = ()
    last_key_s: float | None = None
    opened_s: float | None = None
    in_step: bool = False
    """the decoder has every picture since the last keyframe, so the next packet can be decoded"""
    fallback: bool = False
    next_due_s: float = 0.0

    @property
    def gop_s(self) -> float | None:
        """The keyframe interval: the middle of the last few, None before the second keyframe."""
        return sorted(self.gops_s)[len(self.gops_s) // 2] if self.gops_s else None

    def decodes_all(self, mode: Mode) -> bool:
        """Whether this mode decodes every packet now: keyframes do so when they are too far apart."""
        return mode != "keyframes" or self.fallback

    def packet(self, mode: Mode, *, is_key: bool, at_s: float) -> tuple["Cadence", bool]:
        """The next state, and whether to decode this packet.

        After keyframe-only decoding the references are missing, so full decoding begins at the next keyframe.
        """
        seen = self._note_key(at_s) if is_key else self._note_gap(at_s)
        decode = is_key or (seen.in_step and seen.decodes_all(mode))
        return replace(seen, in_step=decode and seen.decodes_all(mode)), decode

    def picture(self, mode: Mode, *, at_s: float) -> tuple["Cadence", bool]:
        """The next state, and whether to hand on this decoded picture: keyframes always, others at `max_fps`."""
        if not self.decodes_all(mode):
            return self, True
        if at_s < self.next_due_s:
            return self, False
        step = 1.0 / self.max_fps
        due = self.next_due_s + step if at_s - self.next_due_s < step else at_s + step
        return replace(self, next_due_s=due), True

    def _note_key(self, at_s: float) -> "Cadence":
        if self.last_key_s is None:
            return replace(self, last_key_s=at_s, opened_s=at_s)
        gops = (*self.gops_s, max(0.0, at_s - self.last_key_s))[-GOP_MEMORY:]
        far = min(gops) > SMART_CODEC_GOP_S or (self.fallback and max(gops) > BACK_TO_KEYFRAMES_GOP_S)
        return replace(self, gops_s=gops, last_key_s=at_s, fallback=far)

    def _note_gap(self, at_s: float) -> "Cadence":
        """A keyframe that is overdue on a stream that has shown one is a smart codec: fall back at once."""
        if self.opened_s is None:
            return replace(self, opened_s=at_s)
        overdue = self.last_key_s is not None and at_s - self.last_key_s > SMART_CODEC_GOP_S
        return replace(self, fallback=True) if overdue and not self.fallback else self
