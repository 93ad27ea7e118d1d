"""`hub bench gate`: the motion gate on a 1080p luma plane, processor time a picture at equal recall.

Peers: OpenCV's MOG2 on the same coarse grid as ours (the cheapest way to use it) and on 640×360 as it is mostly used,
and a percentile-stretched running average on 100 rows as NVRs have it. Every side makes its own small picture from the
same plane, and its time for that counts. All have the same ungated looks, which are what sees a crowd that stands.
"""

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import cv2
import numpy as np

from hub import assets
from hub.bench import progress
from hub.bench.gate_scenes import Luma, Shown, Stage, scenes
from ingest import motion
from ingest.modes import LOOK_IDLE_S

ROUNDS = 3
WARM_S = 20.0
FACTOR, WANT, LOST_RECALL = 3.0, 8.0, 0.01
MOG2_GRID = "OpenCV MOG2 on our grid"


class Gate(Protocol):
    """Says of each picture whether something moves."""

    def opens(self, luma: Luma, at_s: float) -> bool:
        """For one 1080p luma plane."""
        ...


class Ours:
    """`ingest.motion`, as a camera's thread uses it."""

    def __init__(self) -> None:
        self._state: motion.Background | None = None

    def opens(self, luma: Luma, at_s: float) -> bool:
        """See `Gate`."""
        self._state, moves = motion.step(self._state, motion.grid(luma), at_s)
        return moves


class Mog2:
    """OpenCV's subtractor with its defaults; open when something larger than `least` pixels is in front."""

    def __init__(self, shrink: Callable[[Luma], Luma], least: int) -> None:
        self._shrink, self._least = shrink, least
        self._subtractor = cv2.createBackgroundSubtractorMOG2(detectShadows=False)
        self._kernel = np.ones((2, 2), np.uint8)

    def opens(self, luma: Luma, at_s: float) -> bool:
        """See `Gate`."""
        front = cv2.erode(self._subtractor.apply(self._shrink(luma)), self._kernel)
        return cv2.countNonZero(front) >= self._least


class Percentile:
    """100 rows, contrast stretched between percentiles, blurred, against a running average; contours of ≥ 10 pixels."""

    def __init__(self) -> None:
        self._average: Any = None

    def opens(self, luma: Luma, at_s: float) -> bool:
        """See `Gate`."""
        small = cv2.resize(luma, (178, 100), interpolation=cv2.INTER_NEAREST)
        low, high = np.percentile(small, (4, 96))
        small = np.clip((small - low) * (255.0 / max(1.0, high - low)), 0, 255).astype(np.uint8)
        small = cv2.GaussianBlur(small, (3, 3), 0)
        if self._average is None:
            self._average = small.astype(np.float32)
        delta = cv2.absdiff(small, cv2.convertScaleAbs(self._average))
        cv2.accumulateWeighted(small, self._average, 0.05)
        hot = cv2.dilate(cv2.threshold(delta, 30, 255, cv2.THRESH_BINARY)[1], np.ones((3, 3), np.uint8))
        contours, _ = cv2.findContours(hot, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        return any(cv2.contourArea(one) >= 10 for one in contours)


def _at_360p(luma: Luma) -> Luma:
    return np.asarray(cv2.resize(luma, (640, 360), interpolation=cv2.INTER_LINEAR), np.uint8)


SIDES: Mapping[str, Callable[[], Gate]] = {
    "ours": Ours,
    MOG2_GRID: lambda: Mog2(motion.grid, 1),
    "OpenCV MOG2 on 640×360": lambda: Mog2(_at_360p, 8),
    "percentile and running average": Percentile,
}


@dataclass(slots=True)
class Tally:
    """What one side did."""

    cpu_us: list[float] = field(default_factory=list)
    moving: int = 0
    opened_on_moving: int = 0
    still: int = 0
    opened_on_still: int = 0
    present: int = 0
    looked_in_time: int = 0
    """moments with somebody in the picture in which the last look is no older than the ungated interval"""


async def measure(*, rounds: int = ROUNDS) -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`."""
    cv2.setNumThreads(1)
    stage = Stage(assets.ensure())
    tallies = {name: Tally() for name in SIDES}
    names = list(scenes(stage))
    for number in range(rounds):
        for done, name in enumerate(names):
            progress.say(name, number * len(names) + done, rounds * len(names))
            _play(scenes(stage)[name], tallies)
    return verdict(tallies)


def _play(scene: Iterator[Shown], tallies: Mapping[str, Tally]) -> None:
    """Every picture goes to every side, so that a busy machine is busy for all; who comes first, when nothing is in the
    cache, goes round."""
    gates = {name: make() for name, make in SIDES.items()}
    looked_s = dict.fromkeys(SIDES, float("-inf"))
    turns = deque(gates)
    for shown in scene:
        turns.rotate(-1)
        for name in turns:
            gate = gates[name]
            plane = shown.luma.copy()  # just written, as by a decoder
            began_s = time.thread_time()
            opens = gate.opens(plane, shown.at_s)
            tallies[name].cpu_us.append((time.thread_time() - began_s) * 1e6)
            if opens or shown.at_s - looked_s[name] >= LOOK_IDLE_S:
                looked_s[name] = shown.at_s
            _count(tallies[name], shown, opens, shown.at_s - looked_s[name])


def _count(tally: Tally, shown: Shown, opens: bool, last_look_s: float) -> None:
    if shown.at_s < WARM_S:
        return
    if shown.moves:
        tally.moving += 1
        tally.opened_on_moving += opens
    elif not shown.present:
        tally.still += 1
        tally.opened_on_still += opens
    if shown.present:
        tally.present += 1
        tally.looked_in_time += last_look_s <= LOOK_IDLE_S


def verdict(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """What was measured, judged."""
    said = {name: _said(tally) for name, tally in tallies.items()}
    ours = said["ours"]
    ratios = {name: one["cpu_us"] / ours["cpu_us"] for name, one in said.items() if name != "ours"}
    guards = {
        "opens for what moves, at most a point less than MOG2": ours["recall"]
        >= said[MOG2_GRID]["recall"] - LOST_RECALL,
        "whoever stands or lies is looked at in time": ours["looked in time"] == 1.0,
        "opens on an empty street no more than MOG2": ours["opened on still"]
        <= said[MOG2_GRID]["opened on still"] + 0.01,
    }
    least = min(ratios[MOG2_GRID], ratios["OpenCV MOG2 on 640×360"])
    return {
        "ours": ours,
        "peers": {name: one for name, one in said.items() if name != "ours"},
        "ratios": {name: round(ratio, 2) for name, ratio in ratios.items()},
        "guards": guards,
        "met": {
            f"≥ {FACTOR:g} × less than MOG2, however it is used": all(guards.values()) and least >= FACTOR,
            f"≥ {WANT:g} × less than MOG2 as mostly used (wanted)": all(guards.values())
            and ratios["OpenCV MOG2 on 640×360"] >= WANT,
        },
    }


def _said(tally: Tally) -> dict[str, float]:
    return {
        "cpu_us": round(statistics.mean(tally.cpu_us), 1),
        "recall": _share(tally.opened_on_moving, tally.moving),
        "opened on still": _share(tally.opened_on_still, tally.still),
        "looked in time": _share(tally.looked_in_time, tally.present),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
