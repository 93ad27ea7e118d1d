"""A picture that comes and is no good: told after some seconds of it, ended after some seconds without."""

from collections.abc import Mapping, Set
from datetime import datetime

from contracts.cameras import Defect
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Limits
from detectors.rules.happening import step as fold

START = NOTHING


def step(
    state: Happening, defects: Set[Defect], now: datetime, *, thresholds: Mapping[str, float]
) -> tuple[Happening, Intent | None]:
    """Fold one diagnosis in; only the defects that `thresholds` asks for count (1: told, 0: not).

    While no picture comes nothing is folded in: what was wrong is not over because nobody could see it.
    """
    wrong = sum(bool(thresholds.get(defect.value)) for defect in defects)
    limits = Limits(
        hold_s=thresholds["hold_s"], clear_s=thresholds["clear_s"], every_s=thresholds["every_s"], blind_s=None
    )
    return fold(state, Level(wrong, on=wrong > 0, off=wrong == 0), now, limits)
