"""A picture that is no good (视频质量异常): black, frozen, too dark or bright, blurred, discoloured, in blocks."""

from contracts.cameras import Defect
from detectors.rules.device_quality import START, step

__all__ = ["DEFECTS", "START", "step"]

DEFECTS = (
    Defect.BLACK, Defect.FROZEN, Defect.TOO_DARK, Defect.TOO_BRIGHT, Defect.BLURRED, Defect.COLOUR_CAST, Defect.MOSAIC,
)  # fmt: skip
