"""Which packets to decode and which pictures to hand on: decided before decoding, where the cost is."""

from dataclasses import dataclass, replace
from typing import Literal

Mode = Literal["keyframes", "sub", "full"]

SMART_CODEC_GOP_S = 5.0
"""Keyframes further apart than this are too few to watch by: decode everything instead."""

ALL_INTRA_S = 1.0
"""Where every picture is a keyframe (MJPEG), idle watching decodes no more than one in so long."""
EARLY = 0.9
"""A picture is due after this share of its interval, because keyframes come when the camera sends them."""

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
    decoded_key_s: float | None = None
    next_due_s: float = 0.0

    @property
    def gop_s(self) -> float | None:
        """The keyframe interval: the middle of the last few, None before the second keyframe."""
        return sorted(self.gops_s)[len(self.gops_s) // 2] if self.gops_s else None

    def decodes_all(self, mode: Mode, spacing_s: float = 0.0) -> bool:
        """Whether this mode decodes every packet now: keyframes do so when they are too far apart, and nothing does
        when pictures are wanted no oftener than keyframes come."""
        if self.gop_s is not None and spacing_s >= self.gop_s:
            return False
        return mode != "keyframes" or self.fallback

    def packet(self, mode: Mode, *, is_key: bool, at_s: float, spacing_s: float = 0.0) -> tuple["Cadence", bool]:
        """The next state, and whether to decode this packet; the detectors take a picture every `spacing_s`.

        Keyframes are decoded even where they come oftener: of a picture that waits, the newest is wanted. After
        keyframe-only decoding the references are missing, so full decoding begins at the next keyframe.
        """
        seen = self._note_key(at_s) if is_key else self._note_gap(at_s)
        all_of_it = seen.decodes_all(mode, spacing_s)
        decode = seen._wants_key(at_s, all_of_it) if is_key else seen.in_step and all_of_it
        decoded_key_s = at_s if decode and is_key else seen.decoded_key_s
        in_step = decode and all_of_it
        if (in_step, decoded_key_s) == (seen.in_step, seen.decoded_key_s):  # most packets change nothing
            return seen, decode
        return replace(seen, in_step=in_step, decoded_key_s=decoded_key_s), decode

    def picture(self, mode: Mode, *, at_s: float, spacing_s: float = 0.0) -> tuple["Cadence", bool]:
        """The next state, and whether to hand on this decoded picture: keyframes always, others at `max_fps`."""
        if not self.decodes_all(mode, spacing_s):
            return self, True
        if at_s < self.next_due_s:
            return self, False
        step = 1.0 / self.max_fps
        due = self.next_due_s + step if at_s - self.next_due_s < step else at_s + step
        return replace(self, next_due_s=due), True

    def _wants_key(self, at_s: float, all_of_it: bool) -> bool:
        """A stream's clock that jumped says nothing of when the last one was decoded."""
        if all_of_it or self.decoded_key_s is None:
            return True
        return not 0.0 <= at_s - self.decoded_key_s < EARLY * ALL_INTRA_S

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
