"""Somebody or something covers the camera or has moved it (遮挡或移位)."""

from contracts.cameras import Defect
from detectors.rules.device_quality import START, step

__all__ = ["DEFECTS", "START", "step"]

DEFECTS = (Defect.OCCLUDED, Defect.MOVED)
