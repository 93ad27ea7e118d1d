"""What is wrong with one picture, by its own measures and by what is usual: every threshold of the diagnosis."""

import math
from collections.abc import Callable, Sequence

from contracts.cameras import Defect
from detectors.quality.baseline import Usual
from detectors.quality.measures import Measures
from detectors.quality.structure import Structure

BLACK_P95, BLACK_CONTRAST = 22.0, 14.0
DARK_P95, DIM_P95, DIM_SHARE = 30.0, 62.0, 0.42
CLIPPED, CLIPPED_USUAL, WHITE_P05 = 0.45, 0.25, 205.0
WASHED_LIGHTER, WASHED_CONTRAST = 45.0, 0.35
LIGHT_MEAN, LIGHTER = 190.0, 60.0
BLURRED = 0.42
"""share of the usual sharpness"""
SHARP_LEAST, SHARP_NOWHERE = 0.1, 0.08
"""usual sharpness below which a blur cannot be told · what no camera in focus shows: blurred without knowing it"""
MOSAIC = 0.03
COVERED = 0.22
"""of the picture, in one patch: tiles of plain sky and road cannot be missed, so a cover of 30 % shows as less"""
COVERED_WHOLE_CONTRAST, COVERED_WHOLE_DETAIL = 0.4, 0.5
KEPT_NOTHING = 0.3
"""share of the usual edges below which hardly anything of the view is left"""
VOTES = 12
"""tiles that must be able to tell before the structure is judged"""
WARMER, COLDER, MAGENTA = 0.6, 0.3, 0.14
"""how far the middle colour may go: dusk and sodium lamps are warm, shade is cold, and no light is magenta or green"""


def judge(
    seen: Measures, structure: Callable[[Usual], Structure], hourly: Sequence[Usual], lately: Sequence[Usual]
) -> dict[Defect, float]:
    """Suspicions with the figure each was judged by.

    What earlier days say of this hour goes before what the last minutes say where a fault may come slowly (blur,
    darkness); where it comes at once (a cover, a push, a cast) the picture must be strange to both.
    """
    strict, both = hourly or lately, [*hourly, *lately]
    light = _light(seen, strict)
    if light is not None:
        return {light[0]: light[1]}
    found: dict[Defect, float] = {}
    if seen.blocks >= MOSAIC:
        found[Defect.MOSAIC] = seen.blocks
    cast = min((_cast(seen, usual) for usual in both), default=0.0)
    if cast >= 1.0:
        found[Defect.COLOUR_CAST] = cast
    sharp = max((_sharpness(seen, usual) for usual in strict), default=_sharpness_alone(seen))
    if _covered_whole(seen, both):
        found[Defect.OCCLUDED] = 1.0
    elif sharp < BLURRED:
        found[Defect.BLURRED] = sharp
    elif both and Defect.MOSAIC not in found:
        found |= _structure([structure(usual) for usual in both])
    if Defect.MOVED in found:
        found.pop(Defect.COLOUR_CAST, None)  # another view has other colours
    return found


def _light(seen: Measures, usual: Sequence[Usual]) -> tuple[Defect, float] | None:
    """Too much or too little: what else could be said of such a picture means nothing."""
    if seen.p95 < BLACK_P95 and seen.contrast < BLACK_CONTRAST:
        return Defect.BLACK, seen.mean
    dim = bool(usual) and all(seen.mean < DIM_SHARE * one.mean for one in usual)
    if seen.p95 < DARK_P95 or (seen.p95 < DIM_P95 and dim):
        return Defect.TOO_DARK, seen.mean
    burnt = seen.clipped >= CLIPPED and all(one.clipped < CLIPPED_USUAL for one in usual)
    if burnt or seen.p05 >= WHITE_P05 or (usual and all(_far_lighter(seen, one) for one in usual)):
        return Defect.TOO_BRIGHT, seen.mean
    return None


def _far_lighter(seen: Measures, usual: Usual) -> bool:
    washed_out = seen.mean >= usual.mean + WASHED_LIGHTER and seen.contrast < WASHED_CONTRAST * usual.contrast
    return washed_out or (seen.mean >= LIGHT_MEAN and seen.mean >= usual.mean + LIGHTER)


def _cast(seen: Measures, usual: Usual) -> float:
    """How far the colour went from the usual, 1 = as far as light may take it; towards neutral is no cast."""
    if seen.cast is None or usual.cast is None or math.hypot(*seen.cast) <= math.hypot(*usual.cast):
        return 0.0
    warm, magenta = seen.cast[0] - usual.cast[0], seen.cast[1] - usual.cast[1]
    return math.hypot(warm / (WARMER if warm > 0 else COLDER), magenta / MAGENTA)


def _sharpness(seen: Measures, usual: Usual) -> float:
    """Share of the usual sharpness; 1 where it cannot be told."""
    if seen.sharpness is None or usual.sharpness is None or usual.sharpness < SHARP_LEAST:
        return 1.0
    return seen.sharpness / usual.sharpness


def _sharpness_alone(seen: Measures) -> float:
    return 0.0 if seen.sharpness is not None and seen.sharpness < SHARP_NOWHERE else 1.0


def _covered_whole(seen: Measures, usual: Sequence[Usual]) -> bool:
    """Hardly any contrast and detail left although there is light."""
    return bool(usual) and all(
        seen.contrast < COVERED_WHOLE_CONTRAST * one.contrast
        and float(seen.detail.mean()) < COVERED_WHOLE_DETAIL * float(one.detail.mean())
        for one in usual
    )


def _structure(found: Sequence[Structure]) -> dict[Defect, float]:
    """A cover takes one patch and leaves the rest as it was; a push takes all and often shows where it went."""
    if any(one.votes < VOTES for one in found):
        return {}
    if all(one.shift is not None or one.kept < KEPT_NOTHING for one in found):
        shifts = [one.shift for one in found if one.shift is not None]
        if shifts:
            return {Defect.MOVED: max(abs(part) for part in shifts[0])}
        if all(one.changed > 0.6 for one in found):
            return {Defect.MOVED: 0.0}
    covered = min(one.covered for one in found)
    return {Defect.OCCLUDED: covered} if covered >= COVERED else {}
