"""Picture quality of one camera as a pure fold: pictures go in, what is wrong and since when comes out."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import cv2
import numpy as np
import numpy.typing as npt

from contracts.cameras import Defect, PictureDefect
from detectors.quality.baseline import Baseline, Usual, by_the_hour, learned, longest_still_s, of_late
from detectors.quality.judging import judge
from detectors.quality.measures import Floats, Image, Measures, measure
from detectors.quality.structure import Structure, compare
from detectors.quality.words import say

STEADY_S = 8.0
"""a suspicion must be had of most pictures of about so long, and be gone as long, to be believed"""
BELIEVED, FORGOTTEN = 0.65, 0.3
ONE_LOOK_S = 2.5
"""no single picture counts for more time: it takes four to be believed, however seldom they come"""
STANDS_S = 10.0
"""the memory of the edges that stand still"""
ALIVE_LEVELS = 7.0
"""a change of so many grey levels somewhere is life; coding the same picture anew changes fewer"""
FROZEN_LEAST_S, FROZEN_TIMES = 30.0, 3.0
"""frozen: still for so many times as long as it was lately or at this hour, and at least this"""
FROZEN_UNKNOWN_S, WATCHED_S = 300.0, 1800.0
"""a camera that was watched for less than the second is given the first"""
SIZES = 3
"""how many sizes of picture (main stream, sub-stream) one camera's memory holds"""
GAP_S = 30.0
"""pictures further apart are no longer one watch: nothing is known of the time between"""
ADOPT_AFTER = timedelta(hours=24)
"""what has been wrong so long without anybody mending it is the new usual, learned anew"""
CORRUPT_SHARE = 0.3
NOTHING_TO_SEE = frozenset({Defect.BLACK, Defect.TOO_DARK, Defect.TOO_BRIGHT, Defect.OCCLUDED})
"""where nothing could move, standing still says nothing"""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One defect over the last seconds."""

    weight: float = 0.0
    since: datetime | None = None
    """the first picture of this run of suspicions"""
    believed: bool = False
    value: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What is remembered of the last seconds."""

    looked_at: datetime
    grey: Image
    """the last picture that showed life"""
    still_since: datetime
    standing: Floats
    """running mean of the edges"""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Everything known of one camera's picture; the default is: nothing yet."""

    sizes: Mapping[tuple[int, int], Baseline] = field(default_factory=dict)
    """what is usual, by width and height; the newest last"""
    view: View | None = None
    size: tuple[int, int] = (0, 0)
    suspicions: Mapping[Defect, Suspicion] = field(default_factory=dict)
    corrupt: float = 0.0
    """share of damaged pictures lately"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong now."""

    defects: tuple[PictureDefect, ...] = ()

    @property
    def names(self) -> frozenset[Defect]:
        """Only which."""
        return frozenset(one.defect for one in self.defects)


START = State()


def step(
    state: State,
    image: Image | None,
    at: datetime,
    *,
    seen: npt.NDArray[np.bool_] | None = None,
) -> tuple[State, Verdict]:
    """Fold one BGR picture in, or None for one that the decoder called damaged.

    `at` (aware UTC) never goes back: an older picture is ignored. `seen` (9, 16) is False where a privacy mask blanks
    the picture. About 6 ms of one core for a picture 960 wide.
    """
    if state.view is not None and at <= state.view.looked_at:
        return state, verdict_of(state, at)
    passed_s = _passed_s(state, at)
    corrupt = _towards(state.corrupt, 1.0 if image is None else 0.0, _share(passed_s, STEADY_S))
    state = replace(state, corrupt=corrupt)
    if image is None:
        return _without_picture(state, at, passed_s)
    return _with_picture(state, measure(image, seen), (image.shape[1], image.shape[0]), at, passed_s)


def verdict_of(state: State, at: datetime) -> Verdict:
    """What the state says."""
    believed = ((d, s) for d, s in state.suspicions.items() if s.believed)
    return Verdict(tuple(_told(defect, suspicion, at) for defect, suspicion in believed))


def _told(defect: Defect, suspicion: Suspicion, at: datetime) -> PictureDefect:
    zh, en = say(defect, suspicion.value)
    return PictureDefect(defect=defect, since=suspicion.since or at, zh=zh, en=en)


def _without_picture(state: State, at: datetime, passed_s: float) -> tuple[State, Verdict]:
    found = {Defect.MOSAIC: state.corrupt} if state.corrupt >= CORRUPT_SHARE else {}
    others = {d: s for d, s in state.suspicions.items() if d is not Defect.MOSAIC}
    mosaic = _suspect(state.suspicions.get(Defect.MOSAIC, Suspicion()), found.get(Defect.MOSAIC), at, passed_s)
    view = replace(state.view, looked_at=at) if state.view else None
    state = replace(state, view=view, suspicions=others | {Defect.MOSAIC: mosaic})
    return state, verdict_of(state, at)


def _with_picture(
    state: State, seen: Measures, size: tuple[int, int], at: datetime, passed_s: float
) -> tuple[State, Verdict]:
    fresh = state.view is None or state.size != size or passed_s > GAP_S
    view = _view(None if fresh else state.view, seen, at, passed_s)
    baseline = state.sizes.get(size, Baseline())
    hourly, lately = by_the_hour(baseline, at), of_late(baseline, at)
    found = judge(seen, _comparison(seen, view), hourly, lately)
    still_s = (at - view.still_since).total_seconds()
    if still_s >= _frozen_after_s(hourly, lately) and not NOTHING_TO_SEE & found.keys():
        found[Defect.FROZEN] = still_s
    if state.corrupt >= CORRUPT_SHARE:
        found[Defect.MOSAIC] = max(state.corrupt, found.get(Defect.MOSAIC, 0.0))
    suspicions = {
        defect: _suspect(state.suspicions.get(defect, Suspicion()), found.get(defect), at, passed_s)
        for defect in Defect
        if defect in found or defect in state.suspicions
    }
    suspicions = {d: s for d, s in suspicions.items() if s.believed or s.weight > 0.01}
    if _to_be_adopted(suspicions, at):
        baseline, suspicions = Baseline(), {}
    elif not found and all(s.weight < FORGOTTEN for s in suspicions.values()):
        stood_s = _stood_s(state.view, view) if state.view and not fresh else 0.0
        baseline = learned(baseline, seen, at, passed_s=min(passed_s, STANDS_S), still_s=stood_s)
    sizes = {known: kept for known, kept in state.sizes.items() if known != size} | {size: baseline}
    sizes = dict(list(sizes.items())[-SIZES:])
    state = State(sizes, view, size, suspicions, state.corrupt)
    return state, verdict_of(state, at)


def _comparison(seen: Measures, view: View) -> Callable[[Usual], Structure]:
    def compared(usual: Usual) -> Structure:
        return compare(seen.edges, view.standing, seen.detail, seen.light, usual)

    return compared


def _view(before: View | None, seen: Measures, at: datetime, passed_s: float) -> View:
    if before is None:
        return View(at, seen.grey, at, seen.edges)
    change = cv2.absdiff(before.grey, seen.grey)
    alive = float(np.partition(change.ravel(), -15)[-15]) >= ALIVE_LEVELS
    standing = before.standing + np.float32(_share(passed_s, STANDS_S)) * (seen.edges - before.standing)
    if alive:
        return View(at, seen.grey, at, standing)
    return View(at, before.grey, before.still_since, standing)


def _stood_s(before: View, now: View) -> float:
    """How long the picture stood still that has just moved again; while it stands nothing is learned of it."""
    return (now.looked_at - before.still_since).total_seconds() if now.still_since == now.looked_at else 0.0


def _frozen_after_s(hourly: list[Usual], lately: list[Usual]) -> float:
    known = [*hourly, *lately]
    watched = any(usual.looked_s >= WATCHED_S for usual in known)
    return max(FROZEN_LEAST_S if watched else FROZEN_UNKNOWN_S, FROZEN_TIMES * longest_still_s(known))


def _suspect(before: Suspicion, value: float | None, at: datetime, passed_s: float) -> Suspicion:
    weight = _towards(before.weight, 0.0 if value is None else 1.0, _share(min(passed_s, ONE_LOOK_S), STEADY_S))
    believed = weight >= (FORGOTTEN if before.believed else BELIEVED)
    if value is None:
        return Suspicion(weight, before.since if believed else None, believed, before.value)
    return Suspicion(weight, before.since or at, believed, value)


def _to_be_adopted(suspicions: Mapping[Defect, Suspicion], at: datetime) -> bool:
    return any(s.believed and s.since is not None and at - s.since >= ADOPT_AFTER for s in suspicions.values())


def _passed_s(state: State, at: datetime) -> float:
    return (at - state.view.looked_at).total_seconds() if state.view else 1.0


def _share(passed_s: float, memory_s: float) -> float:
    return 1.0 - math.exp(-min(passed_s, memory_s) / memory_s)


def _towards(old: float, new: float, share: float) -> float:
    return old + share * (new - old)
