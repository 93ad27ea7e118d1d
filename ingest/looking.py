"""From a decoded picture to a frame for the detectors: the gate on its luma, and colour only where it is wanted."""

from datetime import datetime

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from contracts.frames import Frame
from ingest import motion
from ingest.blanking import Blanks
from ingest.colour import Pixels, luma_of, shrunk_bgr
from ingest.link import Link

SHOWN_EVERY_S = 0.95
"""a still picture is handed on as often: for the wall's last picture and the diagnosis of picture quality"""
EARLY = 0.9
"""a look is due after this share of its interval, because pictures come when the camera sends them"""


class Eye:
    """One connection's gate, masks and scaler."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._blanks = Blanks(link.masks)
        self._scaler = VideoReformatter()
        self._background: motion.Background | None = None
        self._looked_s = self._shown_s = float("-inf")

    def frame(self, picture: VideoFrame, captured_at: datetime, *, corrupt: bool, now_s: float) -> Frame | None:
        """The frame, with `moved` where a look is asked for; None for a still picture that nobody waits for."""
        moved = corrupt or self._asks_for_a_look(picture, now_s)
        if not moved and now_s - self._shown_s < SHOWN_EVERY_S:
            return None
        self._shown_s = now_s
        image = self._bgr(picture)
        return Frame(self._link.camera_id, image, captured_at, bool(picture.key_frame), corrupt, moved)

    def _asks_for_a_look(self, picture: VideoFrame, now_s: float) -> bool:
        """Something moved, or nobody has looked for so long as a standing crowd may go unseen."""
        link = self._link
        grid = self._grid(picture)
        self._background, moves = motion.step(self._background, grid, now_s)
        if moves:
            link.facts.moved_at = link.clock()
        due = now_s - self._looked_s >= EARLY * link.look_every_s
        if moves or due:
            self._looked_s = now_s
            link.counters.ungated += not moves
            return True
        link.counters.gated += 1
        return False

    def _grid(self, picture: VideoFrame) -> motion.Luma:
        luma = luma_of(picture)
        grid = motion.grid(self._scaled(picture, motion.COLUMNS, "gray") if luma is None else luma)
        self._blanks.blank(grid)
        return grid

    def _bgr(self, picture: VideoFrame) -> Pixels:
        """BGR (height, width, 3), no wider than `max_width`, masks blanked."""
        max_width = self._link.max_width
        image = shrunk_bgr(picture, fit(picture.width, picture.height, max_width))
        if image is None:
            image = self._scaled(picture, max_width, "bgr24")
        self._blanks.blank(image)
        return image

    def _scaled(self, picture: VideoFrame, max_width: int | None, form: str) -> Pixels:
        width, height = fit(picture.width, picture.height, max_width)
        scaled = self._scaler.reformat(
            picture, width=width, height=height, format=form, interpolation=Interpolation.AREA, threads=1
        )
        return np.asarray(scaled.to_ndarray(), dtype=np.uint8)


def fit(width: int, height: int, max_width: int | None) -> tuple[int, int]:
    """The size of a picture scaled down to `max_width` with its shape kept; sides are even and never grow."""
    if max_width is None or width <= max_width:
        return width, height
    return max_width // 2 * 2, max(2, round(height * max_width / width / 2) * 2)
