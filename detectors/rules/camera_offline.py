"""A camera without a healthy picture (摄像机离线): a device fault of its own, never «all clear»."""

from collections.abc import Mapping
from datetime import datetime

from contracts.cameras import CameraHealth
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Limits
from detectors.rules.happening import step as fold

START = NOTHING


def step(
    state: Happening, health: CameraHealth, now: datetime, *, thresholds: Mapping[str, float]
) -> tuple[Happening, Intent | None]:
    """Fold one report of a camera's health in; also call it while nothing changes."""
    online = health is CameraHealth.ONLINE
    limits = Limits(
        hold_s=thresholds["offline_s"], clear_s=thresholds["clear_s"], every_s=thresholds["every_s"], blind_s=None
    )
    return fold(state, Level(0 if online else 1, on=not online, off=online), now, limits)
