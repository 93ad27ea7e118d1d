"""`hub bench overload`: twice as many looks wanted as the model can take; how old is what is analysed, who keeps pace.

Sixteen simulated cameras of the sub-stream's footage (a keyframe in 2 s) want eight looks a second, and the model is
made to take four. Two cameras are of the first priority. The peer is a loop over VideoCapture with the same model.
"""

import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hub import assets, clock
from hub.bench import progress
from hub.bench.overload_sides import HIGH
from hub.bench.simulated import simulated
from hub.embedded import children

CAMERAS, ROUNDS, SECONDS, WARM_S, START_WITHIN_S = 16, 3, 60.0, 20.0, 120.0
GOP_S, OVERLOAD = 2.0, 2.0
MOST_AGE_S, WANT_AGE_S, FRESHER, PACE = GOP_S + 0.5, GOP_S + 0.3, 10.0, 0.95
LEAST_EVERY_S = 8.0 * 1.25
"""no camera waits longer than promised, and a keyframe"""

Look = Mapping[str, Any]


async def measure(
    *, cameras: int = CAMERAS, rounds: int = ROUNDS, seconds: float = SECONDS, warm_s: float = WARM_S
) -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`."""
    made = assets.ensure()
    cost_s = OVERLOAD * GOP_S / cameras
    done: dict[str, list[dict[str, float]]] = {"ours": [], "opencv": []}
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        async with simulated(made.street_360p, cameras, folder) as there:
            for number in range(rounds):
                for side, past in done.items():
                    progress.say(f"round {number + 1}, {side}", number * len(done) + len(past), rounds * len(done))
                    looks = await _round(side, cost_s, there.urls, folder / f"{side}{number}.log", warm_s + seconds)
                    past.append(judged(looks, cameras, seconds))
    return verdict(done)


async def _round(side: str, cost_s: float, urls: Sequence[str], log: Path, seconds: float) -> list[Look]:
    command = [sys.executable, "-m", "hub.bench.overload_sides", side, str(cost_s), *urls]
    child = children.spawn(command, log=log, death_signal=signal.SIGTERM, environment=os.environ)
    try:
        async with asyncio.timeout(START_WITHIN_S):
            while not _said_in(log):  # noqa: ASYNC110 - a file tells nobody
                await asyncio.sleep(0.1)
        await asyncio.sleep(seconds)
        end_s = clock.monotonic_s()
    finally:
        await children.stop(child, first=signal.SIGTERM, within_s=3.0)
    return [look for look in _said_in(log) if look["at"] <= end_s]


def _said_in(log: Path) -> list[Look]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"camera"')]


def judged(looks: Sequence[Look], cameras: int, seconds: float) -> dict[str, float]:
    """The last `seconds` of a round: ages, the pace of the important, the longest that anybody waited."""
    until_s = max((look["at"] for look in looks), default=0.0)
    late = [look for look in looks if look["at"] > until_s - seconds]
    ages = sorted(look["age_s"] for look in late)
    moments = {camera: [look["at"] for look in late if look["camera"] == camera] for camera in range(cameras)}
    waits = [b - a for at in moments.values() for a, b in zip([until_s - seconds, *at], [*at, until_s], strict=True)]
    wanted = seconds / GOP_S
    return {
        "looks_per_s": round(len(late) / seconds, 2),
        "age_median_s": round(statistics.median(ages), 2) if ages else float("inf"),
        "age_p95_s": round(ages[int(0.95 * (len(ages) - 1))], 2) if ages else float("inf"),
        "pace_of_important": round(min(len(moments[camera]) for camera in range(HIGH)) / wanted, 3),
        "longest_wait_s": round(max(waits), 1),
    }


def verdict(done: Mapping[str, Sequence[Mapping[str, float]]]) -> dict[str, Any]:
    """What was measured, judged: the median of the rounds."""
    said = {
        side: {name: round(statistics.median(one[name] for one in rounds), 3) for name in rounds[0]}
        for side, rounds in done.items()
    }
    ours, peer = said["ours"], said["opencv"]
    fresher = peer["age_p95_s"] / ours["age_p95_s"]
    guards = {
        "as many looks as the peer": ours["looks_per_s"] >= 0.95 * peer["looks_per_s"],
        "nobody is forgotten": ours["longest_wait_s"] <= LEAST_EVERY_S,
    }
    held = all(guards.values())
    return {
        "ours": ours,
        "peers": {"OpenCV VideoCapture loop": peer},
        "ratios": {"fresher": round(fresher, 1)},
        "guards": guards,
        "met": {
            f"age p95 ≤ {MOST_AGE_S:g} s": held and ours["age_p95_s"] <= MOST_AGE_S,
            f"age p95 ≤ {WANT_AGE_S:g} s (wanted)": held and ours["age_p95_s"] <= WANT_AGE_S,
            f"≥ {FRESHER:g} × fresher": held and fresher >= FRESHER,
            f"important cameras keep {PACE:.0%} of their pace": held and ours["pace_of_important"] >= PACE,
        },
    }
