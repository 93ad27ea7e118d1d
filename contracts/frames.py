"""Pictures. They live inside one vision process and never go through Kafka."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture."""

    camera_id: str
    image: npt.NDArray[np.uint8]
    """BGR, shape (height, width, 3)"""
    captured_at: datetime
    """when the camera saw it: arrival time corrected by the stream's own clock; aware UTC"""
    is_keyframe: bool
    is_corrupt: bool = False
    moved: bool = True
    """the motion gate asks for a look at this picture; False: nothing moved, and the ungated look is not due yet"""
