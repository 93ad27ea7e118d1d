"""How things moved over the last seconds, in metres, from tracks; shared by the rules about speed and direction.

Where the camera's ground is known, metres come from the foot on the ground; elsewhere the thing's own height is the
yardstick: a person in the picture is 1.7 m high.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from contracts.detections import Track
from detectors.rules.scope import Scope
from detectors.rules.vehicles import TALL_M

LAPSE_S = 1.5
"""a track that was lost for longer begins its path anew"""
SAME_HEIGHT = 0.2
"""a box whose height changed by more in one step was covered or uncovered: that step says nothing of speed"""
LEAST_STEPS, LEAST_S = 3, 0.7
"""below these nothing is said of a speed"""
DEPTH = 4.0
"""in a picture taken from above, something that comes or goes moves at least at a quarter of its speed"""


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a thing was: its foot in picture heights, its height in the same, its foot on the ground in metres."""

    at: datetime
    x: float
    y: float
    tall: float
    metres: tuple[float, float] | None


Path = tuple[Fix, ...]


def paths(
    before: Mapping[int, Path], tracks: Iterable[Track], now: datetime, *, aspect: float, scope: Scope, keep_s: float
) -> dict[int, Path]:
    """The paths of the tracks that are seen now, and of those lost a moment ago, over the last `keep_s`."""
    kept = {n: path for n, path in before.items() if (now - path[-1].at).total_seconds() <= LAPSE_S}
    for track in tracks:
        x, y = track.box.foot
        metres = scope.ground.metres((x, y)) if scope.ground else None
        fix = Fix(now, x * aspect, y, max(1e-6, track.box.y1 - track.box.y0), metres)
        recent = (one for one in kept.get(track.track_id, ()) if (now - one.at).total_seconds() <= keep_s)
        kept[track.track_id] = (*recent, fix)
    return kept


def moved_m(a: Fix, b: Fix, label: str) -> tuple[float, float]:
    """Metres from `a` to `b`: east and north where the ground is known, else right and down in the picture."""
    if a.metres is not None and b.metres is not None:
        return b.metres[0] - a.metres[0], b.metres[1] - a.metres[1]
    scale = 2 * TALL_M.get(label, 1.5) / (a.tall + b.tall)
    return (b.x - a.x) * scale, (b.y - a.y) * scale


def speed_m_s(path: Path, now: datetime, label: str, *, over_s: float = 1.3) -> float | None:
    """The median speed of the last second; None while there is too little to say one.

    A foot that is hidden for a moment jumps and jumps back: such steps show by the box's height and are left out, and
    of what slips through the median takes no notice.
    """
    recent = [fix for fix in path if (now - fix.at).total_seconds() <= over_s]
    steps = [(a, b) for a, b in pairwise(recent) if abs(a.tall - b.tall) <= SAME_HEIGHT * max(a.tall, b.tall)]
    if len(steps) < LEAST_STEPS or (recent[-1].at - recent[0].at).total_seconds() < LEAST_S:
        return None
    return median(_step_m_s(a, b, label) for a, b in steps)


def _step_m_s(a: Fix, b: Fix, label: str) -> float:
    seconds = (b.at - a.at).total_seconds()
    metres = math.hypot(*moved_m(a, b, label))
    if a.metres is not None:  # far away a trembling pixel is metres: no more than the picture itself shows
        metres = min(metres, DEPTH * math.hypot(b.x - a.x, b.y - a.y) * 2 * TALL_M.get(label, 1.5) / (a.tall + b.tall))
    return metres / seconds
